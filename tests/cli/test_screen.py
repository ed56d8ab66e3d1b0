"""What is printed on a terminal, and what elsewhere."""

from __future__ import annotations

import os
import pty
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from tests.cli.conftest import COMMAND, Run, environment

VERIFY = ("verify", "--against", "cassettes")


def on_a_terminal(cwd: Path, env: Mapping[str, str] = MappingProxyType({})) -> str:
    """What `contracts verify` prints where its output is a terminal."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [COMMAND, *VERIFY], cwd=cwd, env=environment({"COLUMNS": "60", "TERM": "xterm", **env}), stdout=theirs
    ) as process:
        os.close(theirs)
        told = b""
        try:
            while part := os.read(ours, 4096):
                told += part
        except OSError:  # the other end is closed
            pass
        os.close(ours)
        assert process.wait(60) == 0
    return told.decode().replace("\r\n", "\n")


def test_a_terminal_has_colour_and_a_width(process: Run, project: Path) -> None:
    """The verdict is drawn, lines end before the width; `NO_COLOR` takes the colour, a pipe has the plain lines."""
    drawn, plain = on_a_terminal(project), on_a_terminal(project, {"NO_COLOR": "1"})
    assert "verdict    \x1b[1;32mkept\x1b[0m by" in drawn
    assert re.sub(r"\x1b\[[\d;]*m", "", drawn) == plain
    assert max(map(len, plain.splitlines())) <= 60
    piped = process(*VERIFY, cwd=project).stdout
    assert "\x1b" not in piped
    assert piped.split() == plain.split()
