"""What the deployment pack and the papers name is there: settings, commands, files, tests."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from server.settings import Settings
from tests.conftest import REPO

DEPLOY = REPO / "deploy"
PACK = [p for p in (*DEPLOY.rglob("*"), REPO / ".dockerignore") if p.is_file() and p.suffix not in (".json", ".pyc")]
PAPERS = [REPO / "KNOWN-FAILURES.md", REPO / "docs" / "operate.md", *sorted((REPO / "docs" / "papers").glob("*.md"))]
COMPOSED = sorted(DEPLOY.glob("compose*.yaml"))
named = pytest.mark.parametrize("path", [*PACK, *PAPERS], ids=lambda path: str(path.relative_to(REPO)))
paper = pytest.mark.parametrize("path", PAPERS, ids=lambda path: path.name)


@named
def test_every_setting_that_is_named_exists(path: Path) -> None:
    found = set(re.findall(r"ANCHORLINE_([A-Z0-9_]+)", path.read_text("utf-8")))
    assert found <= {name.upper() for name in Settings.model_fields}


@paper
def test_every_test_that_is_named_exists(path: Path) -> None:
    for file, test in re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", path.read_text("utf-8")):
        functions = {
            node.name for node in ast.parse((REPO / file).read_text("utf-8")).body if isinstance(node, ast.FunctionDef)
        }
        assert not test or test in functions, f"{file}::{test}"


@paper
def test_every_file_that_is_linked_exists(path: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", path.read_text("utf-8")):
        assert (path.parent / target).exists(), target


@named
def test_none_names_an_outside_host_but_examples(path: Path) -> None:
    hosts = set(
        re.findall(
            r"(?:https?|rediss?|postgresql\S*)://(?:\S*@)?([A-Za-z][\w.-]*\.[a-z]{2,}|\d[\d.]+)",
            path.read_text("utf-8"),
        )
    )
    known = re.compile(
        r"127\.0\.0\.1|(.*\.)?example(\.org)?|[\w.-]*(\.gov\.uk|\.nhs\.uk|ico\.org\.uk|w3\.org|equalityadvisoryservice\.com)"
    )
    assert not [host for host in hosts if not known.fullmatch(host)]


def test_what_an_operator_must_write_is_marked_alike_everywhere() -> None:
    """`grep -rn 'TO FILL IN' docs/papers` lists it."""
    text = "".join(path.read_text("utf-8") for path in PAPERS)
    assert text.count("TO FILL IN") > 10
    assert not re.search(r"\b(TBC|TBD|XXX|lorem)\b", text)


def services(path: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load(path.read_text("utf-8"))["services"]
    return found


@pytest.mark.parametrize("path", COMPOSED, ids=lambda path: path.name)
def test_what_is_composed_hangs_together(path: Path) -> None:
    whole = yaml.safe_load(path.read_text("utf-8"))
    for name, service in services(path).items():
        assert {"image", "build"} & set(service), name
        for needed in service.get("depends_on", {}):
            assert "healthcheck" in services(path)[needed] or "build" in services(path)[needed]  # our image has its own
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            assert (DEPLOY / source).exists() if source.startswith(".") else source in whole["volumes"]
        for network in service.get("networks", ()):
            assert network in whole["networks"]
        for port in service.get("ports", ()):
            assert port.startswith("127.0.0.1:")  # a proxy that ends TLS stands before it
        if "build" in service:
            assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
            assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).is_file()


def test_the_image_is_given_what_it_copies_and_runs_as_nobody_in_particular() -> None:
    lines = (DEPLOY / "Dockerfile").read_text("utf-8").splitlines()
    base = [line.split()[1] for line in lines if line.startswith("FROM")]
    assert all(re.fullmatch(r"[\w./-]+:[\w.-]+", image) and not image.endswith(":latest") for image in base)
    assert [line for line in lines if line.startswith("USER")] == ["USER 10001"]
    let_in = {
        line[1:].partition("/")[0]
        for line in (REPO / ".dockerignore").read_text("utf-8").splitlines()
        if line[:1] == "!"
    }
    for package in re.findall(
        r'"([\w.]+)"', (REPO / "pyproject.toml").read_text("utf-8").partition("packages = ")[2].splitlines()[0]
    ):
        assert package.partition(".")[0] in let_in
    for line in lines:
        for source in re.findall(r"requirements/[\w.-]+", line):
            assert (REPO / source.removesuffix("/")).exists(), source


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not on the PATH (apt-get install systemd)"
)
def test_the_unit_is_confined() -> None:
    command = ["systemd-analyze", "security", "--offline=yes", "--threshold=20", str(DEPLOY / "anchorline.service")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout[-500:] + done.stderr
