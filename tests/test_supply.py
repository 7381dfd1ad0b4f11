"""What we are made of: locked by hash, listed in the bill of materials, checked when loaded, and nothing that runs code
out of a file of weights."""

from __future__ import annotations

import ast
import importlib.metadata
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy.sbom import LINUX, SBOM, WITHOUT_HASH, bill, not_permissive, pins, served
from retrieval import weights
from tests.conftest import REPO

PROJECT = tomllib.loads((REPO / "pyproject.toml").read_text("utf-8"))
GROUPS = PROJECT["dependency-groups"]
REQUIREMENTS = REPO / "requirements"
EVERY_LOCK = sorted(REQUIREMENTS.glob("*.lock"))
OURS = [
    path for name in ("corpus", "ingest", "retrieval", "server", "ui", "evals") for path in (REPO / name).rglob("*.py")
]
# Weak copyleft: none reaches beyond its own files, which we ship unchanged. psycopg comes with the extra alone.
MORE_THAN_A_NOTICE = {
    ("certifi", "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)"),
    ("certifi", "MPL-2.0"),
    ("orjson", "MPL-2.0"),
    ("psycopg", "LGPL-3.0-only"),
    ("psycopg-binary", "LGPL-3.0-only"),
    ("tqdm", "MPL-2.0"),
}
RUNS_WHAT_IT_READS = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}


def asked_for(*lists: list[object]) -> list[Requirement]:
    return [Requirement(entry) for entries in lists for entry in entries if isinstance(entry, str)]


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("run.lock", asked_for(PROJECT["project"]["dependencies"], PROJECT["build-system"]["requires"])),
        ("replicas.lock", asked_for(GROUPS["replicas"])),
        ("dev.lock", asked_for(GROUPS["dev"], GROUPS["replicas"], GROUPS["peers"])),
        ("sbom.lock", asked_for(GROUPS["sbom"])),
        (
            "no-deps.lock",
            asked_for(GROUPS["peers-no-deps"], GROUPS["llm-tests"], GROUPS["growth-tests"]),
        ),
    ],
)
def test_a_lock_holds_what_pyproject_asks_for(lock: str, wanted: list[Requirement]) -> None:
    """`make lock` mends it."""
    locked = pins(REQUIREMENTS / lock) | WITHOUT_HASH
    wrong = [str(one) for one in wanted if not one.specifier.contains(locked.get(canonicalize_name(one.name), "0"))]
    assert not wrong


def test_the_extras_are_the_group_that_is_locked() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    assert GROUPS["replicas"] == extras["redis"] + extras["postgresql"]
    assert {canonicalize_name(one.name) for one in asked_for(extras["tracing"])} <= set(pins(REQUIREMENTS / "run.lock"))


@pytest.mark.parametrize("lock", EVERY_LOCK, ids=lambda lock: lock.name)
def test_every_package_has_an_exact_version_and_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text("utf-8")
    entries = re.split(r"\n(?=[a-z0-9])", re.sub(r"^#.*\n|^--.*\n", "", text, flags=re.M).strip())
    whole = re.compile(
        r"[\w.-]+(\[[\w,-]+\])?==[\w.!+]+( ; [^\n]+?)? \\\n(    --hash=sha256:[0-9a-f]{64}( \\\n|$))+", re.A
    )
    assert entries
    assert not [entry[:80] for entry in entries if not whole.fullmatch(entry)]
    assert not re.search(r"https?:|file:|index-url|find-links|trusted-host| @ |nvidia|triton", text)


def test_the_locks_agree() -> None:
    versions: dict[str, set[str]] = {}
    for lock in EVERY_LOCK:
        for name, version in pins(lock).items():
            versions.setdefault(name, set()).add(version)
    assert not {name: found for name, found in versions.items() if len(found) > 1}


def test_nothing_that_a_locked_package_needs_is_missing_from_the_lock() -> None:
    """pip is told to install the lock and nothing else, so what it lacks would be missing at run time."""
    locked = pins(REQUIREMENTS / "run.lock") | WITHOUT_HASH
    missing, looked_at = [], 0
    for name, version in locked.items():
        found = importlib.metadata.distribution(name)
        if found.version.partition("+")[0] != version:
            continue
        looked_at += 1
        for one in map(Requirement, found.requires or ()):
            held = locked.get(canonicalize_name(one.name), "")
            applies = one.marker is None or one.marker.evaluate({**LINUX, "extra": ""})
            if applies and not (held and one.specifier.contains(held, prereleases=True)):
                missing.append(f"{name}: {one}")
    assert not missing
    assert looked_at > len(locked) * 0.9


def test_the_bill_of_materials_is_that_of_the_locks() -> None:
    """`make sbom` mends it."""
    bom = json.loads(SBOM.read_text("utf-8"))
    listed = {
        canonicalize_name(c["name"]): (c["version"].partition("+")[0], c["scope"])
        for c in bom["components"]
        if c["type"] == "library"
    }
    assert listed == served()
    assert bom["bomFormat"] == "CycloneDX"
    assert not {"serialNumber", "timestamp"} & (set(bom) | set(bom["metadata"]))
    model = next(c for c in bom["components"] if c["type"] == "machine-learning-model")
    assert model["hashes"] == [{"alg": "SHA-256", "content": weights.EXPECTED["model.safetensors"]}]


def test_every_licence_is_known_and_none_asks_for_more_than_a_notice_but_these() -> None:
    bom = json.loads(SBOM.read_text("utf-8"))
    assert not [c["name"] for c in bom["components"] if not c["licenses"]]
    assert set(not_permissive(bom)) == MORE_THAN_A_NOTICE


@pytest.mark.slow
def test_the_bill_of_materials_is_made_the_same_again() -> None:
    installed = {canonicalize_name(d.name): d.version.partition("+")[0] for d in importlib.metadata.distributions()}
    if sys.platform != "linux" or any(installed.get(name) != version for name, (version, _) in served().items()):
        pytest.skip("what is installed here is not what the locks name for Linux")
    assert bill() == json.loads(SBOM.read_text("utf-8"))


def test_the_weights_are_no_pickle() -> None:
    held = {path.suffix for path in weights.shipped_weights().rglob("*") if path.is_file()}
    assert ".safetensors" in held
    assert not held & {".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".h5", ".joblib", ".py"}


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func)


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


@pytest.mark.parametrize("path", OURS, ids=lambda path: str(path.relative_to(REPO)))
def test_no_code_of_ours_runs_what_it_reads(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    assert not {name.partition(".")[0] for name in imported(tree)} & RUNS_WHAT_IT_READS
    assert not [name for name in imported(tree) if name.startswith("chromadb.server")]
    for call, name in calls(tree):
        assert name not in ("torch.load", "eval", "exec", "yaml.load", "yaml.unsafe_load", "__import__")
        for keyword in call.keywords:
            if keyword.arg in ("trust_remote_code", "allow_pickle"):
                assert ast.unparse(keyword.value) == "False", f"{path.name}:{call.lineno}"


def test_every_encoder_is_loaded_without_code_of_its_own_and_without_a_hub() -> None:
    loads = [
        call
        for path in OURS
        for call, name in calls(ast.parse(path.read_text("utf-8")))
        if name == "SentenceTransformer"
    ]
    assert loads
    for call in loads:
        given = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
        assert given["trust_remote_code"] == "False"
        assert given["local_files_only"] == "True"
