"""What a person sees while `contracts verify` asks: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sysconfig
from pathlib import Path

import pytest

COMMAND = Path(sysconfig.get_path("scripts")) / "contracts"

pytestmark = pytest.mark.usefixtures("schemas")


def on_a_terminal(*args: str, cwd: Path) -> tuple[int, str, str]:
    """Exit code, standard output (a pipe) and standard error (a terminal) of `contracts`."""
    master, slave = pty.openpty()
    env = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    env.pop("REPLY_API_KEY", None)
    with subprocess.Popen(
        [COMMAND, *args], cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=slave, text=True
    ) as process:
        os.close(slave)
        drawn = b""
        try:
            while block := os.read(master, 4096):
                drawn += block
        except OSError:  # the other end is closed
            pass
        os.close(master)
        assert process.stdout is not None
        return process.wait(timeout=60), process.stdout.read(), drawn.decode()


def test_a_terminal_gets_a_bar(project: Path) -> None:
    """The bar names the target and moves; it is gone at the end, and standard output holds none of it."""
    code, out, drawn = on_a_terminal("verify", "--against", "reference", "--max-examples", "1", cwd=project)
    assert code == 0
    assert "\x1b" not in out
    assert out.startswith("contract   GET ")
    assert re.search(r"reference.*━", drawn)
    assert "asking" not in drawn
    assert drawn.rstrip("\r\n").endswith("\x1b[2K")  # the last thing done to its line is to empty it


def test_a_hostile_name_is_drawn_as_it_is(tmp_path: Path) -> None:
    """Brackets in a URL are no markup of the bar's."""
    code, out, drawn = on_a_terminal("verify", "--against", "http://127.0.0.1:9/[/red]", cwd=tmp_path)
    assert (code, out) == (3, "")
    assert "http://127.0.0.1:9/[/red]" in drawn
    assert "contracts: 127.0.0.1:9: no answer" in drawn
    assert "Traceback" not in drawn


def test_recordings_draw_nothing(project: Path) -> None:
    """A check that is over at once stays silent on a terminal as well."""
    code, _out, drawn = on_a_terminal("verify", "--against", "cassettes", cwd=project)
    assert (code, drawn) == (0, "")
