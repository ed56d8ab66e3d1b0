"""The command line as a stranger meets it: exit code and what it prints, as a process where that makes a difference."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sysconfig
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

import pytest
from click.testing import CliRunner

from contracts.commands.group import main
from tests import alone

ROOT = Path(__file__).parents[2]
COMMAND = Path(sysconfig.get_path("scripts")) / "contracts"

Done: TypeAlias = subprocess.CompletedProcess[str]
Run: TypeAlias = Callable[..., Done]
Serve: TypeAlias = Callable[..., AbstractContextManager[Mapping[str, str]]]


def environment(env: Mapping[str, str]) -> dict[str, str]:
    """The variables of this process without the vendor's key, and the given ones."""
    return {name: value for name, value in os.environ.items() if name != "REPLY_API_KEY"} | dict(env)


@pytest.fixture
def schemas(tmp_path: Path) -> Path:
    """The first committed contract, alone in the folder where commands run."""
    return alone.write_schemas(tmp_path)


@pytest.fixture
def project(tmp_path: Path, schemas: Path) -> Path:
    """That folder with its recordings as well: a project of one contract."""
    shutil.copytree(alone.CASSETTES, tmp_path / alone.FOLDER)
    return schemas.parent


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `contracts` with these arguments in this process; in an empty folder where `cwd` isn't said."""

    def run(*args: str | Path, cwd: Path = tmp_path, env: Mapping[str, str] = MappingProxyType({})) -> Done:
        with monkeypatch.context() as patch:
            patch.chdir(cwd)
            patch.delenv("REPLY_API_KEY", raising=False)
            given = [str(argument) for argument in args]
            done = CliRunner(env=env).invoke(main, given, prog_name="contracts", catch_exceptions=False)
        return Done(given, done.exit_code, done.stdout, done.stderr)

    return run


@pytest.fixture
def process(tmp_path: Path) -> Run:
    """Runs `contracts` with these arguments as a process of its own; in an empty folder where `cwd` isn't said."""

    def process(*args: str | Path, cwd: Path = tmp_path, env: Mapping[str, str] = MappingProxyType({})) -> Done:
        return subprocess.run(
            [COMMAND, *args], cwd=cwd, env=environment(env), capture_output=True, text=True, timeout=120, check=False
        )

    return process


@pytest.fixture
def served(tmp_path: Path) -> Serve:
    """`contracts serve` with these arguments as a process; gives what it printed by name: url, key, rows, try."""

    @contextmanager
    def served(*args: str) -> Iterator[Mapping[str, str]]:
        with subprocess.Popen(
            [COMMAND, "serve", *args], cwd=tmp_path, env=environment({}), stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            told: dict[str, str] = {}
            while "try" not in told:
                match = re.fullmatch(r"(\w+) +(.*)\n", process.stdout.readline())
                assert match is not None, told
                told[match[1]] = match[2]
            try:
                yield told
            finally:
                process.send_signal(signal.SIGINT)
                code = process.wait(timeout=20)
            assert code == 0, "Ctrl-C is the documented end"

    return served


@pytest.fixture
def page() -> Path:
    """The transcribed page."""
    return ROOT / "contracts" / "reply" / "get-a-contact-in-a-sequence.txt"
