"""Where the index is, which encoder reads it and which model may write: settings that every command shares.

Read only in ``__main__`` modules and tests; functions take values.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from retrieval.writers.types import Endpoint


def _chroma_server(url: str) -> str:
    parts = urlsplit(url)
    address = f"{parts.scheme}://{parts.netloc}"
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or address != url.rstrip("/"):
        raise ValueError(
            "write it as http://host:port, without name, password or path; ANCHORLINE_VECTORS_URL also takes postgresql://…"
        )
    return address


class IndexSettings(BaseSettings):
    """Environment variables with the prefix ``ANCHORLINE_``."""

    model_config = SettingsConfigDict(env_prefix="ANCHORLINE_", frozen=True, extra="ignore")

    index: Path = Field(default=Path(".anchorline"), description="Folder of generations")
    encoder: str | None = Field(
        default=None, description="Name or folder of a sentence-transformers model; unset: all-MiniLM-L6-v2 as shipped"
    )

    reranker: str | None = Field(
        default=None, description="Name or folder of a cross-encoder that reads the best passages again; unset: none"
    )

    encoder_cache: Path | None = Field(
        default=None, description="Where the encoder's ONNX copy is kept between runs; unset: encoders/ in the index"
    )

    chroma_url: str | None = Field(
        default=None, description="Chroma server that replicas share, http://host:port; unset: each asks its own copy"
    )
    vectors_url: SecretStr | None = Field(
        default=None,
        validate_default=True,
        description="The same for any engine: postgresql://user:password@host/name is pgvector, http://… Chroma",
    )

    llm_url: str | None = Field(
        default=None, description="OpenAI-compatible endpoint of a language model; unset: nothing is sent anywhere"
    )
    llm_model: str | None = Field(default=None, validate_default=True, description="Name of the model at that endpoint")
    llm_key: SecretStr | None = Field(default=None, description="Key for that endpoint, if it wants one")
    llm_timeout_s: int = Field(
        default=30, ge=1, le=60, description="Seconds for a whole reply; then the answer goes out without the model"
    )

    @field_validator("chroma_url")
    @classmethod
    def _a_server(cls, url: str | None) -> str | None:
        return _chroma_server(url) if url else None

    @field_validator("vectors_url")
    @classmethod
    def _one_store(cls, url: SecretStr | None, before: ValidationInfo) -> SecretStr | None:
        known = url.get_secret_value() if url else ""
        if known and before.data.get("chroma_url"):
            raise ValueError("set ANCHORLINE_CHROMA_URL or ANCHORLINE_VECTORS_URL, not both")
        if known and not known.startswith("postgresql://"):
            return SecretStr(_chroma_server(known))
        return url if known else None

    @field_validator("llm_url")
    @classmethod
    def _an_address(cls, url: str | None) -> str | None:
        parts = urlsplit(url or "")
        if url and (parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query):
            raise ValueError("write it as http://127.0.0.1:11434/v1, without name, key or query")
        return url or None

    @field_validator("llm_model")
    @classmethod
    def _both_or_neither(cls, model: str | None, before: ValidationInfo) -> str | None:
        if "llm_url" in before.data and bool(before.data["llm_url"]) != bool(model):
            raise ValueError("set both ANCHORLINE_LLM_URL and ANCHORLINE_LLM_MODEL, or neither")
        return model or None

    @property
    def endpoint(self) -> Endpoint | None:
        """The language model that may write, None where none is configured."""
        if self.llm_url is None or self.llm_model is None:
            return None
        key = self.llm_key.get_secret_value() if self.llm_key else None
        return Endpoint(self.llm_url, self.llm_model, key or None, self.llm_timeout_s)

    @property
    def vectors_at(self) -> str | None:
        """The vector store that replicas share, None where each searches its own copy."""
        return self.chroma_url or (self.vectors_url.get_secret_value() if self.vectors_url else None)

    @property
    def encoders(self) -> Path:
        return self.encoder_cache or self.index / "encoders"
