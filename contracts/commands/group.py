"""The command `contracts`: its list of commands, and our errors as one line."""

from __future__ import annotations

import errno
import io
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import click

from contracts.errors import ContractBroken, ContractsError, Exit

COMMANDS = {
    "cases": "List the answers that `contracts gate` puts to a client.",
    "derive": "Read documentation into contracts: a page saved as text, an export in Markdown, or an OpenAPI document.",
    "docs": "Write the contracts as pages for people: HTML that needs no network, and Markdown.",
    "drift": "Say what moved: the page, the contract, or the API.",
    "explain": "Say what RULE promises, where that is written, how well it is known, and how it would fail.",
    "gate": "Run a client's own COMMAND once for each legal answer.",
    "history": "Show what FILE, written by --history, remembers: since when, until when, in how many runs.",
    "record": "Record answers into cassettes/, scrubbed and held to the contracts, one file for each case.",
    "serve": "Serve the reference provider, or legal answers, on loopback until Ctrl-C.",
    "verify": "Hold recordings and providers to the contracts.",
}
"""Each is the function of its name in the module of its name; what a list says of it stands here: none is loaded."""

_INTERRUPTED = 130  # what a shell says of a command that ended by Ctrl-C


class Commands(Mapping[str, click.Command]):
    """The commands by name; one is imported when it is asked for, not when it is only listed."""

    def __getitem__(self, name: str) -> click.Command:
        if name not in COMMANDS:
            raise KeyError(name)
        command: click.Command = getattr(import_module(f"contracts.commands.{name}"), name)
        return command

    def __contains__(self, name: object) -> bool:
        return name in COMMANDS

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


class _Group(click.Group):
    """Turns our errors into one line on standard error and their exit code."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  click's form
        """Lists the commands as click does, none of them loaded."""
        room = formatter.width - 6 - max(map(len, COMMANDS))
        listed = (click.Command(name, help=line) for name, line in COMMANDS.items())
        with formatter.section("Commands"):
            formatter.write_dl([(str(one.name), one.get_short_help_str(room)) for one in listed])

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command; no error of ours leaves as a traceback."""
        try:
            return super().invoke(ctx)
        except (ContractsError, ContractBroken) as error:
            from contracts.model.text import inert

            click.echo(f"contracts: {inert(' '.join(str(error).split()))}", err=True)
            raise click.exceptions.Exit(getattr(error, "exit_code", Exit.BROKEN)) from None
        except OSError as error:
            if error.errno == errno.EPIPE:  # whoever read has gone: click's own matter
                raise
            from contracts.model.text import inert

            where = "can't print" if error.filename is None else inert(str(error.filename))
            click.echo(f"contracts: {where}: {error.strerror or type(error).__name__}", err=True)
            raise click.exceptions.Exit(Exit.UNUSABLE) from None
        except KeyboardInterrupt:  # not click's own 1, which says broken here
            click.echo("contracts: interrupted", err=True)
            raise click.exceptions.Exit(_INTERRUPTED) from None


@click.group(
    cls=_Group,
    commands=Commands(),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="reply-contracts")
def main() -> None:
    """Hold an API, its recordings and its clients to what its documentation promises.

    Exit codes: 0 kept, 1 broken, 2 usage or unreadable input, 3 unreachable or nothing to check.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal that can't show a character is no error
