"""Each target of a run, asked or replayed, as one `Checked`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts.checking import Checker, merged
from contracts.errors import Unreachable, Unusable
from contracts.model.contract import Contract, Level, Rule
from contracts.model.finding import Finding, Judgement
from contracts.model.frozen import frozen
from contracts.model.interaction import Interaction
from contracts.model.json import Json
from contracts.model.run import Checked
from contracts.reports.grouping import many
from contracts.rules.asking import credentials
from contracts.rules.exchange import plain_path
from contracts.wiring.documents import Held
from contracts.wiring.keys import key_in_use, key_of, variable_of

if TYPE_CHECKING:
    from contracts.provider.app import Provider
    from contracts.provider.world import World
    from contracts.proving.driving import Failure

Progress = Callable[[str, int, int], None]
"""Told the target's name, the requests done, and their number."""

NAMED = ("cassettes", "reference", "live")
PATHS = "paths"
"""The target that stands for the recordings which a user names."""
RECORDED = {"cassettes", PATHS}
NO_SUCCESS = "no success answer was seen, so nothing is known; check the key, and name rows that exist with --ids"
NO_RECORDED_SUCCESS = "the recordings hold no success answer"


@frozen
class Plan:
    """What a run is asked to do.

    Of provider targets: rows known to exist, a file with the key, how many generated requests, which seed. Of
    recordings: how old they may be, in days, and which `paths` beside the contract's own, on which `hosts`.
    """

    ids: str | None = None
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
    """Holds one target to the contract: `cassettes`, `reference`, `live` or a URL.

    Raises Unusable for a target that makes no sense, Unreachable where no answer can be had.
    """
    checker = Checker(held.contract, levels)
    if target == "cassettes":
        return check_cassettes(held, checker, plan)
    if target == PATHS:
        return check_paths(held, checker, plan)
    if target == "reference":
        return _reference(held, checker, plan)
    return _server(held, checker, target, plan)


def check_cassettes(held: Held, checker: Checker, plan: Plan) -> Checked:
    """The contract's own recordings, judged as they stand in their files, and how well they are kept."""
    from contracts.sources.cassettes import SUFFIXES, files_below, read_held
    from contracts.sources.parts import place_of
    from contracts.sources.recordings import left_out
    from contracts.wiring.custody import Custody
    from contracts.wiring.sorting import Sorting

    if held.unchecked:
        return Checked(name="cassettes", what="the recordings", judgement=Judgement(), unchecked=held.unchecked)
    custody = Custody(checker, key=key_in_use(held.contract, plan.key_file), max_age=plan.max_age)
    sorting = Sorting(checker)
    judged: list[Judgement] = []
    for path in files_below(held.cassettes, SUFFIXES) if held.cassettes.is_dir() else ():
        try:
            metadata, found = read_held(path)
        except Unusable as error:
            list(sorting.owned([left_out(place_of(path), error)]))
            continue
        owned = list(sorting.owned(found))
        judged.append(checker.judge_all(_watched(owned, plan), plan.see))
        readable = [one for one in found if isinstance(one, Interaction)]
        kept = tuple(custody.findings(path, metadata, readable, owned))
        if len(readable) < len(found):  # what can't be read may be of use
            kept = tuple(one for one in kept if one.rule != "custody.unused")
        judged.append(Judgement(findings=kept))
    judgement = merged(judged)
    unchecked = "" if judgement.successes else NO_RECORDED_SUCCESS
    if not judgement.checked:
        unchecked = (
            f"{held.cassettes} holds no recording of {held.contract.operation}; make some with `contracts record`"
        )
    return Checked(
        name="cassettes",
        what=recordings_of(judgement) + sorting.beside(),
        judgement=judgement,
        unchecked=unchecked,
        unreadable=sorting.unreadable,
    )


def recordings_of(judgement: Judgement) -> str:
    """`22 recordings of the reference provider`: how many, and what they say of their making."""
    from contracts.sources.cassettes import RECORDED_LIVE

    known = {"reference": " of the reference provider", RECORDED_LIVE: " of the live API", "recorded": ""}
    counts = [
        f"{many(count, 'recording')}{known.get(origin, f' of {origin}')}" for origin, count in judgement.checked.items()
    ]
    return " and ".join(counts) or "the recordings"


def _watched(interactions: Iterable[Interaction], plan: Plan) -> Iterator[Interaction]:
    for interaction in interactions:
        plan.watch(interaction)
        yield interaction


def check_paths(held: Held, checker: Checker, plan: Plan) -> Checked:
    """Recordings of any make that a user names: those of the operation are judged, the rest is counted.

    The plan's `hosts` narrow what counts as the operation's to these, ports included where given; none takes any.
    """
    from contracts.sources.recordings import read_recordings
    from contracts.wiring.sorting import Sorting

    sorting = Sorting(checker, plan.hosts)
    judgement = checker.judge_all(_watched(sorting.owned(read_recordings(plan.paths)), plan), plan.see)
    where = f" in {', '.join(path.as_posix() for path in plan.paths)}{sorting.beside()}"
    unchecked = "" if judgement.successes else NO_RECORDED_SUCCESS
    if not judgement.checked:
        where, unchecked = "", f"no answer of {held.contract.operation}{where}"
    return Checked(
        name=PATHS,
        what=f"{recordings_of(judgement)}{where}",
        judgement=judgement,
        unchecked=unchecked,
        unreadable=sorting.unreadable,
    )


def _reply_world(seed: int) -> World:
    from contracts.reply.world import World as ReplyWorld

    return ReplyWorld(seed)


WORLDS: dict[str, Callable[[int], World]] = {"reply": _reply_world}
"""The reference worlds there are, by the vendor's folder name."""


def world_of(vendor: str, seed: int) -> World:
    """The reference world of a vendor. Raises Unusable where there is none."""
    if vendor not in WORLDS:
        message = f"there is no reference provider for {vendor!r}; choose cassettes, live or a URL with --against"
        raise Unusable(message)
    return WORLDS[vendor](seed)


def faults_of(held: Held, names: tuple[str, ...]) -> tuple[Rule, ...]:
    """The rules of these ids. Raises Unusable for one that there isn't."""
    found = []
    for name in names:
        try:
            found.append(held.contract.rule(name))
        except KeyError:
            message = f"{name!r} is no rule of {held.contract.operation}; `contracts serve --list-faults` lists them"
            raise Unusable(message) from None
    return tuple(found)


def reference(held: Held, seed: int, faults: tuple[str, ...] = ()) -> tuple[Provider, str, World]:
    """The reference provider of a contract with a throwaway key, and its world. Raises Unusable."""
    import secrets

    from contracts.provider.app import Provider

    broken = faults_of(held, faults)
    world = world_of(held.vendor, seed)
    key = "throwaway-" + secrets.token_hex(8)
    return Provider(held.contract, world, key, broken), key, world


def _reference(held: Held, checker: Checker, plan: Plan) -> Checked:
    from contracts.proving.probing import in_process, probe

    provider, key, world = reference(held, plan.seed)
    rows = tuple(tuple(str(value) for value in row) for row in world.rows())
    probed = probe(held.contract, in_process(held.contract, provider, key), rows)
    judged = _judged(checker, "reference", probed, plan)
    driven, failures, stopped = _drive(
        checker, provider, plan, rows, key=key, origin="reference", remote=False, name="reference"
    )
    findings = tuple(_failure(checker, failure, "violation") for failure in failures)
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
        judged = _judged(checker, target, probe(held.contract, over_http(server), rows), plan)
    driven, failures, stopped = _drive(
        checker, url, plan, rows, key=key, origin=origin or server.host, remote=remote, name=target
    )
    findings = tuple(_failure(checker, failure, _gravity(failure)) for failure in failures)
    what = "the live API" if live else url
    return _checked(target, what, [judged, driven, Judgement(findings=findings)], stopped)


def rows_of(held: Held, ids: str | None) -> tuple[tuple[str, ...], ...]:
    """The rows that a user names with --ids. Raises Unusable."""
    if ids is None:
        return ()
    from contracts.sources.rows import read_rows

    names = path_parameters(held.contract)
    if not names:
        message = f"--ids: {held.contract.operation} has no path parameters to name; leave it out"
        raise Unusable(message)
    return read_rows(ids, names)


def path_parameters(contract: Contract) -> tuple[str, ...]:
    """The names of the path's parameters, in its order."""
    return tuple(re.findall(r"\{([^{}]+)\}", plain_path(contract.path)))


def authorization_of(contract: Contract) -> dict[str, Any]:
    """Header and scheme of the first credential that travels in a header, as `Server` takes them; else empty."""
    ways = (way for rule in contract.about("request", "authorization") for way in credentials(rule.says))
    asked = (said for way in ways for said in way if said["in"] == "header")
    return next(({"header": said["header"], "scheme": said["scheme"]} for said in asked), {})


def _judged(checker: Checker, name: str, interactions: Iterator[Interaction], plan: Plan) -> Judgement:
    plan.progress(name, 0, 0)
    owned = (interaction for interaction in interactions if checker.owns(interaction))
    return checker.judge_all(_watched(owned, plan), plan.see)


def _drive(  # noqa: PLR0913  what the driver needs to know of a target
    checker: Checker, target: Any, plan: Plan, rows: tuple[tuple[str, ...], ...],
    *, key: str | None, origin: str, remote: bool, name: str,
) -> tuple[Judgement, tuple[Failure, ...], str]:  # fmt: skip
    """What came of the answers, what the standard checks found, and why it stopped before the end, "" where not."""
    from contracts.proving.asking import document_of_one
    from contracts.proving.driving import drive

    judged: list[Judgement] = []

    def judge(interaction: Interaction, _legal: bool) -> tuple[Finding, ...]:  # noqa: FBT001  the driver's form
        if not checker.owns(interaction):
            return ()
        judged.append(checker.judge_all(_watched((interaction,), plan), plan.see))
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
