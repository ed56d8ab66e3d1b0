"""What one run puts into the memory: answers, branches, rules and findings, each counted for its origin."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from contracts.comparing.observing import exercised
from contracts.model.contract import Contract
from contracts.model.drift import Observed, Traffic
from contracts.model.finding import Branch, Evidence, Finding, Judgement, Sighting
from contracts.model.history import Occurrence, RunEntry, Thing
from contracts.model.identity import digest
from contracts.model.json import ITEM, Path
from contracts.model.run import RECORDED, Run, Verdict
from contracts.rules.branches import branches
from contracts.rules.credentials import general_names
from contracts.rules.json_types import types_of
from contracts.rules.kind import named

MOST_PLACES = 100
"""So many places of one rule are kept of a run, the rest are counted together: a map's keys are fields without end."""
LONGEST = 200
"""So many characters are kept of a pointer or a value."""

Pairs = list[tuple[Thing, Occurrence]]


def of_run(run: Run, *, at: str) -> RunEntry:
    """What a `verify` run puts into the history; `at` is the run's moment, ISO 8601."""
    moments = ("" if target.name in RECORDED else moment(at) for target in run.targets)
    judged = (
        _Judged(run.contract, run.branches, target.judgement, when)
        for target, when in zip(run.targets, moments, strict=True)
    )
    return RunEntry(
        at=moment(at) or at,
        operation=run.contract.operation,
        digest=run.digest,
        verdict=run.verdict,
        rules=tuple(rule.id for rule in run.contract.rules),
        branches=run.branches,
        met=_added(pair for one in judged for pair in one.pairs()),
    )


def of_traffic(contract: Contract, traffic: Traffic | None, verdict: Verdict, *, at: str) -> RunEntry:
    """What a `drift` run puts into the history; its moment as in `of_run`."""
    run = Run(contract=contract, digest=digest(contract), targets=(), branches=branches(contract))
    entry = replace(of_run(run, at=at), verdict=verdict)
    if traffic is None:
        return entry
    when = "" if traffic.recorded else moment(at)
    judged = _Judged(contract, traffic.branches, traffic.judgement, when, traffic.observed)
    return replace(entry, met=_added(judged.pairs()))


def moment(text: str) -> str:
    """A moment in ISO 8601 as UTC to the second, so that texts sort as time; "" for anything else."""
    try:
        read = datetime.fromisoformat(text.strip())
        read = read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return ""
    return read.isoformat(timespec="seconds").replace("+00:00", "Z")


class _Judged:
    """One judgement, taken apart; `at` is the run's moment where answers are at first hand, "" for recordings."""

    def __init__(
        self,
        contract: Contract,
        known: Iterable[Branch],
        judgement: Judgement,
        at: str,
        observed: Observed | None = None,
    ) -> None:
        self.contract = contract
        self.judgement = judgement
        self.at = at
        self.observed = observed if len(judgement.checked) == 1 else None  # of several origins it can't be told whose
        self.rule_of = {branch.name: branch.rule for branch in known}
        self.rules = {rule.id for rule in contract.rules}
        self.successes = [f"status={answer.key}" for answer in contract.answers if answer.success]

    def pairs(self) -> Pairs:
        """Everything met."""
        met = [*self._branches(), *self._findings()]
        rules = _added(self._rules(met))
        for origin in self.judgement.checked:
            rules |= self._counted(origin, rules)
        return [*self._answers(), *met, *rules.items()]

    def _met(self, count: int, since: str, last: str) -> Occurrence:
        return Occurrence(
            count=count,
            replayed=0 if self.at else count,
            since=moment(since) or self.at,
            last=moment(last) or self.at,
        )

    def _seen(self, origin: str) -> dict[str, Sighting]:
        return self.judgement.evidence.seen.get(origin, {})

    def _whole(self, origin: str, count: int) -> Occurrence:
        """A count with the moments between which this origin answered, as far as its branches tell."""
        spans = [self._met(0, one.since, one.last) for one in self._seen(origin).values()]
        since = min((span.since for span in spans if span.since), default="")
        return self._met(count, since, max((span.last for span in spans), default=""))

    def _answers(self) -> Iterator[tuple[Thing, Occurrence]]:
        for origin, count in self.judgement.checked.items():
            yield Thing(origin=origin, kind="answer"), self._whole(origin, count)
            for name in self.successes:
                one = self._seen(origin).get(name)
                if one:
                    yield Thing(origin=origin, kind="success"), self._met(one.count, one.since, one.last)

    def _branches(self) -> Iterator[tuple[Thing, Occurrence]]:
        for origin, seen in self.judgement.evidence.seen.items():
            for name, one in seen.items():
                yield Thing(origin=origin, kind="branch", name=name), self._met(one.count, one.since, one.last)

    def _findings(self) -> Iterator[tuple[Thing, Occurrence]]:
        kept: Counter[tuple[str, str]] = Counter()
        for place in self.judgement.met:
            first = place.first
            kept[first.origin, first.rule] += 1
            if kept[first.origin, first.rule] <= MOST_PLACES:
                yield _broken(first), self._met(place.count, place.since, place.last)
                for seen, value in place.seen.items():
                    one = self._met(value.count, value.since, value.last)
                    yield replace(_broken(first), kind="value", seen=_cut(seen)), one
            else:
                further = Thing(origin=first.origin, kind="finding", name=first.rule, level=first.level, pointer="*")
                yield further, self._met(place.count, place.since, place.last)

    def _rules(self, met: Pairs) -> Iterator[tuple[Thing, Occurrence]]:
        for thing, one in met:
            rule = self.rule_of.get(thing.name, "") if thing.kind == "branch" else thing.name
            if rule in self.rules and thing.kind != "value":
                yield Thing(origin=thing.origin, kind="rule", name=rule), one

    def _counted(self, origin: str, known: dict[Thing, Occurrence]) -> dict[Thing, Occurrence]:
        """The rules that answers of an origin could have broken, also those without a branch; dated like `known`."""
        alone = Judgement(
            evidence=Evidence(seen={origin: self._seen(origin)}), checked={origin: self.judgement.checked[origin]}
        )
        observed = self.observed or self._as_promised(self._seen(origin))
        whole, found = self._whole(origin, 0), {}
        for rule, count in exercised(self.contract, alone, observed).items():
            if count:
                thing = Thing(origin=origin, kind="rule", name=rule)
                span = known.get(thing, whole)
                found[thing] = self._met(count, span.since, span.last)
        return found

    def _as_promised(self, seen: Mapping[str, Sighting]) -> Observed:
        """The places of success bodies that nobody looked into: what is always there was there, or is a finding."""
        counts = Counter({name: sighting.count for name, sighting in seen.items()})
        successes = sum(counts[name] for name in self.successes)
        places: dict[Path, dict[str, int]] = {(): {"object": successes}}
        required = {rule.at for rule in self.contract.about(self.contract.main, "required")}
        for rule in sorted(self.contract.about(self.contract.main, "type"), key=lambda rule: len(rule.at)):
            held = places.get(rule.at[:-1], {}).get("object", 0)
            there = held if rule.at in required else counts[f"{named(rule)}=present"]
            solid = [name for name in types_of(rule.says) if name != "null"]
            if rule.at and ITEM not in rule.at and solid:
                nulls = counts[f"{named(rule)}=null"]
                places[rule.at] = {"null": nulls, solid[0]: max(there - nulls, 0)}
        return Observed(answers=successes, places=places)


def _added(pairs: Iterable[tuple[Thing, Occurrence]]) -> dict[Thing, Occurrence]:
    """Each thing once, its counts added up."""
    found: dict[Thing, Occurrence] = {}
    for thing, met in pairs:
        known = found.get(thing)
        found[thing] = _both(known, met) if known else met
    return found


def _both(one: Occurrence, other: Occurrence) -> Occurrence:
    return Occurrence(
        count=one.count + other.count,
        replayed=one.replayed + other.replayed,
        since=min(filter(None, (one.since, other.since)), default=""),
        last=max(one.last, other.last),
    )


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _broken(finding: Finding) -> Thing:
    return Thing(
        origin=finding.origin,
        kind="finding",
        name=finding.rule,
        level=finding.level,
        pointer=_cut(general_names(re.sub(r"/\d+(?=/|$)", "/*", finding.pointer))),
        fingerprint=finding.fingerprint,
    )
