"""What checking says: findings, evidence, and both together."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import field, replace

from contracts.model.contract import Level, Source
from contracts.model.frozen import frozen
from contracts.model.interaction import Interaction
from contracts.model.json import general


@frozen
class Branch:
    """One side of a rule that an answer can take (`email=null`, `status=404`, `currentStep.no-step`)."""

    rule: str
    name: str


@frozen
class Finding:
    """A rule broken by an interaction.

    `pointer` is a JSON pointer into the response body, "" for the whole body, or `#request`, `#status`,
    `#header/Name` outside it. `expected` and `seen` are short texts. `fingerprint` is 16 hex digits over operation,
    rule and the pointer without array positions: the same for every value and line. `promised` says where the rule is
    written, `place` and `index` where the interaction was met, `line` where it begins there (0 where there is none),
    `at` when it took place, as the interaction says.
    """

    rule: str
    level: Level
    pointer: str
    expected: str
    seen: str
    summary: str
    fingerprint: str
    promised: tuple[Source, ...]
    origin: str
    place: str = ""
    index: int = 0
    line: int = 0
    at: str = ""


@frozen
class Sighting:
    """How often something was met, where first, and its earliest and latest known moment ("" for none)."""

    count: int
    first: str
    since: str = ""
    last: str = ""


@frozen
class Recurrence:
    """One finding, met `count` times.

    `members` are the first few in the order in which they were met, `answers` their interactions where these are kept
    (without headers, query and request body, where keys travel). `since` and `last` are the earliest and the latest
    known moment, "" where none is known. `pointers` are those of all members without array positions, `seen` has the
    different things seen, each with its own count; of very many of either those whose texts come first.
    """

    members: tuple[Finding, ...]
    count: int
    since: str
    last: str
    pointers: tuple[str, ...]
    seen: dict[str, Sighting]
    answers: tuple[Interaction | None, ...]

    @property
    def first(self) -> Finding:
        """The finding that was met first."""
        return self.members[0]

    def any_of(self, is_so: Callable[[Finding], bool]) -> bool:
        """True where something is so of a finding at any of the places."""
        return is_so(self.first) or any(is_so(replace(self.first, pointer=place)) for place in self.pointers)


MOST_MEMBERS = 3
"""So many findings of one recurrence are kept, with their interactions: those met first."""
MOST_VALUES = 20
"""So many different things seen are counted one by one: those whose texts come first."""
MOST_POINTERS = 100
"""So many pointers of one recurrence are kept: a map's keys are fields without end."""


def once(finding: Finding) -> Recurrence:
    """A finding that was met a single time."""
    at = finding.at
    seen = {finding.seen: Sighting(count=1, first=finding.place, since=at, last=at)}
    places = (general(finding.pointer),)
    return Recurrence(members=(finding,), count=1, since=at, last=at, pointers=places, seen=seen, answers=(None,))


def recurring(findings: Iterable[Finding]) -> tuple[Recurrence, ...]:
    """Findings, each once for its origin, level and fingerprint."""
    return together(map(once, findings), _identity)


def _identity(finding: Finding) -> Hashable:
    return finding.origin, finding.level, finding.rule, finding.fingerprint


def together(every: Iterable[Recurrence], same: Callable[[Finding], Hashable]) -> tuple[Recurrence, ...]:
    """Recurrences as one where what they are of is the `same`, in the order in which they come."""
    found: dict[Hashable, Recurrence] = {}
    for met in every:
        key = same(met.first)
        known = found.get(key)
        found[key] = _both(known, met) if known else met
    return tuple(found.values())


def _both(one: Recurrence, other: Recurrence) -> Recurrence:
    seen = added(one.seen, other.seen)
    return Recurrence(
        members=(*one.members, *other.members)[:MOST_MEMBERS],
        count=one.count + other.count,
        since=min(filter(None, (one.since, other.since)), default=""),
        last=max(one.last, other.last),
        pointers=tuple(sorted({*one.pointers, *other.pointers})[:MOST_POINTERS]),
        seen=seen if len(seen) <= MOST_VALUES else {text: seen[text] for text in sorted(seen)[:MOST_VALUES]},
        answers=(*one.answers, *other.answers)[:MOST_MEMBERS],
    )


def added(one: Mapping[str, Sighting], other: Mapping[str, Sighting]) -> dict[str, Sighting]:
    """Sightings by name, those of a name that both have as one; `one` came first."""
    found = dict(one)
    for name, seen in other.items():
        known = found.get(name)
        if known is not None:
            seen = Sighting(  # noqa: PLW2901  the same, with what was counted before
                count=known.count + seen.count,
                first=known.first,
                since=min(filter(None, (known.since, seen.since)), default=""),
                last=max(known.last, seen.last),
            )
        found[name] = seen
    return found


@frozen
class Evidence:
    """Branches exercised, kept apart by origin: `seen[origin][branch name]`. Counts are never added across origins."""

    seen: dict[str, dict[str, Sighting]] = field(default_factory=dict)

    def observed(self, name: str) -> bool:
        """True where any origin exercised the branch."""
        return any(name in branches for branches in self.seen.values())


@frozen
class Judgement:
    """Findings and evidence of one or more interactions, and how many interactions were judged, by origin.

    `met` has each finding once for its origin and level, in the order in which they were met.
    """

    met: tuple[Recurrence, ...] = ()
    evidence: Evidence = field(default_factory=Evidence)
    checked: dict[str, int] = field(default_factory=dict)
    successes: int = 0

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The first few findings of each recurrence."""
        return tuple(finding for met in self.met for finding in met.members)


def merged(judgements: Iterable[Judgement]) -> Judgement:
    """Several judgements as one, in their order; origins stay apart, and the first sighting stays the first."""
    every = tuple(judgements)
    seen: dict[str, dict[str, Sighting]] = {}
    checked: dict[str, int] = {}
    for judgement in every:
        for origin, count in judgement.checked.items():
            checked[origin] = checked.get(origin, 0) + count
        for origin, branches in judgement.evidence.seen.items():
            seen[origin] = added(seen.get(origin, {}), branches)
    return Judgement(
        met=together((met for judgement in every for met in judgement.met), _identity),
        evidence=Evidence(seen=seen),
        checked=checked,
        successes=sum(judgement.successes for judgement in every),
    )
