"""Recording: every row of the reference provider, or the rows that a user names, each as one cassette."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from contracts.checking import Checker
from contracts.commands.documents import Held, levels_here
from contracts.commands.keys import asked_at, key_of, variable_of
from contracts.commands.reference import rows_here, rows_path
from contracts.commands.targets import (
    Ids,
    authorization_of,
    ids_by_contract,
    path_parameters,
    reference,
    rows_of,
)
from contracts.errors import Unreachable, Unusable
from contracts.model.contract import Contract
from contracts.model.finding import Finding
from contracts.model.frozen import frozen
from contracts.model.identity import digest
from contracts.model.interaction import Interaction, Request, Response
from contracts.model.run import Idle
from contracts.provider.app import Provider
from contracts.provider.serving import serve
from contracts.proving.probing import filled
from contracts.recording.admission import Outcome, Provenance, record, refuse_short, rejected_name
from contracts.recording.differences import differences
from contracts.recording.scrubbing import SCRUBBER_VERSION, Scrubber
from contracts.rules.exchange import path_parameters as parameters_in
from contracts.sources.cassettes import read_cassette, read_held
from contracts.sources.http import Budget, Server, ask

WRONG_KEY = "wrong-key"
_LONGEST_NAME = 100
SCRUB_KEY = "CONTRACTS_SCRUB_KEY"
NO_ROWS = "name the rows to record with --ids, values in the path's order: --ids 100/12345"
NO_REFERENCE = (
    "the reference provider has no rows of any of these contracts; write {path}, or give live or a URL with --against"
)


@frozen
class Asked:
    """What a user wants recorded: from whom, which rows, under which name, with which key and how fast."""

    against: str
    ids: Ids = ()
    case: str | None = None
    key_file: Path | None = None
    budget: int = 100


@frozen
class Recorded:
    """What became of one case: `outcome` is None where no answer could be had, and `reason` says why.

    `success` says that the answer was the documented success.
    """

    path: Path
    outcome: Outcome | None
    success: bool = False
    reason: str = ""
    findings: tuple[Finding, ...] = ()
    differences: tuple[str, ...] = ()


@frozen
class _Case:
    """One request to be recorded: the cassette's name (None: by its scrubbed ids), its path, its server."""

    name: str | None
    path: str
    server: Server


def record_all(
    held: tuple[Held, ...], asked: Asked, told: Callable[[Recorded, int, int], None]
) -> tuple[tuple[Recorded, ...], tuple[Idle, ...]]:
    """Records every case asked for of each contract, with its api's key; and why some contracts were asked nothing.

    Raises Unusable for a request that makes no sense, Unreachable where no contract could be asked anything.
    """
    meant, idle = _meant(held, asked)
    done: list[Recorded] = []
    for one, own in meant:
        try:
            done += record_cases(one, own, told)
        except Unreachable as error:
            idle.append(Idle(contract=one.contract, why=str(error)))
    if not done:
        raise Unreachable("; ".join(dict.fromkeys(one.why for one in idle)))
    return tuple(done), tuple(idle)


def _meant(held: tuple[Held, ...], asked: Asked) -> tuple[list[tuple[Held, Asked]], list[Idle]]:
    """Each contract that there is something to ask about, with its own rows; and the others. Raises Unusable."""
    held = asked_at(held, asked.against)
    each = ids_by_contract(held, asked.ids)
    meant, idle = list[tuple[Held, Asked]](), list[Idle]()
    for one, ids in zip(held, each, strict=True):
        if asked.against == "reference" and not rows_here(one):
            idle.append(Idle(contract=one.contract, why="the reference provider has no rows of it"))
        elif asked.against != "reference" and path_parameters(one.contract) and not ids and len(held) > 1:
            idle.append(Idle(contract=one.contract, why="no rows are named with --ids"))
        else:
            meant.append((one, replace(asked, ids=ids)))
    if not meant:
        raise Unusable(NO_REFERENCE.format(path=rows_path(held[0])) if asked.against == "reference" else NO_ROWS)
    return meant, idle


def record_cases(held: Held, asked: Asked, told: Callable[[Recorded, int, int], None]) -> tuple[Recorded, ...]:
    """Records every case asked for; `told` hears of each, its number and how many there are.

    A case whose answer can't be had is told and passed over. Raises Unusable for a request that makes no sense.
    """
    if asked.against == "reference":
        return _record_reference(held, asked, told)
    cases = _live_cases(held, asked)
    secret = os.environ.get(SCRUB_KEY, "").encode() or secrets.token_bytes(32)
    return _all(held, cases, told, origin=_origin(held, asked), scrubber=Scrubber(held.contract, secret))


def _record_reference(held: Held, asked: Asked, told: Callable[[Recorded, int, int], None]) -> tuple[Recorded, ...]:
    provider = reference(held)
    with serve(provider) as url:
        cases = [
            _Case(name=name, path=path, server=_server(held, url, sent, Budget()))
            for name, path, sent in _reference_cases(provider)
        ]
        if asked.ids or asked.case is not None:
            cases = _rows(held, asked, _server(held, url, provider.key, Budget()))
        return _all(held, cases, told, origin="reference", scrubber=None)


def _server(held: Held, url: str, key: str | None, budget: Budget, retries: int | None = None) -> Server:
    return Server(base_url=url, key=key, retries=retries, budget=budget, **authorization_of(held.contract))


def _live_cases(held: Held, asked: Asked) -> list[_Case]:
    live = asked.against == "live"
    url = held.contract.server if live else asked.against.rstrip("/")
    key = key_of(held.contract, asked.key_file)
    if key is None:
        message = f"no key: put it into {variable_of(held.contract)}, or name a file with --key-file"
        raise Unreachable(message)
    refuse_short(key)
    return _rows(held, asked, _server(held, url, key, Budget(per_minute=min(asked.budget, 100)), retries=2))


def _rows(held: Held, asked: Asked, server: Server) -> list[_Case]:
    names = path_parameters(held.contract)
    rows = rows_of(held, asked.ids) if names or asked.ids else ((),)
    if not rows:
        raise Unusable(NO_ROWS)
    if asked.case is not None and (len(rows) > 1 or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", asked.case)):
        message = f"--case {asked.case[:60]!r}: one row and a plain name (letters, digits, - _ .) are needed for it"
        raise Unusable(message)
    paths = [filled(held.contract, dict(zip(names, row, strict=True))) for row in rows]
    return [_Case(name=asked.case, path=path, server=server) for path in paths]


def _origin(held: Held, asked: Asked) -> str:
    return "live" if asked.against in {"live", held.contract.server} else Server(base_url=asked.against).host


def _all(
    held: Held,
    cases: list[_Case],
    told: Callable[[Recorded, int, int], None],
    *,
    origin: str,
    scrubber: Scrubber | None,
) -> tuple[Recorded, ...]:
    checker = Checker(held.contract, levels_here((held.contract,)))
    done = []
    for number, case in enumerate(cases, start=1):
        done.append(_one(held, checker, case, origin=origin, scrubber=scrubber))
        told(done[-1], number, len(cases))
    return tuple(done)


def _one(held: Held, checker: Checker, case: _Case, *, origin: str, scrubber: Scrubber | None) -> Recorded:
    contract = held.contract
    target = held.cassettes / f"{case.name or _name(contract, case, scrubber)}.yaml"
    before = _readable(target)
    seen: list[Interaction] = []

    def admit(taped: Interaction) -> bool:
        interaction = replace(taped, recorded=False)  # it was asked for here, and nothing was taken out of it
        seen.append(interaction)
        broken = any(finding.level == "violation" for finding in checker.judge(interaction).findings)
        worse = before is not None and _is_success(contract, before) and not _is_success(contract, interaction)
        return not broken and not worse and contract.answer(interaction.response.status) is not None

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
        outcome = record(target, _fetching(case, contract.method), provenance, admit, scrub)
    except Unreachable as error:
        return Recorded(path=target, outcome=None, reason=str(error))
    return Recorded(
        path=rejected_name(target) if outcome == "rejected" else target,
        outcome=outcome,
        success=_is_success(contract, seen[-1]),
        findings=checker.judge(seen[-1]).findings,
        differences=differences(checker, before, seen[-1]) if before and outcome != "unchanged" else (),
    )


def _is_success(contract: Contract, interaction: Interaction) -> bool:
    answer = contract.answer(interaction.response.status)
    return answer is not None and answer.success


def _fetching(case: _Case, method: str) -> Callable[[Any], object]:
    return lambda session: ask(session, case.server, method, case.path)


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


def _name(contract: Contract, case: _Case, scrubber: Scrubber | None) -> str:
    """A cassette's name from the ids that it will hold, pseudonyms where they are scrubbed; the contract's for none."""
    url = contract.server + case.path
    asked = Interaction(request=Request(method=contract.method, url=url), response=Response(status=404), origin="")
    shown = scrubber.scrub(asked).request.url if scrubber else url
    values = parameters_in(contract.path, shown.removeprefix(contract.server)) or {}
    return _file_name(tuple(values.values())) or contract.slug


def _file_name(values: tuple[str, ...]) -> str:
    """A plain and short name, another one for other values: where they aren't plain themselves, by a digest.

    Capital letters aren't plain: some disks don't tell them from small ones.
    """
    name = "-".join(re.sub(r"[^A-Za-z0-9]+", "_", value) for value in values)
    if len(name) <= _LONGEST_NAME and all(re.fullmatch("[a-z0-9_]+", value) for value in values):
        return name
    mark = hashlib.sha256("\0".join(values).encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{name[:_LONGEST_NAME]}-{mark}"


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
