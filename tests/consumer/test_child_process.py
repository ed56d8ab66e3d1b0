"""A child process: bounded in time and in words, ended with the run."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from contracts.consumer.child_process import MOST_OUTPUT, Children
from contracts.errors import Unusable

LEAVES_A_CHILD = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open(sys.argv[1], "w").write(str(child.pid))
"""
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('here', flush=True); time.sleep(60)"
)


def python(source: str, *args: str) -> list[str]:
    """A command that runs this source."""
    return [sys.executable, "-c", source, *args]


def gone(process: int) -> bool:
    """Whether a process has ended, waiting a little for it."""
    for _ in range(100):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        state = Path(f"/proc/{process}/stat")
        if state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.05)
    return False


def test_code_and_both_outputs_are_kept() -> None:
    """Standard error stands among the output, and the environment is the given one."""
    source = "import os, sys; print(os.environ['X']); print('err', file=sys.stderr); sys.exit(7)"
    with Children() as children:
        ended = children.run(python(source), {**os.environ, "X": "one"}, 30)
    assert (ended.code, sorted(ended.output.split())) == (7, ["err", "one"])


def test_endless_output_is_bounded() -> None:
    """The beginning and the end are kept, and how much is missing is said."""
    with Children() as children:
        ended = children.run(python("print('a' * 5_000_000); print('end')"), os.environ, 30)
    assert len(ended.output) < 3 * MOST_OUTPUT
    assert ended.output.startswith("aaa")
    assert ended.output.endswith("end\n")
    assert "bytes left out" in ended.output


def test_the_time_is_bounded_even_for_the_stubborn() -> None:
    """No exit code, what was said until then, and the process is gone."""
    started = time.monotonic()
    with Children() as children:
        ended = children.run(python(STUBBORN), os.environ, 1.5)
    assert (ended.code, ended.output) == (None, "here\n")
    assert time.monotonic() - started < 15


def test_what_a_command_leaves_behind_is_ended(tmp_path: Path) -> None:
    """A grandchild of the same group doesn't outlive its case."""
    note = tmp_path / "pid"
    with Children() as children:
        assert children.run(python(LEAVES_A_CHILD, str(note)), os.environ, 30).code == 0
    assert gone(int(note.read_text()))


LEAVES_ITS_GROUP = """
import os, subprocess, sys, time
deep = "import os, subprocess, sys, time; os.fork() and os._exit(0); os.setsid(); " \
    "open(sys.argv[1], 'a').write(f'{os.getpid()} '); time.sleep(60)"
subprocess.Popen([sys.executable, "-ISc", deep, sys.argv[1]], start_new_session=True).wait()
while not os.path.exists(sys.argv[1]) or not open(sys.argv[1]).read().endswith(" "):
    time.sleep(0.01)
other = subprocess.Popen([sys.executable, "-ISc", "import time; time.sleep(60)"], start_new_session=True)
open(sys.argv[1], "a").write(f"{other.pid} ")
if len(sys.argv) > 2:
    other.wait()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of processes that left their group")
@pytest.mark.parametrize("hangs", [(), ("hangs",)])
def test_what_left_its_group_is_ended(tmp_path: Path, hangs: tuple[str, ...]) -> None:
    """Grandchildren in sessions of their own, twice forked or not, don't outlive their command; other processes do."""
    note = tmp_path / "pids"
    started = time.monotonic()
    with subprocess.Popen([sys.executable, "-ISc", "import time; time.sleep(60)"]) as before:
        with Children() as children:
            ended = children.run(python(LEAVES_ITS_GROUP, str(note), *hangs), os.environ, 2 if hangs else 30)
            assert [gone(int(pid)) for pid in note.read_text().split()] == [True, True]
        assert ended.code == (None if hangs else 0)
        assert before.poll() is None
        before.kill()
    assert time.monotonic() - started < 20


def test_what_is_to_be_hidden_is_hidden_at_every_cut() -> None:
    """Wherever the output is cut, no part of a secret is left at the cut's edges."""
    secret = "0123456789abcdef" * 20
    source = f"for size in range(40): print('.' * 997 + {secret!r}, end='')\nprint('end')"
    with Children(lambda text: text.replace(secret, "*" * len(secret))) as children:
        ended = children.run(python(source), os.environ, 30)
    assert "bytes left out" in ended.output
    assert secret[:6] not in ended.output
    assert secret[-6:] not in ended.output


def test_leaving_the_block_ends_what_runs() -> None:
    """As on Ctrl-C: the commands of other threads end, and none is started afterwards."""
    found: list[int | None] = []
    with Children() as children:
        thread = threading.Thread(
            target=lambda: found.append(children.run(python("import time; time.sleep(60)"), os.environ, 60).code)
        )
        thread.start()
        while not children._running:
            time.sleep(0.01)
    thread.join(10)
    assert found
    assert found[0] != 0
    with pytest.raises(Unusable, match="the run is over"):
        children.run(python("pass"), os.environ, 1)


@pytest.mark.parametrize("command", ["/no/such/command", str(Path(__file__).parent), "with\0zero"])
def test_a_command_that_is_none_is_one_line(command: str) -> None:
    """Missing, a folder, or no name at all."""
    with Children() as children, pytest.raises(Unusable, match=r"can't be started: .*; give the client's own command"):
        children.run([command], os.environ, 1)
