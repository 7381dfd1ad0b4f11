"""Where the index is and which encoder reads it: settings that every command shares.

Read only in ``__main__`` modules and tests; functions take values.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class IndexSettings(BaseSettings):
    """Environment variables with the prefix ``ANCHORLINE_``."""

    model_config = SettingsConfigDict(env_prefix="ANCHORLINE_", frozen=True, extra="ignore")

    index: Path = Field(default=Path(".anchorline"), description="Folder of generations")
    encoder: str | None = Field(
        default=None, description="Name or folder of a sentence-transformers model; unset: all-MiniLM-L6-v2 as shipped"
    )

    encoder_cache: Path | None = Field(
        default=None, description="Where the encoder's ONNX copy is kept between runs; unset: encoders/ in the index"
    )

    @property
    def encoders(self) -> Path:
        return self.encoder_cache or self.index / "encoders"
