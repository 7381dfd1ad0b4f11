"""What README.md promises is so: settings, commands and files."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from server.settings import Settings
from tests.conftest import REPO

README = (REPO / "README.md").read_text(encoding="utf-8")


def test_every_setting_stands_in_the_table_with_its_description_and_no_other_does() -> None:
    rows = dict(re.findall(r"^\| `ANCHORLINE_(\w+)` \|[^|]*\| (.*?) \|$", README, re.M))
    assert rows == {name.upper(): field.description for name, field in Settings.model_fields.items()}


def test_every_default_in_the_table_is_the_one_in_the_code() -> None:
    for name, shown in re.findall(r"^\| `ANCHORLINE_(\w+)` \| `([^`]*)` \|", README, re.M):
        default = Settings.model_fields[name.lower()].default
        assert shown == (" ".join(default) if isinstance(default, tuple) else str(default))


def test_every_file_that_is_linked_exists() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (REPO / target).is_file(), target


@pytest.mark.slow
@pytest.mark.parametrize("module", sorted(set(re.findall(r"python -m (\w+)", README)) - {"venv"}))
def test_every_command_explains_itself(module: str) -> None:
    done = subprocess.run([sys.executable, "-m", module, "--help"], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "usage:" in done.stdout


def test_no_page_of_ours_names_a_place_outside_the_repository() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=REPO, capture_output=True, text=True, check=True)
    tracked = listed.stdout.split("\n")
    ours = [REPO / name for name in tracked if name.endswith((".md", ".py", ".yaml", ".toml", "Makefile"))]
    forbidden = re.compile("/wor" + r"k/|/tm" + r"p/|pypi\.or" + "g|pythonhoste" + "d")
    assert not [str(path) for path in ours if path.is_file() and forbidden.search(path.read_text("utf-8", "replace"))]
