"""Each target of a run, asked or replayed, as one `Checked`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from contracts.checking import Checker, merged
from contracts.commands.documents import Held
from contracts.commands.keys import key_of, variable_of
from contracts.commands.reference import rows_here, rows_path
from contracts.commands.selecting import listed, selected, selects
from contracts.errors import Unreachable, Unusable
from contracts.model.contract import Contract, Level
from contracts.model.finding import Finding, Judgement
from contracts.model.frozen import frozen
from contracts.model.interaction import Interaction
from contracts.model.json import Json
from contracts.model.run import RECORDED, Checked
from contracts.model.text import inert
from contracts.rules.asking import credentials
from contracts.rules.exchange import plain_path

if TYPE_CHECKING:
    from contracts.provider.app import Provider
    from contracts.proving.driving import Failure

Progress = Callable[[str, int, int], None]
"""Told the target's name, the requests done, and their number."""

Ids: TypeAlias = str | tuple[str, ...] | None
"""Rows as a user names them: of one contract a text, of several one or more, each with or without a contract's name."""

NAMED = ("cassettes", "reference", "live")
PATHS = "paths"
"""The target that stands for the recordings which a user names."""
NO_SUCCESS = "no success answer was seen, so nothing is known; check the key, and name rows that exist with --ids"


@frozen
class Plan:
    """What a run is asked to do.

    Of provider targets: rows known to exist, a file with the key, how many generated requests, which seed. Of
    recordings: how old they may be, in days, and which `paths` beside the contract's own, on which `hosts`.
    """

    ids: Ids = None
    key_file: Path | None = None
    max_examples: int = 20
    seed: int = 0
    max_age: int | None = None
    paths: tuple[Path, ...] = ()
    hosts: tuple[str, ...] = ()
    progress: Progress = lambda _name, _done, _total: None
    see: Callable[[Json], object] | None = None
    """Given the body of each success answer that is judged ..."""
    watch: Callable[[Interaction], object] = lambda _interaction: None
    """... and each interaction that is judged."""


def check(held: Held, target: str, plan: Plan, levels: Mapping[str, Level]) -> Checked:
    """Holds one target to the contract: `cassettes`, `paths`, `reference`, `live` or a URL.

    Raises Unusable for a target that makes no sense, Unreachable where no answer can be had.
    """
    if target in RECORDED:
        from contracts.commands.recordings import check_recorded

        return check_recorded((held,), target, plan, levels)[0][0]
    checker = Checker(held.contract, levels)
    if target == "reference":
        return _reference(held, checker, plan)
    return _server(held, checker, target, plan)


def reference(*held: Held, faults: tuple[str, ...] = ()) -> Provider:
    """The reference provider of these contracts, with a throwaway key; a fault breaks each contract that has the rule.

    Raises Unusable for a fault that no contract has, and for rows that can't be read.
    """
    import secrets

    from contracts.provider.app import Operation, Provider

    operations = [
        Operation(
            contract=one.contract,
            rows=rows_here(one),
            faults=tuple(rule for rule in one.contract.rules if rule.id in faults) if faults else (),
        )
        for one in held
    ]
    known = {rule.id for operation in operations for rule in operation.faults}
    for name in faults:
        if name not in known:
            message = f"{name!r} is no rule of {held[0].contract.operation}; `contracts serve --list-faults` lists them"
            raise Unusable(message)
    return Provider(operations, "throwaway-" + secrets.token_hex(8))


def _reference(held: Held, checker: Checker, plan: Plan) -> Checked:
    from contracts.proving.probing import in_process, probe

    provider = reference(held)
    rows = provider.operations[0].known
    if not rows:
        why = f"a self-check, for they are made from the contract; rows of the API's own go into {rows_path(held)}"
        return Checked(name="reference", what="its own answers", judgement=Judgement(), unchecked=why, own=True)
    statuses = {row.status for row in provider.operations[0].rows}

    def owned(interaction: Interaction) -> bool:
        """A refusal that neither a row nor the contract tells of is the provider's own, and no witness."""
        status = interaction.response.status
        told = status in statuses or held.contract.answer(status) is not None
        return told and checker.owns(interaction)

    probed = probe(held.contract, in_process(held.contract, provider), rows)
    judged = _judged(checker, "reference", filter(owned, probed), plan)
    driven, failures, stopped = _drive(
        checker, provider, plan, rows, key=provider.key, origin="reference", remote=False, name="reference", owned=owned
    )
    findings = tuple(_failure(checker, one, "violation") for one in failures if owned(one.interaction))
    parts = [judged, driven, Judgement(findings=findings)]
    return _checked("reference", "the reference provider", parts, stopped)


def _server(held: Held, checker: Checker, target: str, plan: Plan) -> Checked:
    from contracts.proving.probing import over_http, probe
    from contracts.sources.http import Server, is_loopback

    rows = rows_of(held, plan.ids)
    live = target == "live"
    url = held.contract.server if live else target.rstrip("/")
    key = key_of(held.contract, plan.key_file)
    if live and not key:
        place = variable_of(held.contract)
        message = f"the live API was not asked: put its key into {place}, or give `verify` a file with --key-file"
        raise Unreachable(message)
    remote = not is_loopback(url)
    origin = "live" if live else ""
    server = Server(base_url=url, key=key, origin=origin, **authorization_of(held.contract))
    judged = Judgement()
    if not remote:
        judged = _judged(checker, target, filter(checker.owns, probe(held.contract, over_http(server), rows)), plan)
    driven, failures, stopped = _drive(
        checker,
        url,
        plan,
        rows,
        key=key,
        origin=origin or server.host,
        remote=remote,
        name=target,
        owned=checker.owns,
    )
    findings = tuple(_failure(checker, failure, _gravity(failure)) for failure in failures)
    what = "the live API" if live else url
    return _checked(target, what, [judged, driven, Judgement(findings=findings)], stopped)


def rows_of(held: Held, ids: Ids) -> tuple[tuple[str, ...], ...]:
    """The rows that a user names with --ids for one contract: those under no name, or one of its. Raises Unusable."""
    names = path_parameters(held.contract)
    if (ids is None or ids == ()) or (isinstance(ids, tuple) and not names):
        return ()
    if not names:
        message = f"--ids: {held.contract.operation} has no path parameters to name; leave it out"
        raise Unusable(message)
    from contracts.sources.rows import read_rows

    texts = [rows for name, rows in map(_named, _texts(ids)) if not name or selects(name, held)]
    return tuple(dict.fromkeys(row for text in texts for row in read_rows(text, names)))


def ids_by_contract(held: tuple[Held, ...], ids: Ids) -> tuple[tuple[str, ...], ...]:
    """Which of the given rows are each contract's, in the order of the contracts, read once so that they can be.

    Rows under a name (`get-a-contact=100/12345`) are for what it selects; others for all whose parameters are the same
    ones. Raises Unusable where that leaves a choice, for a name that selects nothing, and for no such rows.
    """
    found: list[list[str]] = [[] for _ in held]
    for text in _texts(ids):
        name, _ = _named(text)
        meant = selected(held, (name,), "--ids") if name else held
        takers = [one for one in meant if path_parameters(one.contract)]
        if not takers:
            rows_of(meant[0], text)  # says that it takes none
        if not name and len({_rows_named(one.contract) for one in takers}) > 1:
            slug = takers[0].contract.slug
            message = f"--ids {inert(text)[:60]}: of several contracts; name the one, like --ids {slug}=ROWS: "
            raise Unusable(message + listed(tuple(takers)))
        for number, one in enumerate(held):
            if any(one is taker for taker in takers):
                rows_of(one, text)
                found[number].append(text)
    return tuple(map(tuple, found))


_NAMED_ROWS = re.compile(r"([^=,/]+|[A-Za-z]+ /[^=]*)=([^=,/].*)", re.DOTALL)


def _texts(ids: Ids) -> tuple[str, ...]:
    return () if ids is None else (ids,) if isinstance(ids, str) else ids


def _named(text: str) -> tuple[str, str]:
    """The name before rows, "" for none, and the rows."""
    match = _NAMED_ROWS.fullmatch(text)
    return (match[1], match[2]) if match and not Path(text[:255]).is_file() else ("", text)


def _rows_named(contract: Contract) -> str:
    """The address that a row fills in: the same for whatever is asked of one row."""
    path = plain_path(contract.path)
    return f"{contract.server}{path[: path.rfind('}')]}"


def path_parameters(contract: Contract) -> tuple[str, ...]:
    """The names of the path's parameters, in its order."""
    return tuple(re.findall(r"\{([^{}]+)\}", plain_path(contract.path)))


def authorization_of(contract: Contract) -> dict[str, Any]:
    """Header and scheme of the first credential that travels in a header, as `Server` takes them; else empty."""
    ways = (way for rule in contract.about("request", "authorization") for way in credentials(rule.says))
    asked = (said for way in ways for said in way if said["in"] == "header")
    return next(({"header": said["header"], "scheme": said["scheme"]} for said in asked), {})


def _judged(checker: Checker, name: str, interactions: Iterable[Interaction], plan: Plan) -> Judgement:
    plan.progress(name, 0, 0)
    return checker.judge_all(watched(interactions, plan), plan.see)


def watched(interactions: Iterable[Interaction], plan: Plan) -> Iterator[Interaction]:
    """The interactions, each shown to the plan's `watch` when it comes."""
    for interaction in interactions:
        plan.watch(interaction)
        yield interaction


def _drive(  # noqa: PLR0913  what the driver needs to know of a target
    checker: Checker, target: Any, plan: Plan, rows: tuple[tuple[str, ...], ...],
    *, key: str | None, origin: str, remote: bool, name: str, owned: Callable[[Interaction], bool],
) -> tuple[Judgement, tuple[Failure, ...], str]:  # fmt: skip
    """What came of the answers, what the standard checks found, and why it stopped before the end, "" where not."""
    from contracts.proving.asking import document_of_one
    from contracts.proving.driving import drive

    judged: list[Judgement] = []

    def judge(interaction: Interaction, _legal: bool) -> tuple[Finding, ...]:  # noqa: FBT001  the driver's form
        if not owned(interaction):
            return ()
        judged.append(checker.judge_all(watched((interaction,), plan), plan.see))
        return judged[-1].findings

    failures: tuple[Failure, ...] = ()
    stopped = ""
    try:
        failures = drive(
            document_of_one(checker.contract),
            target,
            judge=judge,
            origin=origin,
            remote=remote,
            rows=rows,
            max_examples=plan.max_examples,
            seed=plan.seed,
            key=key,
            on_progress=lambda done, total: plan.progress(name, done, total),
        ).failures
    except Unreachable as error:
        stopped = str(error)  # what was learned until then still counts
    return merged(judged), failures, stopped


def _gravity(failure: Failure) -> Level:
    """Of another's provider: a server error on a legal request is a violation, any other standard check a note."""
    return "violation" if failure.check == "schemathesis.not_a_server_error" and failure.legal else "note"


def _failure(checker: Checker, failure: Failure, level: Level) -> Finding:
    return checker.foreign(
        failure.interaction,
        rule=failure.check,
        level=level,
        summary="Schemathesis finds nothing wrong with the answer.",
        expected="this standard check to pass",
        seen=failure.message,
    )


def _checked(name: str, what: str, judgements: list[Judgement], stopped: str) -> Checked:
    judgement = merged(judgements)
    unchecked = stopped or ("" if judgement.successes else NO_SUCCESS)
    return Checked(name=name, what=what, judgement=judgement, unchecked=unchecked)


def is_target(text: str) -> bool:
    """Whether a text names a target: a word of ours, or a URL."""
    return text in NAMED or text.startswith(("http://", "https://"))
