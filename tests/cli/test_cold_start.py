"""A check of recordings starts cold a hundred times a day: what it doesn't need, it doesn't import."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from contracts.commands.group import COMMANDS

FOLDER = Path("cassettes/reply/get-a-contact-in-a-sequence")
HEAVY = {"vcr", "requests", "rich", "jsonschema", "pytest", "hypothesis", "schemathesis", "werkzeug", "urllib3"}

PROGRAM = """
import sys
from contracts.commands.group import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    code = end.code
import json
print(json.dumps([int(code or 0), sorted(sys.modules)]), file=sys.stderr)
"""


def imported(cwd: Path, *args: str) -> tuple[int, set[str]]:
    """Exit code of `contracts` and the modules that were loaded at its end."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *args], cwd=cwd, capture_output=True, text=True, check=True, timeout=60
    )
    code, names = json.loads(done.stderr.splitlines()[-1])
    return code, set(names)


def commands(names: set[str]) -> set[str]:
    """The commands whose modules are loaded."""
    return {name.removeprefix("contracts.commands.") for name in names} & set(COMMANDS)


@pytest.mark.parametrize("form", ["text", "json"])
def test_kept_recordings_load_no_heavy_library(project: Path, form: str) -> None:
    """Reading and judging the committed cassettes loads none of them, in either format."""
    code, names = imported(project, "verify", "--against", "cassettes", "--format", form)
    assert code == 0
    assert {"yaml", "jsonschema_rs", "contracts"} <= names
    assert names & HEAVY == set()
    assert commands(names) == {"verify"}


def test_a_broken_recording_loads_the_explainer(project: Path) -> None:
    """The list above can fail: once something is broken, jsonschema explains it, and the rest still isn't needed."""
    cassette = project / FOLDER / "finished.yaml"
    cassette.write_text(cassette.read_text().replace('"displayName": "Finished"', '"displayName": "2"'))
    code, names = imported(project, "verify", "--against", "cassettes")
    assert code == 1
    assert "jsonschema" in names
    assert names & {"vcr", "rich", "pytest", "hypothesis", "schemathesis", "werkzeug"} == set()


@pytest.mark.parametrize("args", [("--help",), ("--version",), ("serve", "--list-faults")])
def test_asking_for_help_loads_no_heavy_library(tmp_path: Path, args: tuple[str, ...]) -> None:
    """Neither do the commands that only tell something; a command needs no other command's module."""
    code, names = imported(tmp_path, *args)
    assert code == 0
    assert names & HEAVY == set()
    assert commands(names) == {"serve"} & set(args)


@pytest.mark.parametrize(("text", "loaded"), [("The lamp's name.", False), ("The lamp's name; may be null.", True)])
def test_phrases_are_loaded_for_texts_that_sound_like_a_promise(tmp_path: Path, text: str, *, loaded: bool) -> None:
    """A description whose texts promise nothing is read without the table of what promises look like."""
    schema = {"type": "object", "properties": {"name": {"type": "string", "description": text}}}
    answer = {"description": "A lamp.", "content": {"application/json": {"schema": schema}}}
    document = {"openapi": "3.1.0", "paths": {"/lamp": {"get": {"responses": {"200": answer}}}}}
    folder = tmp_path / "schemas" / "lamps"
    folder.mkdir(parents=True)
    (folder / "openapi.json").write_text(json.dumps(document))
    code, names = imported(tmp_path, "verify", "--plan")
    assert code == 0
    assert ("contracts.reading.page.phrases" in names) is loaded
