"""The files for pipelines, shown unchanged to the schemas of those who run them. `make outside` installs those."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from tests.test_team import SNIPPETS

ROOT = Path(__file__).parents[2]
CHECKER = ROOT / ".cache/outside/venv/bin/check-jsonschema"
KINDS = {".github/workflows/": "vendor.github-workflows", ".gitlab-ci.yml": "vendor.gitlab-ci"}
"""Whose schema a snippet of the guide is of, by how its name begins."""
SHOWN = {name: kind for name in SNIPPETS for start, kind in KINDS.items() if name.startswith(start)}


def valid(kind: str, *files: Path) -> bool:
    """Whether files are of one of the schemas that travel with the checker. Skips where that isn't at hand."""
    if not CHECKER.exists():
        pytest.skip("check-jsonschema is not at hand: `make outside` installs it")
    command = [str(CHECKER), "--builtin-schema", kind, *map(str, files)]
    return subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0


def test_the_action_is_one() -> None:
    """GitHub's own description of an action takes it."""
    assert valid("vendor.github-actions", ROOT / "action.yml")


def test_the_workflows_are_such() -> None:
    """Every workflow of this repository."""
    assert valid("vendor.github-workflows", *(ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize("name", SHOWN)
def test_a_snippet_is_what_its_name_says(tmp_path: Path, name: str) -> None:
    """What the guide shows can be copied as it stands; with a step or job that nobody knows, it couldn't."""
    file = tmp_path / "file.yml"
    whole = (
        SNIPPETS[name]
        if True not in SNIPPETS[name]
        else {"on" if key is True else key: one for key, one in SNIPPETS[name].items()}
    )
    file.write_text(yaml.safe_dump(whole, sort_keys=False))
    assert valid(SHOWN[name], file)
    file.write_text(yaml.safe_dump({"jobs": [5]} if "workflows" in name else whole | {"a-job": {"scripts": []}}))
    assert not valid(SHOWN[name], file)
