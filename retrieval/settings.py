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

    @property
    def encoder_cache(self) -> Path:
        """Where ONNX copies of encoders are kept between runs."""
        return self.index / "encoders"
