"""The command line: options in, one call of `wiring`, text out, and the exit code."""

from __future__ import annotations

import atexit
import errno
import gc
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from contracts.errors import ContractBroken, ContractsError, Exit, Unusable

if TYPE_CHECKING:
    from contracts.model.run import Run
    from contracts.wiring.recording import Recorded
    from contracts.wiring.targets import Progress


_INTERRUPTED = 130  # what a shell says of a command that ended by Ctrl-C


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
        except OSError as error:
            if error.errno == errno.EPIPE:  # whoever read has gone: click's own matter
                raise
            click.echo(f"contracts: can't print: {error.strerror}", err=True)
            raise click.exceptions.Exit(Exit.UNUSABLE) from None
        except KeyboardInterrupt:  # not click's own 1, which says broken here
            click.echo("contracts: interrupted", err=True)
            raise click.exceptions.Exit(_INTERRUPTED) from None


def run() -> NoReturn:
    """The installed script: `main`, and an end that doesn't take every module apart first: a tenth of a short run.

    What others registered for the end of the process is still done, and everything printed is out.
    """
    code: object = Exit.KEPT
    try:
        main()
    except SystemExit as end:
        code = end.code
    atexit._run_exitfuncs()  # noqa: SLF001  the one way to have them run before the end
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code if isinstance(code, int) else Exit.BROKEN if code else Exit.KEPT)


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
            raise click.BadParameter(f"{text!r} is not FORMAT=PATH with FORMAT one of {', '.join(REPORTS)}")
        if Path(path) in found:
            raise click.BadParameter(f"{path} is named twice")
        found[Path(path)] = form
    return found


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option("--against", multiple=True, metavar="TARGET", help="cassettes, reference, live or a URL; repeatable.")
@click.option(
    "--host", "hosts", multiple=True, metavar="HOST", help="Of PATHs, only requests to this host; repeatable."
)
@click.option("--max-age", type=click.IntRange(min=1), metavar="DAYS", help="An older cassette is a finding.")
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
    paths: tuple[Path, ...], against: tuple[str, ...], hosts: tuple[str, ...], max_age: int | None, ids: str | None,
    fail_on: Any, max_examples: int, seed: int, form: str, reports: dict[Path, str],
) -> None:  # fmt: skip
    """Hold recordings and providers to the contract. Default: cassettes and the reference provider.

    A PATH is a recording of any make (vcrpy cassette, HAR 1.2, NDJSON of exchanges) or a folder of those; then only
    these are checked, unless --against is given too.
    """
    from contracts.wiring.targets import Plan, is_target
    from contracts.wiring.verifying import verify as run_all

    for target in against:
        if not is_target(target):
            raise Unusable(f"--against {target}: no target; give cassettes, reference, live or a URL")
    if hosts and not paths:
        raise Unusable("--host narrows what counts of PATHs; name a recording or a folder of them")
    with _progress(quiet=set(against) == {"cassettes"} or (bool(paths) and not against)) as progress:
        plan = Plan(
            ids=ids, max_examples=max_examples, seed=seed, max_age=max_age, paths=paths, hosts=hosts, progress=progress
        )
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
@click.option("--against", required=True, metavar="TARGET", help="reference, live or a URL: whose answers to record.")
@click.option("--ids", metavar="ROWS|FILE", help="Rows to ask for: 100/12345,100/12346, or a CSV or NDJSON file.")
@click.option("--case", metavar="NAME", help="The cassette's name, for one row; else its scrubbed ids.")
@click.option("--key-file", type=click.Path(path_type=Path), help="Read the key from here, not from the environment.")
@click.option("--budget", type=click.IntRange(1, 100), default=100, show_default=True, help="Requests a minute.")
def record(against: str, ids: str | None, case: str | None, key_file: Path | None, budget: int) -> None:
    """Record answers into cassettes/, scrubbed and held to the contract, one file for each case."""
    from contracts.wiring.documents import contracts_here
    from contracts.wiring.recording import Asked, record_cases
    from contracts.wiring.targets import is_target

    if against == "cassettes" or not is_target(against):
        raise Unusable(f"--against {against}: nothing to record; give reference, live or a URL")
    if against == "reference" and key_file is not None:
        raise Unusable("--key-file: the reference provider makes a key of its own; leave it out")
    asked = Asked(against=against, ids=ids, case=case, key_file=key_file, budget=budget)
    done: list[Recorded] = []
    with _progress(quiet=against == "reference") as progress:
        for held in contracts_here():

            def told(one: Recorded, number: int, total: int) -> None:
                progress(against, number, total)
                _told(one)

            done += record_cases(held, asked, told)
    if any(one.outcome == "rejected" for one in done):
        sys.exit(Exit.BROKEN)
    if not any(one.outcome and one.success for one in done):
        click.echo("contracts: no success answer was had; check the key, and the rows named with --ids", err=True)
        sys.exit(Exit.NOT_CHECKED)


def _told(one: Recorded) -> None:
    """What became of one case: a line, then its findings and what is different now."""
    from contracts.reports.grouping import finding_text, grouped, inert

    click.echo(f"{one.outcome or 'not checked':<11} {one.path}{': ' if one.reason else ''}{inert(one.reason)}")
    for line in (line for group in grouped(one.findings) for line in finding_text(group)):
        click.echo(f"            {inert(line)}")
    for line in one.differences:
        click.echo(f"            {inert(line)}")


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


@main.command()
@click.option("--pairwise", is_flag=True, help="Also a small set in which every two branches meet.")
@_format
def cases(form: str, *, pairwise: bool) -> None:
    """List the answers that `contracts gate` puts to a client."""
    from contracts.wiring.cases import as_json, as_text, cases_of, only_contract

    contract = only_contract().contract
    found = cases_of(contract, pairwise=pairwise)
    click.echo(as_json(contract, found) if form == "json" else as_text(found), nl=False)


def _gate_reports(_context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]) -> dict[Path, str]:
    """`FORMAT=PATH` pairs, each format one that a run of the gate can be written as."""
    from contracts.reports.gate_tables import GATE_REPORTS

    pairs = [text.partition("=") for text in given]
    for form, _, path in pairs:
        if form not in GATE_REPORTS or not path:
            raise click.BadParameter(f"{form}={path} is not FORMAT=PATH with FORMAT one of {', '.join(GATE_REPORTS)}")
    return {Path(path): form for form, _, path in pairs}


@main.command(context_settings={"allow_interspersed_args": False})
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@click.option("--env", "env", multiple=True, metavar="NAME=VALUE", help="Also set; {base_url}, {key}, {case}, {id} ...")
@click.option("--only", multiple=True, metavar="PATTERN", help="Just the cases of such a name; repeatable.")
@click.option("--pairwise", is_flag=True, help="Also a small set in which every two branches meet.")
@click.option("--tomorrow", is_flag=True, help="Answers that aren't legal, and errors, count as well.")
@click.option("--fail-on", type=click.Choice(["outside"]), help="Requests for other operations break the run.")
@click.option("--also", multiple=True, metavar="'GET /PATH=FILE'", help="A fixed answer outside the contract.")
@click.option("--timeout", type=click.FloatRange(0.1, 3600), default=30, show_default=True, help="Seconds a case.")
@click.option("--parallel", type=click.IntRange(1, 64), default=1, show_default=True, help="Cases at once.")
@click.option("--baseline", type=click.Path(path_type=Path), help="Fail only on what is worse than in this file.")
@click.option("--update", is_flag=True, help="Write the baseline again from this run.")
@_format
@click.option("--report", "reports", multiple=True, metavar="FORMAT=PATH", callback=_gate_reports, help="junit")
def gate(  # noqa: PLR0913, PLR0917  one for each option
    command: tuple[str, ...], env: tuple[str, ...], only: tuple[str, ...], fail_on: str | None, also: tuple[str, ...],
    timeout: float, parallel: int, baseline: Path | None, form: str, reports: dict[Path, str],
    *, pairwise: bool, tomorrow: bool, update: bool,
) -> None:  # fmt: skip
    """Run a client's own COMMAND once for each legal answer. Its exit code says whether it took the answer well.

    The command finds CONTRACTS_BASE_URL, CONTRACTS_API_KEY, CONTRACTS_CASE and the ids to ask for, like
    CONTRACTS_PARAM_ID, in its environment.
    """
    from contracts.reports.gate_tables import GATE_FORMATS, GATE_REPORTS
    from contracts.sources.files import write_text
    from contracts.wiring import gating
    from contracts.wiring.gating import Settings

    with _progress(quiet=form == "json" and not sys.stderr.isatty()) as progress:
        done = gating.gate(
            gating.Options(
                command=command,
                settings=Settings(
                    env=gating.own_names(env), timeout=timeout, parallel=parallel, also=gating.fixed(also),
                    progress=lambda count, total: progress(command[0], count, total),
                ),
                only=only, pairwise=pairwise, baseline=baseline, update=update,
                also_failing=gating.also_failing(tomorrow=tomorrow, outside=fail_on == "outside"),
            )
        )  # fmt: skip
    click.echo(GATE_FORMATS[form](done), nl=False)
    for path, name in reports.items():
        write_text(path, GATE_REPORTS[name](done))
    sys.exit(gating.exit_code(done))
