"""Vectors that are the model's own, from weights that are checked, without a network."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import EncoderUnavailable
from retrieval import weights
from retrieval.encode import Encoder, open_encoder
from retrieval.onnx_encoder import onnx_copies
from tests.conftest import REPO
from tests.retrieval.conftest import ENCODERS, Built

TEXTS = (
    "work",
    "",
    "How do we start as an anchor institution?",
    "An anchor institution buys, hires and builds near by. " * 60,
    "£1.4bn; 22%, e.g. 2019–22 — “quoted”, A&E",
    "安克雷奇 🙂",
    "The trust hired neighbours. It planted trees. " * 5,
    "housing",
)


def shipped() -> Path:
    return weights.shipped_weights()


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("an outside host was called")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def test_vectors_are_of_unit_length_and_in_order(encoder: Encoder) -> None:
    together = encoder.encode_passages(TEXTS)
    assert together.shape == (len(TEXTS), encoder.dimension) and together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    for text, vector in zip(TEXTS, together, strict=True):
        assert encoder.encode_questions([text])[0] @ vector > 0.9999


def test_order_holds_over_several_batches(encoder: Encoder) -> None:
    texts = [f"{'long ' * (place * 7 % 23)}text number {place}" for place in range(70)]
    together = encoder.encode_passages(texts)
    for place in (0, 31, 32, 69):
        assert together[place] @ encoder.encode_passages([texts[place]])[0] > 0.9999


def test_nothing_gives_no_rows(encoder: Encoder) -> None:
    assert encoder.encode_passages([]).shape == (0, encoder.dimension)
    nothing = encoder.encode_documents([], [])
    assert nothing.passages.shape == nothing.sentences.shape == (0, encoder.dimension)
    assert nothing.tokens == ()


@pytest.mark.slow
def test_agrees_with_sentence_transformers(encoder: Encoder) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(shipped()), device="cpu", local_files_only=True)
    expected = model.encode(list(TEXTS), normalize_embeddings=True, show_progress_bar=False)
    assert (encoder.encode_passages(TEXTS) * expected).sum(axis=1).min() >= 0.999


def test_sentence_vectors_stand_in_order(encoder: Encoder) -> None:
    texts = [
        "Trees cool streets. Local jobs pay rent.",
        "One.",
        "",
        "Damp homes make children cough. The number nine bus runs late on Fridays.",
    ]
    spans = [((0, 19), (20, 40)), ((0, 4),), (), ((0, 31), (32, 73))]
    found = encoder.encode_documents(texts, spans)
    passages, sentences = found.passages, found.sentences
    assert passages.shape == (4, encoder.dimension)
    assert sentences.shape == (5, encoder.dimension)
    assert np.allclose(np.linalg.norm(sentences, axis=1), 1, atol=1e-3)
    assert np.allclose(passages, encoder.encode_passages(texts), atol=1e-4)
    alone = encoder.encode_passages([text[a:b] for text, places in zip(texts, spans, strict=True) for a, b in places])
    assert (sentences @ alone.T).argmax(axis=1).tolist() == [0, 1, 2, 3, 4]


def test_what_lies_beyond_the_limit_is_read_in_further_windows(encoder: Encoder) -> None:
    """The passage's vector stays that of its beginning, as the model was published; sentences and tokens go on."""
    text = "word " * 400 + "The last sentence is about damp homes."
    found = encoder.encode_documents([text], [((2000, len(text)),)])
    assert np.allclose(found.passages, encoder.encode_passages([text]), atol=1e-4)
    about = encoder.encode_passages(["Damp homes.", "Bus routes."])
    assert found.sentences[0] @ about[0] > found.sentences[0] @ about[1] + 0.1
    (tokens,) = found.tokens
    assert len(tokens.vectors) == len(tokens.spans) == encoder.count_tokens([text])[0] - 2
    assert text[tokens.spans[-2][0] : tokens.spans[-2][1]] == "homes"
    assert np.allclose(np.linalg.norm(tokens.vectors, axis=1), 1, atol=1e-4)


def test_a_question_and_its_tokens_come_from_one_reading(encoder: Encoder) -> None:
    asked = encoder.encode_question("How do trusts heat cold homes?")
    assert asked.vector @ encoder.encode_questions(["How do trusts heat cold homes?"])[0] > 0.9999
    words = [("How do trusts heat cold homes?")[start:end] for start, end in asked.tokens.spans]
    assert words == ["How", "do", "trusts", "heat", "cold", "homes", "?"]
    assert encoder.encode_question("").tokens.vectors.shape == (0, encoder.dimension)
    assert len(encoder.encode_question("word " * 400).tokens.vectors) == 254


def test_tokens_are_counted_beyond_the_limit(encoder: Encoder) -> None:
    assert encoder.count_tokens(["", "trees", "tree " * 600]) == [2, 3, 602]
    assert encoder.max_tokens == 256


@pytest.fixture
def copied_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The package that carries the weights, under another name and ours to damage."""
    package = tmp_path / "copied_weights_of_a_test"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").write_text("raise RuntimeError('the package must not be imported')")
    for file in shipped().iterdir():
        if file.is_file():
            shutil.copy(file, package / "model")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(weights, "PACKAGE", package.name)
    return package / "model"


@pytest.mark.parametrize("file", ["model.safetensors", "tokenizer.json", "config.json"])
@pytest.mark.parametrize("damage", ["altered", "gone"])
def test_altered_weights_are_refused_by_name(copied_weights: Path, tmp_path: Path, file: str, damage: str) -> None:
    target = copied_weights / file
    if damage == "gone":
        target.unlink()
    else:
        with target.open("r+b") as opened:
            opened.seek(-1, os.SEEK_END)
            opened.write(b"\x00" if file.endswith("safetensors") else b" ")
    with pytest.raises(EncoderUnavailable, match=file) as caught:
        open_encoder(None, tmp_path / "cache")
    assert "\n" not in str(caught.value)


def test_the_package_with_the_weights_is_never_imported(copied_weights: Path) -> None:
    assert open_encoder(None, ENCODERS).dimension == 384


def test_without_the_package_one_line_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(weights, "PACKAGE", "no_such_package_of_weights")
    with pytest.raises(EncoderUnavailable, match=r"no_such_package_of_weights.*not installed"):
        open_encoder(None, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("damage", ["copy", "seal", "seal is no JSON"])
def test_a_damaged_copy_is_exported_again(encoder: Encoder, tmp_path: Path, damage: str) -> None:
    shutil.copytree(ENCODERS, tmp_path / "cache")
    copy = onnx_copies(shipped(), tmp_path / "cache").own
    seal = copy.with_suffix(".json")
    if damage == "copy":
        with copy.open("r+b") as file:
            file.truncate(1000)
    else:
        seal.write_text("{" if damage.endswith("JSON") else json.dumps({"onnx_sha256": "0"}))
    again = open_encoder(None, tmp_path / "cache")
    assert json.loads(seal.read_text())["onnx_sha256"] == weights.file_digest(copy)
    assert not list((tmp_path / "cache").glob("*.draft"))
    assert (again.encode_passages(TEXTS) * encoder.encode_passages(TEXTS)).sum(axis=1).min() > 0.9999


@pytest.mark.slow
@pytest.mark.parametrize("name", ["no-such-publisher/no-such-model", "no-such-model", "./no/such/folder"])
@pytest.mark.usefixtures("no_network")
def test_an_unknown_encoder_is_one_clear_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(EncoderUnavailable, match="ANCHORLINE_ENCODER") as caught:
        open_encoder(name, tmp_path)
    assert "\n" not in str(caught.value)


@pytest.mark.slow
@pytest.mark.parametrize("damage", ["empty folder", "weights cut off", "config is no JSON"])
@pytest.mark.usefixtures("no_network")
def test_a_damaged_folder_is_one_clear_line(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    if damage != "empty folder":
        for file in shipped().iterdir():
            if file.is_file():
                shutil.copy(file, folder)
        name = "model.safetensors" if damage == "weights cut off" else "config.json"
        (folder / name).write_bytes((folder / name).read_bytes()[:100])
    with pytest.raises(EncoderUnavailable, match="ANCHORLINE_ENCODER") as caught:
        open_encoder(str(folder), tmp_path)
    assert "\n" not in str(caught.value)


@pytest.mark.slow
@pytest.mark.usefixtures("no_network")
def test_any_folder_may_be_the_encoder(tmp_path: Path) -> None:
    """A tiny model with random weights, saved as sentence-transformers saves one."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer
    from transformers import AutoTokenizer, BertConfig, BertModel

    tokenizer = AutoTokenizer.from_pretrained(str(shipped()))
    small = BertConfig(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
    )
    BertModel(small).save_pretrained(tmp_path / "bert")
    tokenizer.save_pretrained(tmp_path / "bert")
    inner = Transformer(str(tmp_path / "bert"), max_seq_length=64)
    pooling = Pooling(32)
    SentenceTransformer(modules=[inner, pooling], device="cpu").save(str(tmp_path / "tiny"))
    opened = open_encoder(str(tmp_path / "tiny"), tmp_path)
    assert (opened.name, opened.dimension, opened.max_tokens) == ("tiny", 32, 64)
    shutil.copytree(tmp_path / "tiny", tmp_path / "twin")
    assert open_encoder(str(tmp_path / "twin"), tmp_path).sha256 == opened.sha256
    vectors = opened.encode_questions(TEXTS)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert opened.encode_passages([]).shape == (0, 32)
    found = opened.encode_documents(["One tree. Two trees.", ""], [((0, 9), (10, 20)), ()])
    assert found.passages.shape == found.sentences.shape == (2, 32)
    assert [len(one.vectors) for one in found.tokens] == [0, 0]
    assert np.allclose(found.sentences, opened.encode_passages(["One tree.", "Two trees."]), atol=1e-5)
    assert opened.count_tokens(["", "tree"]) == [2, 3]


@pytest.mark.slow
def test_who_only_answers_imports_no_torch(built: Built) -> None:
    """Importing it takes 12 seconds, and a socket guard shows that nothing is asked of the outside."""
    script = """
import socket, sys
from pathlib import Path
def refuse(*_, **__): raise SystemExit("an outside host was called")
socket.getaddrinfo = refuse
from retrieval.assistant import open_assistant
with open_assistant(Path(sys.argv[1]), None, Path(sys.argv[2])) as assistant:
    assert assistant.ask("How did Wexcombe hire neighbours?").citations
print(sorted({"torch", "sentence_transformers", "transformers", "llama_index"} & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(built.index_dir), str(ENCODERS)],
        cwd=REPO,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stdout.strip() == "[]", done.stdout + done.stderr
