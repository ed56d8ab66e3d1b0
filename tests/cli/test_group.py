"""The command itself: its table of commands, and the ways to start it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from contracts.commands.group import COMMANDS, main


@pytest.mark.parametrize("name", COMMANDS)
def test_each_row_of_the_table_is_a_command(name: str) -> None:
    """The module holds a command of that name, and the listing says in its own first line what it does."""
    command = main.commands[name]
    assert command.get_short_help_str(500) == COMMANDS[name]
    assert (type(command), command.name) == (click.Command, name)
    listed = CliRunner().invoke(main, ["--help"]).stdout.partition("Commands:")[2]
    assert f"\n  {name:<{max(map(len, COMMANDS))}}  {command.get_short_help_str(20).removesuffix('...')}" in listed


def test_the_table_is_all_there_is() -> None:
    """As many commands as rows, and no other name is one."""
    assert (sorted(main.commands), len(main.commands)) == (sorted(COMMANDS), len(COMMANDS))
    assert ("verify" in main.commands, "group" in main.commands) == (True, False)
    done = CliRunner().invoke(main, ["verifi"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "No such command 'verifi'. Did you mean 'verify'?" in done.stderr


def test_it_starts_as_a_module_too(tmp_path: Path) -> None:
    """`python -m contracts` is the command, its exit codes included, and says how it was started."""
    command = [sys.executable, "-m", "contracts", "verify", "--seed", "x"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Usage: python -m contracts verify ")
