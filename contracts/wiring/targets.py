"""Each target of a run, asked or replayed, as one `Checked`."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts.checking import Checker, merged
from contracts.errors import Unreachable, Unusable
from contracts.model.contract import Contract, Level
from contracts.model.finding import Finding, Judgement
from contracts.model.frozen import frozen
from contracts.model.interaction import Interaction
from contracts.model.run import Checked
from contracts.wiring.documents import Held, hand_of

if TYPE_CHECKING:
    from contracts.provider.app import Provider
    from contracts.provider.world import World
    from contracts.proving.driving import Failure

Progress = Callable[[str, int, int], None]
"""Told the target's name, the requests done, and their number."""

NAMED = ("cassettes", "reference", "live")
NO_SUCCESS = "no success answer was seen, so nothing is known; name rows that exist with --ids"


@frozen
class Plan:
    """What a run asks of every provider target: rows known to exist, how many generated requests, which seed."""

    ids: str | None = None
    max_examples: int = 20
    seed: int = 0
    progress: Progress = lambda _name, _done, _total: None


def check(held: Held, target: str, plan: Plan, levels: Mapping[str, Level]) -> Checked:
    """Holds one target to the contract: `cassettes`, `reference`, `live` or a URL.

    Raises Unusable for a target that makes no sense, Unreachable where no answer can be had.
    """
    checker = Checker(held.contract, levels)
    if target == "cassettes":
        return check_cassettes(held, checker)
    if target == "reference":
        return _reference(held, checker, plan)
    return _server(held, checker, target, plan)


def check_cassettes(held: Held, checker: Checker) -> Checked:
    """The contract's own recordings, judged as they stand in their files."""
    from contracts.sources.cassettes import read_cassettes

    found = read_cassettes([held.cassettes]) if held.cassettes.is_dir() else iter(())
    judgement = checker.judge_all(interaction for interaction in found if checker.owns(interaction))
    counts = [
        f"{count} recordings of {'the reference provider' if origin == 'reference' else f'origin {origin}'}"
        for origin, count in judgement.checked.items()
    ]
    unchecked = ""
    if not judgement.checked:
        unchecked = (
            f"{held.cassettes} holds no recording of {held.contract.operation}; make some with `contracts record`"
        )
    elif not judgement.successes and not judgement.findings:
        unchecked = "the recordings hold no success answer"
    what = " and ".join(counts) or "the recordings"
    return Checked(name="cassettes", what=what, judgement=judgement, unchecked=unchecked)


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


def reference(held: Held, seed: int, faults: tuple[str, ...] = ()) -> tuple[Provider, str, World]:
    """The reference provider of a contract with a throwaway key, and its world. Raises Unusable."""
    import secrets

    from contracts.provider.app import Provider

    broken = []
    for name in faults:
        try:
            broken.append(held.contract.rule(name))
        except KeyError:
            message = f"{name!r} is no rule of {held.contract.operation}; `contracts serve --list-faults` lists them"
            raise Unusable(message) from None
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

    rows = _rows(held, plan)
    hand = hand_of(held.contract)
    live = target == "live"
    url = held.contract.server if live else target.rstrip("/")
    key = os.environ.get(hand.variable) or None if hand.variable else None
    if live and not key:
        message = (
            f"the live API was not asked: put its key into the environment variable {hand.variable or 'of the vendor'}"
        )
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


def _rows(held: Held, plan: Plan) -> tuple[tuple[str, ...], ...]:
    from contracts.sources.rows import read_rows

    return () if plan.ids is None else read_rows(plan.ids, path_parameters(held.contract))


def path_parameters(contract: Contract) -> tuple[str, ...]:
    """The names of the path's parameters, in its order."""
    return tuple(re.findall(r"\{([^{}]+)\}", contract.path))


def authorization_of(contract: Contract) -> dict[str, Any]:
    """Header and scheme of the credential, as `Server` takes them; empty where the page documents none."""
    return next((dict(rule.says) for rule in contract.about("request", "authorization")), {})


def _judged(checker: Checker, name: str, interactions: Iterator[Interaction], plan: Plan) -> Judgement:
    plan.progress(name, 0, 0)
    return checker.judge_all(interaction for interaction in interactions if checker.owns(interaction))


def _drive(  # noqa: PLR0913  what the driver needs to know of a target
    checker: Checker, target: Any, plan: Plan, rows: tuple[tuple[str, ...], ...],
    *, key: str | None, origin: str, remote: bool, name: str,
) -> tuple[Judgement, tuple[Failure, ...], str]:  # fmt: skip
    """What came of the answers, what the standard checks found, and why it stopped before the end, "" where not."""
    from contracts.proving.driving import drive
    from contracts.writing import openapi

    judged: list[Judgement] = []

    def judge(interaction: Interaction, _legal: bool) -> tuple[Finding, ...]:  # noqa: FBT001  the driver's form
        if not checker.owns(interaction):
            return ()
        judged.append(checker.judge(interaction))
        return judged[-1].findings

    failures: tuple[Failure, ...] = ()
    stopped = ""
    try:
        failures = drive(
            openapi(checker.contract),
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


def cassette_folder(held: Held) -> Path:
    """Where new recordings go: into the working directory, never into the installed package."""
    return Path("cassettes") / held.vendor / held.contract.slug
