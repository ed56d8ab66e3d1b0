"""`contracts record`: record answers into cassettes, scrubbed and held to the contracts.

Those are of every row of the reference provider, or of the rows that a user names, each as one cassette.
"""

from __future__ import annotations

import os
import re
import secrets
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

from contracts.checking import Checker
from contracts.commands.documents import LocalContract, contracts_here
from contracts.commands.named_rows import Rows, named_rows, path_parameters
from contracts.commands.options import contract_option, ids_option, key_file_option
from contracts.commands.output import progress_shown
from contracts.commands.reference import reference, rows_here, rows_path
from contracts.commands.settings import levels_here
from contracts.commands.targets import authorization_of, is_target
from contracts.commands.vendor_data import asked_at, key_of, refuse_one_key_for_many, variable_of
from contracts.errors import Exit, Unreachable, Unusable
from contracts.model.contract import Contract
from contracts.model.finding import Recurrence
from contracts.model.frozen import frozen
from contracts.model.identity import digest
from contracts.model.interaction import Interaction
from contracts.model.run import Idle
from contracts.model.text import inert
from contracts.provider.app import Provider
from contracts.provider.serving import serve
from contracts.proving.probing import filled
from contracts.recording.admission import Admission, Provenance, cassette_name, differences, refuse_short, rejected_name
from contracts.recording.admission import record as record_cassette
from contracts.recording.scrubbing import SCRUBBER_VERSION, Scrubber
from contracts.reports.assembling import idle_rows
from contracts.reports.terminal import findings_text
from contracts.sources.cassettes import read_cassette, read_held
from contracts.sources.http import Budget, Server, ask

WRONG_KEY = "wrong-key"
SCRUB_KEY = "CONTRACTS_SCRUB_KEY"
NO_ROWS = "name the rows to record with --ids, values in the path's order: --ids 100/12345"
NO_REFERENCE = (
    "the reference provider has no rows of any of these contracts; write {path}, or give live or a URL with --against"
)


@frozen
class RecordOptions:
    """Whose answers are recorded, under which name, with which key and how fast."""

    against: str
    case: str | None = None
    key_file: Path | None = None
    budget: int = 100


@click.command()
@click.option("--against", required=True, metavar="TARGET", help="reference, live or a URL: whose answers to record.")
@contract_option
@ids_option
@click.option("--case", metavar="NAME", help="The cassette's name, for one row; else its scrubbed ids.")
@key_file_option
@click.option("--budget", type=click.IntRange(1, 100), default=100, show_default=True, help="Requests a minute.")
def record(  # noqa: PLR0913, PLR0917  one for each option
    against: str, names: tuple[str, ...], ids: tuple[str, ...], case: str | None, key_file: Path | None, budget: int
) -> None:
    """Record answers into cassettes/, scrubbed and held to the contracts, one file for each case."""
    if against == "cassettes" or not is_target(against):
        raise Unusable(f"--against {against}: nothing to record; give reference, live or a URL")
    if against == "reference" and key_file is not None:
        raise Unusable("--key-file: the reference provider makes a key of its own; leave it out")
    options = RecordOptions(against=against, case=case, key_file=key_file, budget=budget)
    here = contracts_here(names)
    refuse_one_key_for_many((local.contract for local in here), (against,), key_file)
    with progress_shown(quiet=against == "reference") as progress:

        def told(one: Recorded, number: int, total: int) -> None:
            progress(against, number, total)
            _told(one)

        done, idle = record_all(here, ids, options, told)
    for _, text in idle_rows(idle):
        click.echo(f"contracts: not asked: {text}", err=True)
    older = left_behind(done) if case is None and against != "reference" else 0
    if older:
        click.echo(
            f"contracts: {SCRUB_KEY} is not set, so the names are this run's own, and {older} scrubbed earlier"
            " stayed beside them; delete those, and set it to renew recordings in their place",
            err=True,
        )
    if any(one.outcome == "rejected" for one in done):
        sys.exit(Exit.BROKEN)
    if not any(one.outcome and one.success for one in done):
        click.echo("contracts: no success answer was had; check the key, and the rows named with --ids", err=True)
        sys.exit(Exit.NOT_CHECKED)


def _told(one: Recorded) -> None:
    """What became of one case: a line, then its findings and what is different now."""
    click.echo(f"{one.outcome or 'not checked':<11} {one.path}{': ' if one.reason else ''}{inert(one.reason)}")
    for line in findings_text(one.findings):
        click.echo(f"            {inert(line)}")
    for line in one.differences:
        click.echo(f"            {inert(line)}")


@frozen
class Recorded:
    """What became of one case: without an answer `outcome` is None, and `reason` says why.

    `success` says that the answer was the documented success.
    """

    path: Path
    outcome: Admission | None
    success: bool = False
    reason: str = ""
    findings: tuple[Recurrence, ...] = ()
    differences: tuple[str, ...] = ()


@frozen
class _Case:
    """One request to be recorded: the cassette's name (None: by its scrubbed ids), its path, its server."""

    name: str | None
    path: str
    server: Server


def record_all(
    here: tuple[LocalContract, ...],
    ids: tuple[str, ...],
    options: RecordOptions,
    told: Callable[[Recorded, int, int], None],
) -> tuple[tuple[Recorded, ...], tuple[Idle, ...]]:
    """Records every case asked for of each contract, with its api's key; and why some contracts were asked nothing.

    Raises Unusable for a request that makes no sense, Unreachable where no contract could be asked anything.
    """
    meant, idle = _meant(asked_at(here, options.against), ids, options.against)
    done: list[Recorded] = []
    for one, rows in meant:
        try:
            done += _record(one, rows, options, told)
        except Unreachable as error:
            idle.append(Idle(contract=one.contract, why=str(error)))
    if not done:
        raise Unreachable("; ".join(dict.fromkeys(one.why for one in idle)))
    return tuple(done), tuple(idle)


def _meant(
    here: tuple[LocalContract, ...], ids: tuple[str, ...], against: str
) -> tuple[list[tuple[LocalContract, Rows]], list[Idle]]:
    """Each contract that there is something to ask about, with its own rows; and the others. Raises Unusable."""
    meant, idle = list[tuple[LocalContract, Rows]](), list[Idle]()
    for one, rows in zip(here, named_rows(here, ids), strict=True):
        if against == "reference" and not rows_here(one):
            idle.append(Idle(contract=one.contract, why="the reference provider has no rows of it"))
        elif against != "reference" and path_parameters(one.contract) and not rows and len(here) > 1:
            idle.append(Idle(contract=one.contract, why="no rows are named with --ids"))
        else:
            meant.append((one, rows))
    if not meant:
        raise Unusable(NO_REFERENCE.format(path=rows_path(here[0])) if against == "reference" else NO_ROWS)
    return meant, idle


def _record(
    local: LocalContract, rows: Rows, options: RecordOptions, told: Callable[[Recorded, int, int], None]
) -> tuple[Recorded, ...]:
    """Records every case asked for; `told` hears of each, its number and how many there are.

    A case whose answer can't be had is told and passed over. Raises Unusable for a request that makes no sense.
    """
    if options.against != "reference":
        cases = _live_cases(local, rows, options)
        secret = os.environ.get(SCRUB_KEY, "").encode() or secrets.token_bytes(32)
        live = options.against in {"live", local.contract.server}
        origin = "live" if live else Server(base_url=options.against).host
        return _all(local, cases, told, origin=origin, scrubber=Scrubber(local.contract, secret))
    provider = reference(local)
    with serve(provider) as url:
        if rows or options.case is not None:
            cases = _cases(local, rows, options.case, _server(local, url, provider.key, Budget()))
        else:
            cases = [
                _Case(name=name, path=path, server=_server(local, url, sent, Budget()))
                for name, path, sent in _reference_cases(provider)
            ]
        return _all(local, cases, told, origin="reference", scrubber=None)


def _server(local: LocalContract, url: str, key: str | None, budget: Budget, retries: int | None = None) -> Server:
    return Server(base_url=url, key=key, retries=retries, budget=budget, **authorization_of(local.contract))


def _live_cases(local: LocalContract, rows: Rows, options: RecordOptions) -> list[_Case]:
    url = local.contract.server if options.against == "live" else options.against.rstrip("/")
    key = key_of(local.contract, options.key_file)
    if key is None:
        raise Unreachable(f"no key: put it into {variable_of(local.contract)}, or name a file with --key-file")
    refuse_short(key)
    server = _server(local, url, key, Budget(per_minute=min(options.budget, 100)), retries=2)
    return _cases(local, rows, options.case, server)


def _cases(local: LocalContract, rows: Rows, name: str | None, server: Server) -> list[_Case]:
    names = path_parameters(local.contract)
    rows = rows or (() if names else ((),))
    if not rows:
        raise Unusable(NO_ROWS)
    if name is not None and (len(rows) > 1 or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", name)):
        raise Unusable(f"--case {name[:60]!r}: one row and a plain name (letters, digits, - _ .) are needed for it")
    paths = [filled(local.contract, dict(zip(names, row, strict=True))) for row in rows]
    return [_Case(name=name, path=path, server=server) for path in paths]


def _all(
    local: LocalContract,
    cases: list[_Case],
    told: Callable[[Recorded, int, int], None],
    *,
    origin: str,
    scrubber: Scrubber | None,
) -> tuple[Recorded, ...]:
    checker = Checker(local.contract, levels_here((local.contract,)))
    done = []
    for number, case in enumerate(cases, start=1):
        done.append(_one(local, checker, case, origin=origin, scrubber=scrubber))
        told(done[-1], number, len(cases))
    return tuple(done)


def _one(local: LocalContract, checker: Checker, case: _Case, *, origin: str, scrubber: Scrubber | None) -> Recorded:
    contract = local.contract
    target = local.cassettes / f"{case.name or cassette_name(contract, case.path, scrubber)}.yaml"
    before = _readable(target)
    seen: list[Interaction] = []

    def admit(taped: Interaction) -> bool:
        interaction = replace(taped, recorded=False)  # it was asked for here, and nothing was taken out of it
        seen.append(interaction)
        broken = any(finding.level == "violation" for finding in checker.judge(interaction).findings)
        worse = before is not None and _is_success(contract, before) and not _is_success(contract, interaction)
        return not broken and not worse and contract.answer(interaction.response.status) is not None

    def fetch(session: Any) -> object:
        return ask(session, case.server, contract.method, case.path)

    provenance = Provenance(
        origin=origin,
        contract=digest(contract),
        version=version("reply-contracts"),
        now=datetime.now(UTC),
        asked=case.server.base_url,
        documented=contract.server,
        header=case.server.header,
        scrubber=SCRUBBER_VERSION if scrubber else "",
    )
    scrub = scrubber.scrub if scrubber else None
    try:
        outcome = record_cassette(target, fetch, provenance, admit, scrub)
    except Unreachable as error:
        return Recorded(path=target, outcome=None, reason=str(error))
    return Recorded(
        path=rejected_name(target) if outcome == "rejected" else target,
        outcome=outcome,
        success=_is_success(contract, seen[-1]),
        findings=checker.judge(seen[-1]).met,
        differences=differences(checker, before, seen[-1]) if before and outcome != "unchanged" else (),
    )


def _is_success(contract: Contract, interaction: Interaction) -> bool:
    answer = contract.answer(interaction.response.status)
    return answer is not None and answer.success


def left_behind(done: Sequence[Recorded]) -> int:
    """How many scrubbed recordings stood there before under names that this run, of a secret of its own, can't know."""
    if os.environ.get(SCRUB_KEY) or not any(one.outcome == "recorded" for one in done):
        return 0
    now = {one.path for one in done}
    beside = {path for folder in {one.path.parent for one in done} for path in folder.glob("*.yaml")} - now
    return sum(_is_scrubbed(path) for path in beside)


def _is_scrubbed(path: Path) -> bool:
    try:
        return bool(read_held(path)[0].get("scrubber"))
    except Unusable:
        return False


def _readable(target: Path) -> Interaction | None:
    try:
        return read_cassette(target)[0] if target.exists() else None
    except (Unusable, IndexError):
        return None


def _reference_cases(provider: Provider) -> Iterator[tuple[str, str, str | None]]:
    """The name of each row, its path, and the key that it is asked with; and of the refusals to a bad key."""
    (operation,) = provider.operations
    contract = operation.contract
    names = path_parameters(contract)
    paths = [filled(contract, dict(zip(names, row.ids, strict=True))) for row in operation.rows]
    for row, path in zip(operation.rows, paths, strict=True):
        yield row.name, path, provider.key
    if contract.about("request", "authorization") and contract.answer(401) is not None:
        yield "error-401-without-key", paths[0], None
        yield "error-401-wrong-key", paths[0], WRONG_KEY
