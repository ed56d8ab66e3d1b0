"""The command line: options in, one call of `wiring`, text out, and the exit code."""

from __future__ import annotations

import io
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from contracts.errors import ContractBroken, ContractsError, Exit, Unusable

if TYPE_CHECKING:
    from contracts.model.run import Run
    from contracts.wiring.targets import Progress


_INTERRUPTED = 130
"""What a shell says of a command that ended by Ctrl-C."""


class _Group(click.Group):
    """Turns our errors into one line on standard error and their exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command; no error of ours leaves as a traceback."""
        gc.set_threshold(50_000, 20, 20)  # collecting while everything is being loaded is a tenth of a short run
        try:
            return super().invoke(ctx)
        except (ContractsError, ContractBroken) as error:
            from contracts.reports.grouping import inert

            click.echo(f"contracts: {inert(' '.join(str(error).split()))}", err=True)
            raise click.exceptions.Exit(getattr(error, "exit_code", Exit.BROKEN)) from None
        except KeyboardInterrupt:  # not click's own 1, which says broken here
            click.echo("contracts: interrupted", err=True)
            raise click.exceptions.Exit(_INTERRUPTED) from None


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="reply-contracts")
def main() -> None:
    """Hold an API, its recordings and its clients to what its documentation promises.

    Exit codes: 0 kept, 1 broken, 2 usage or unreadable input, 3 unreachable or nothing to check.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal that can't show a character is no error


_format = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="What is printed."
)
_seed = click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Same seed, same world and requests."
)


@main.command()
@click.argument("page", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Write <slug>.schema.json and openapi.json here.")
@click.option("--strict", is_flag=True, help="Exit 1 while a sentence of the page is unaccounted for.")
@_format
def derive(page: Path, out: Path | None, form: str, *, strict: bool) -> None:
    """Read a documentation PAGE, saved as text, into a contract."""
    from contracts.wiring.deriving import as_json, as_text, derive_page, write_documents

    contract = derive_page(page)
    click.echo(as_json(contract) if form == "json" else as_text(contract), nl=False)
    failed = strict and contract.unaccounted
    if failed:
        click.echo("contracts: not accounted for: write a rule or a waiver for each sentence listed", err=True)
    elif out is not None:
        for path in write_documents(contract, out):
            click.echo(f"contracts: wrote {path}", err=True)
    sys.exit(Exit.BROKEN if failed else Exit.KEPT)


def _reports(_context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]) -> dict[Path, str]:
    """`FORMAT=PATH` pairs, each format a known one."""
    from contracts.reports import REPORTS

    found: dict[Path, str] = {}
    for text in given:
        form, _, path = text.partition("=")
        if form not in REPORTS or not path:
            message = f"{text!r} is not FORMAT=PATH with FORMAT one of {', '.join(REPORTS)}"
            raise click.BadParameter(message)
        if Path(path) in found:
            message = f"{path} is named twice"
            raise click.BadParameter(message)
        found[Path(path)] = form
    return found


@main.command()
@click.option("--against", multiple=True, metavar="TARGET", help="cassettes, reference, live or a URL; repeatable.")
@click.option("--ids", metavar="ROWS|FILE", help="Rows known to exist: 100/12345,100/12346, or a CSV or NDJSON file.")
@click.option(
    "--fail-on", type=click.Choice(["violation", "drift"]), default="violation", show_default=True,
    help="The weakest finding that breaks the run.",
)  # fmt: skip
@click.option(
    "--max-examples", type=click.IntRange(1, 10_000), default=20, show_default=True,
    help="Generated requests of each sort to a provider.",
)  # fmt: skip
@_seed
@_format
@click.option("--report", "reports", multiple=True, metavar="FORMAT=PATH", callback=_reports, help="Also write: junit.")
def verify(  # noqa: PLR0913, PLR0917  one for each option
    against: tuple[str, ...], ids: str | None, fail_on: Any, max_examples: int, seed: int, form: str,
    reports: dict[Path, str],
) -> None:  # fmt: skip
    """Hold recordings and providers to the contract. Default: cassettes and the reference provider."""
    from contracts.wiring.targets import Plan, is_target
    from contracts.wiring.verifying import verify as run_all

    for target in against:
        if not is_target(target):
            message = f"--against {target}: no target; give cassettes, reference, live or a URL"
            raise Unusable(message)
    with _progress(quiet=set(against) == {"cassettes"}) as progress:
        plan = Plan(ids=ids, max_examples=max_examples, seed=seed, progress=progress)
        runs = run_all(against, plan, fail_on)
    _tell(runs, form, reports)
    sys.exit(_exit_code(runs))


def _tell(runs: tuple[Run, ...], form: str, reports: dict[Path, str]) -> None:
    """Prints, then writes the reports: one that can't be written loses nothing of a run that took its time."""
    from contracts.reports import FORMATS, REPORTS
    from contracts.sources.files import write_text

    click.echo(FORMATS[form](runs), nl=False)
    problems = []
    for path, name in reports.items():
        try:
            write_text(path, REPORTS[name](runs))
        except Unusable as error:
            problems.append(str(error))
    if problems:
        raise Unusable("; ".join(problems))


def _exit_code(runs: tuple[Run, ...]) -> Exit:
    verdicts = {run.verdict for run in runs}
    if "broken" in verdicts:
        return Exit.BROKEN
    return Exit.NOT_CHECKED if "not checked" in verdicts or not runs else Exit.KEPT


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Progress]:
    """A bar on a terminal, a line for each target elsewhere, on standard error; nothing where it is over at once."""
    if quiet:
        yield lambda _name, _done, _total: None
    elif not sys.stderr.isatty():
        seen: set[str] = set()

        def line(name: str, _done: int, _total: int) -> None:
            if name not in seen:
                seen.add(name)
                click.echo(f"contracts: asking {name} ...", err=True)

        yield line
    else:
        from rich.console import Console
        from rich.markup import escape
        from rich.progress import Progress as Bars

        with Bars(console=Console(stderr=True), transient=True) as bars:
            tasks: dict[str, Any] = {}

            def bar(name: str, done: int, total: int) -> None:
                if name not in tasks:
                    tasks[name] = bars.add_task(escape(name), total=None)
                bars.update(tasks[name], completed=done, total=total or None)

            yield bar


@main.command()
@click.option("--against", type=click.Choice(["reference"]), required=True, help="Whose answers to record.")
def record(against: str) -> None:  # noqa: ARG001  one choice so far, named so that none is guessed
    """Record the provider's answers into cassettes/, one file for each case."""
    from contracts.wiring.documents import contracts_here
    from contracts.wiring.recording import record_reference

    def told(path: Path, fresh: bool) -> None:  # noqa: FBT001  a callback's form
        click.echo(f"{'recorded ' if fresh else 'unchanged'} {path}")

    for held in contracts_here():
        record_reference(held, told)


@main.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="0 takes a free one.")
@click.option("--fault", "faults", multiple=True, metavar="RULE", help="Break just this rule; repeatable.")
@click.option("--list-faults", is_flag=True, help="List the rules that can be broken, and end.")
@_seed
def serve(port: int, faults: tuple[str, ...], seed: int, *, list_faults: bool) -> None:
    """Serve the reference provider on loopback until Ctrl-C."""
    from contracts.wiring.documents import contracts_here
    from contracts.wiring.serving import serve_reference

    held = contracts_here()[0]
    if list_faults:
        for rule in held.contract.rules:
            click.echo(f"{rule.id}  ({rule.level}) {rule.summary}")
        return
    serve_reference(held, port, faults, seed, click.echo)
