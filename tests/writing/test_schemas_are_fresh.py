"""The committed schemas are what the transcribed pages and descriptions say today."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from contracts.commands.group import main

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "schemas" / "reply"


def test_schemas_are_fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Deriving and writing again, as `make schemas` does, changes no committed byte."""
    monkeypatch.chdir(ROOT)
    out = shutil.copytree(FOLDER, tmp_path / "reply", ignore=shutil.ignore_patterns("*.md"))
    for command in re.findall(r"contracts derive (.*) --out schemas/reply$", made(), re.MULTILINE):
        assert CliRunner().invoke(main, ["derive", *shlex.split(command), "--out", str(out)]).exit_code == 0
    files = sorted(path.name for path in out.iterdir())
    assert {name: (out / name).read_bytes() for name in files} == {name: (FOLDER / name).read_bytes() for name in files}


def made() -> str:
    """The commands of `make schemas`, with their variables filled in."""
    done = subprocess.run(
        ["make", "--dry-run", "--always-make", "schemas"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout
