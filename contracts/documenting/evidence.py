"""What is known from recordings: for each place its branches, who showed them, how often, and since when."""

from __future__ import annotations

from dataclasses import replace

from contracts.model.contract import Contract, Rule
from contracts.model.finding import Judgement
from contracts.model.frozen import frozen
from contracts.rules.branches import branches
from contracts.rules.conditions import side
from contracts.rules.instance import short
from contracts.rules.kind import named

_MARKS = {
    "live": ("●", "the live API, asked directly"),
    "recorded live": ("◉", "recordings of the live API"),
    "recorded": ("■", "recordings that don't say whose"),
    "reference": ("▲", "the reference provider, a stand-in"),
}


@frozen
class Origin:
    """Where answers came from: its sign, its name, and who that is; `token` is a short name for a style."""

    name: str
    mark: str
    words: str
    token: str


@frozen
class Share:
    """One origin's share of a branch, and in which file it was first. Dates are ISO 8601, "" where unknown."""

    origin: Origin
    count: int
    first: str = ""
    since: str = ""
    last: str = ""


@frozen
class BranchEvidence:
    """A branch: its name, its short label, what it means in words, and who showed it, in the origins' order."""

    name: str
    label: str
    words: str
    rule: str
    shares: tuple[Share, ...]


@frozen
class PlaceEvidence:
    """All branches of one place."""

    place: str
    branches: tuple[BranchEvidence, ...]

    @property
    def observed(self) -> int:
        """How many of them were seen at all."""
        return sum(bool(branch.shares) for branch in self.branches)


def origin_of(name: str) -> Origin:
    """The origin of a name: one of the four that we know, else the host that was asked."""
    mark, words = _MARKS.get(name, ("◆", "another host, not the documented server"))
    token = name.replace(" ", "-") if name in _MARKS else "host"
    return Origin(name=name, mark=mark, words=words, token=token)


def evidence_of(contract: Contract, judgement: Judgement) -> tuple[PlaceEvidence, ...]:
    """The branches by place, in the rules' order."""
    rules = {rule.id: rule for rule in contract.rules}
    found: dict[str, list[BranchEvidence]] = {}
    for branch in branches(contract):
        rule = rules[branch.rule]
        place, label, words = _words(rule, branch.name)
        shares = [
            Share(origin=origin_of(origin), count=one.count, first=_file(one.first), since=one.since, last=one.last)
            for origin, names in judgement.evidence.seen.items()
            if (one := names.get(branch.name))
        ]
        found.setdefault(place, []).append(
            BranchEvidence(
                name=branch.name, label=label, words=words, rule=rule.id, shares=tuple(sorted(shares, key=_turn))
            )
        )
    return tuple(PlaceEvidence(place=place, branches=tuple(shown)) for place, shown in found.items())


def _file(place: str) -> str:
    """The file's own name: where the folder lies is another thing on every machine."""
    return place.rpartition("/")[2] if "://" not in place else place


def _words(rule: Rule, name: str) -> tuple[str, str, str]:
    """Of a branch: the place it belongs to, a short label, and its meaning."""
    if rule.kind == "status":
        return "status", name.partition("=")[2], f"the answer's status is {name.partition('=')[2]}"
    if rule.kind == "condition":
        when = side(rule.says, "when")
        label = name.rpartition(".")[2]
        place = named(replace(rule, at=rule.at + when.path))
        held = " or ".join(short(value) for value in when.values)
        return place, f"when {label}", f"{place} is {'' if label == when.label else 'not '}{held}"
    place = named(rule)
    label = name[len(place) + 1 :]
    words = {"value": "not null", "absent": "absent", "present": "present"}.get(label, label)
    return place, label, f"{place} is {words}"


def _turn(share: Share) -> tuple[int, str]:
    """The place of an origin among the others: the four known ones stand first, everywhere in one order."""
    names = list(_MARKS)
    name = share.origin.name
    return (names.index(name) if name in names else len(names), name)


def origins_in(evidence: tuple[PlaceEvidence, ...]) -> tuple[Origin, ...]:
    """The origins that occur, the four known ones first."""
    every = (share for place in evidence for branch in place.branches for share in branch.shares)
    return tuple(dict.fromkeys(share.origin for share in sorted(every, key=_turn)))
