"""What a person sees on a terminal, while `contracts verify` asks and at its end, and what is written elsewhere."""

from __future__ import annotations

import os
import pty
import re
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import COMMAND, Run, environment

CASSETTES = ("verify", "--against", "cassettes")

pytestmark = pytest.mark.usefixtures("schemas")


def on_a_terminal(cwd: Path, *args: str, drawn: str, **env: str) -> tuple[int, str, str]:
    """Exit code of `contracts`, what is drawn where `drawn` is a terminal, and what its other output holds."""
    ours, theirs = pty.openpty()
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, drawn: theirs}
    env = environment({"TERM": "xterm", "COLUMNS": "100", **env})
    with subprocess.Popen([COMMAND, *args], cwd=cwd, env=env, text=True, **streams) as process:  # type: ignore[call-overload]
        os.close(theirs)
        told = b""
        try:
            while part := os.read(ours, 4096):
                told += part
        except OSError:  # the other end is closed
            pass
        os.close(ours)
        out, err = process.communicate(timeout=60)
    return process.returncode, told.decode(), out or err or ""


def test_a_terminal_gets_a_bar(project: Path) -> None:
    """The bar names the target and moves; it is gone at the end, and standard output holds none of it."""
    args = ("verify", "--against", "reference", "--max-examples", "1")
    code, drawn, out = on_a_terminal(project, *args, drawn="stderr")
    assert code == 0
    assert "\x1b" not in out
    assert out.startswith("contract   GET ")
    assert re.search(r"reference.*━", drawn)
    assert "asking" not in drawn
    assert drawn.rstrip("\r\n").endswith("\x1b[2K")  # the last thing done to its line is to empty it


def test_a_hostile_name_is_drawn_as_it_is(tmp_path: Path) -> None:
    """Brackets in a URL are no markup of the bar's."""
    code, drawn, out = on_a_terminal(tmp_path, "verify", "--against", "http://127.0.0.1:9/[/red]", drawn="stderr")
    assert (code, out) == (3, "")
    assert "http://127.0.0.1:9/[/red]" in drawn
    assert "contracts: 127.0.0.1:9: no answer" in drawn
    assert "Traceback" not in drawn


def test_recordings_draw_nothing(project: Path) -> None:
    """A check that is over at once stays silent on a terminal as well."""
    assert on_a_terminal(project, *CASSETTES, drawn="stderr")[:2] == (0, "")


def test_a_terminal_has_colour_and_a_width(process: Run, project: Path) -> None:
    """The verdict is drawn, lines end before the width; `NO_COLOR` takes the colour, a pipe has the plain lines."""
    (code, drawn, _), (_, plain, _) = (
        on_a_terminal(project, *CASSETTES, drawn="stdout", COLUMNS="60", **env) for env in ({}, {"NO_COLOR": "1"})
    )
    assert code == 0
    assert "verdict    \x1b[1;32mkept\x1b[0m by" in drawn
    assert re.sub(r"\x1b\[[\d;]*m", "", drawn) == plain
    assert max(map(len, plain.splitlines())) <= 60
    piped = process(*CASSETTES, cwd=project).stdout
    assert "\x1b" not in piped
    assert piped.split() == plain.split()
