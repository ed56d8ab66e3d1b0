"""Each target of a run, asked or replayed, as one `Checked`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts.checking import Checker
from contracts.commands.archives import Piece, Share
from contracts.commands.documents import LocalContract
from contracts.commands.named_rows import Rows
from contracts.commands.output import Interruption
from contracts.commands.reference import reference, rows_path
from contracts.commands.vendor_data import key_of, variable_of
from contracts.errors import Unreachable
from contracts.model.contract import Contract, Level
from contracts.model.finding import Finding, Judgement, merged, recurring
from contracts.model.frozen import frozen
from contracts.model.interaction import Interaction
from contracts.model.json import Json
from contracts.model.run import RECORDED, Checked
from contracts.rules.authorization import credentials

if TYPE_CHECKING:
    from contracts.proving.driving import Failure

Progress = Callable[[str, int, int], None]
"""Told the target's name, the requests done, and their number."""


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

    rows: Rows = ()
    key_file: Path | None = None
    max_examples: int = 20
    seed: int = 0
    max_age: int | None = None
    paths: tuple[Path, ...] = ()
    hosts: tuple[str, ...] = ()
    progress: Progress = lambda _name, _done, _total: None
    jobs: int = 0
    """So many processes judge named recordings; 0 for as many as are worth it."""
    elsewhere: Callable[[Sequence[Piece], Callable[[Piece], bool]], Iterator[Share]] | None = None
    """Judges the pieces of named recordings, told of each that is done; None for this machine."""
    split: int = 0
    interruption: Interruption = field(default_factory=Interruption)
    see: Callable[[Json], object] | None = None
    """Given the body of each success answer that is judged ..."""
    watch: Callable[[Interaction], object] | None = None
    """... and each interaction that is judged."""


def check(
    held: LocalContract, target: str, plan: Plan, levels: Mapping[str, Level], among: tuple[LocalContract, ...] = ()
) -> Checked:
    """Holds one target to the contract: `cassettes`, `paths`, `reference`, `live` or a URL.

    `among` are all the contracts that are known, which may own some of what is recorded. Raises Unusable for a target
    that makes no sense, Unreachable where no answer can be had.
    """
    if target in RECORDED:
        from contracts.commands.recordings import check_recorded

        return check_recorded((held,), target, plan, levels, among)[0][0]
    checker = Checker(held.contract, levels)
    if target == "reference":
        return _reference(held, checker, plan)
    return _server(held, checker, target, plan)


def check_or_say_why(held: LocalContract, target: str, plan: Plan, levels: Mapping[str, Level]) -> Checked:
    """One target, as `check` has it; where no answer can be had, it says why it doesn't count. Raises Unusable."""
    try:
        return check(held, target, plan, levels)
    except Unreachable as error:
        return unchecked(target, str(error))


def unchecked(target: str, why: str) -> Checked:
    """A target of which no answer was had."""
    return Checked(name=target, what=target, judgement=Judgement(), unchecked=why)


def _reference(held: LocalContract, checker: Checker, plan: Plan) -> Checked:
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
    plan = replace(plan, rows=rows)
    driven, failures, stopped = _drive(
        checker, provider, plan, key=provider.key, origin="reference", remote=False, name="reference", owned=owned
    )
    findings = tuple(_failure(checker, one, "violation") for one in failures if owned(one.interaction))
    parts = [judged, driven, Judgement(met=recurring(findings))]
    return _checked("reference", "the reference provider", parts, stopped)


def _server(held: LocalContract, checker: Checker, target: str, plan: Plan) -> Checked:
    from contracts.proving.probing import over_http, probe
    from contracts.sources.http import Server, is_loopback

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
        probed = probe(held.contract, over_http(server), plan.rows)
        judged = _judged(checker, target, filter(checker.owns, probed), plan)
    driven, failures, stopped = _drive(
        checker,
        url,
        plan,
        key=key,
        origin=origin or server.host,
        remote=remote,
        name=target,
        owned=checker.owns,
    )
    findings = tuple(_failure(checker, failure, _gravity(failure)) for failure in failures)
    what = "the live API" if live else url
    return _checked(target, what, [judged, driven, Judgement(met=recurring(findings))], stopped)


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
        if plan.watch is not None:
            plan.watch(interaction)
        yield interaction


def _drive(  # noqa: PLR0913  what the driver needs to know of a target
    checker: Checker, target: Any, plan: Plan,
    *, key: str | None, origin: str, remote: bool, name: str, owned: Callable[[Interaction], bool],
) -> tuple[Judgement, tuple[Failure, ...], str]:  # fmt: skip
    """What came of the answers, what the standard checks found, and why it stopped before the end, or ""."""
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
            rows=plan.rows,
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
    """True for the name of a target: a word of ours, or a URL."""
    return text in NAMED or text.startswith(("http://", "https://"))
