"""Which side moved: the page, our contract, or the API; one line for each difference, every source cited."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import NamedTuple, TypeAlias

from contracts.comparing.difference import place_of
from contracts.comparing.observing import exercised, observed_types
from contracts.comparing.two_witnesses import first_witness, witness_of
from contracts.model.contract import LEVELS, Conflict, Contract, Rule, Source
from contracts.model.drift import Change, Moved, Observed, Side, Triaged, Witness
from contracts.model.finding import Finding, Judgement, Recurrence
from contracts.model.frozen import frozen
from contracts.model.json import Json, dotted, general, pointer, starred
from contracts.rules.instance import short

_OUTSIDE = ("closed", "status", "media-type")
"""Kinds whose findings show what nobody documented."""
_PROSE = ("sentence.", "wording.")
_SAYS_NOTHING = "says nothing of it"

Key: TypeAlias = tuple[str, str]
"""A rule's id, and the place in the words of `Change.pointer`."""


@frozen
class RuleFindings:
    """The findings of one rule at one place."""

    rule: Rule
    place: str
    first: Finding
    count: int


FindingsByKey: TypeAlias = dict[Key, RuleFindings]


@frozen
class JudgedContract:
    """A contract and what came of holding the traffic to it."""

    contract: Contract
    judgement: Judgement

    @property
    def asked(self) -> bool:
        """True where any of the traffic is of the contract's operation."""
        return bool(self.judgement.checked)


def triage(
    contract: JudgedContract, page: JudgedContract, changes: Iterable[Change], observed: Observed
) -> tuple[Triaged, ...]:
    """One line for each difference between the contract, the page's contract and the same traffic held to both.

    `changes` lead from the contract to the page. What a change explains isn't told again; findings that no rule of
    either contract makes aren't about the API, and left out.
    """
    broken = _groups(contract), _groups(page)
    both = broken[0].keys() & broken[1].keys()
    kept = _Exercise(contract=contract, page=page, counts=exercised(contract.contract, contract.judgement, observed))
    found: list[Triaged] = []
    explained: set[Key] = set()
    for change in changes:
        about = tuple(
            {key: one for key, one in groups.items() if _explains(change, one, below=key not in both)}
            for groups in broken
        )
        explained |= {key for groups in about for key in groups} - both
        found.append(_changed(change, about, kept))
    keys = [key for key in {**broken[0], **broken[1]} if key not in explained]
    found += [
        _drifted(_Sides(old=broken[0].get(key), new=broken[1].get(key), contract=contract, page=page), observed)
        for key in keys
    ]
    found += [_contradiction(conflict, page.contract) for conflict in page.contract.conflicts]
    return tuple(found)


def _groups(judged: JudgedContract) -> FindingsByKey:
    rules = {rule.id: rule for rule in judged.contract.rules}
    found: FindingsByKey = {}
    for met in judged.judgement.met:
        if met.first.rule in rules and met.first.level != "note":
            rule = rules[met.first.rule]
            for place, count in _places_of(judged.contract, rule, met):
                known = found.get((rule.id, place))
                found[rule.id, place] = (
                    replace(known, count=known.count + count)
                    if known
                    else RuleFindings(rule=rule, place=place, first=met.first, count=count)
                )
    return found


def _places_of(contract: Contract, rule: Rule, met: Recurrence) -> Iterator[tuple[str, int]]:
    """Where findings stand, as changes call it, and how many stand there."""
    if rule.kind == "status":
        return ((f"#status/{status}", seen.count) for status, seen in met.seen.items())
    return iter([(place_of(contract, rule, general(met.first.pointer)), met.count)])


def _explains(change: Change, group: RuleFindings, *, below: bool) -> bool:
    """True where findings are about what changed: a rule that is concerned, or the place, or one `below` it."""
    if change.kind.startswith(_PROSE):
        return False
    if group.rule.kind not in _OUTSIDE and group.rule.id in change.rules:
        return True
    if change.kind.startswith("media.") and group.rule.kind == "media-type":
        return True
    return any(group.place == place or (below and group.place.startswith(f"{place}/")) for place in _places(change))


def _places(change: Change) -> Iterator[str]:
    """Where a change stands, and after a renaming where it stands now; the whole body is nobody's place."""
    if change.pointer:
        yield change.pointer
    if change.kind == "field.renamed":
        yield change.pointer.rsplit("/", 1)[0] + pointer((str(change.new),))


@frozen
class _Exercise:
    """What it takes to say whether traffic keeps the contract at a place."""

    contract: JudgedContract
    page: JudgedContract
    counts: Mapping[str, int]

    def text(self, change: Change) -> str:
        """In words, where nothing is broken; "" for a change of what no answer shows."""
        if change.kind.startswith(_PROSE):
            return ""
        if change.pointer.startswith("#status/") and change.kind != "status.added":
            times = self._status(change.pointer)
        elif change.pointer == "#operation":
            times = sum(self.contract.judgement.checked.values())
        else:
            times = max((self.counts[rule] for rule in change.rules if rule in self.counts), default=0)
        return f"keeps the contract here, {_times(times)}" if times else "never exercised this"

    def _status(self, place: str) -> int:
        name = place.replace("#status/", "status=")
        return sum(seen[name].count for seen in self.contract.judgement.evidence.seen.values() if name in seen)


def _changed(change: Change, about: tuple[FindingsByKey, ...], kept: _Exercise) -> Triaged:
    """A change; the contract is out of date where traffic passes it by, or breaks it where it keeps the page."""
    old, new = (sum(one.count for one in groups.values()) for groups in about)
    contract, page = kept.contract.asked, kept.page.asked
    met = [one.first for groups in about for one in groups.values()]
    first = min(met, key=lambda finding: LEVELS.index(finding.level), default=None)
    seen = f": {_met(first)}" if first else ""
    outdated = page and old > new and about[1].keys() <= about[0].keys()
    if change.pointer == "#operation" and page and not contract:
        outdated, traffic = (
            True,
            f"asks the page's operation alone, {_times(sum(kept.page.judgement.checked.values()))}",
        )
    elif old and new:
        traffic = f"breaks both here: the contract {_times(old)}, the page {_times(new)}"
    elif old:
        traffic = f"breaks the contract here {_times(old)} and {'keeps' if page else 'never asked'} the page{seen}"
    elif new:
        traffic = f"{'keeps' if contract else 'never asked'} the contract here and breaks the page {_times(new)}{seen}"
    else:
        traffic = kept.text(change)
    who = _mover(change, kept)
    columns = _columns(_of_side(change, "new"), kept.page.contract, partial(_said, change.new))
    return Triaged(
        moved=_MOVES[who].outdated if outdated else _MOVES[who].changed,
        pointer=change.pointer,
        what=change.summary,
        page=columns.get("page", ""),
        description=columns.get("description", ""),
        contract="as last reviewed"  # which is kept as digests
        if change.kind.startswith("wording.") and change.old is not None
        else _said(change.old, _of_side(change, "old")),
        traffic=traffic,
    )


class _Moves(NamedTuple):
    """What is said of a witness that moved, was passed by, was broken, or contradicts itself."""

    changed: Moved
    outdated: Moved
    drifted: Moved
    contradicts: Moved


_MOVES: dict[Witness, _Moves] = {
    "page": _Moves(
        "page changed",
        "contract out of date with the page",
        "API drifted from the page",
        "page contradicts itself",
    ),
    "description": _Moves(
        "description changed",
        "contract out of date with the description",
        "API drifted from the description",
        "description contradicts itself",
    ),
    "page and description": _Moves(
        "page and description changed",
        "contract out of date with the page and description",
        "API drifted from the page and description",
        "page and description contradict each other",
    ),
}


def _mover(change: Change, kept: _Exercise) -> Witness:
    """Which of the witnesses says something else than the contract has of it, or nothing any more."""
    old, new = _of_side(change, "old"), _of_side(change, "new")
    if change.kind == "witness.silent":
        return "page" if witness_of(new, kept.page.contract) == "description" else "description"
    return witness_of(new, kept.page.contract) if new else witness_of(old, kept.contract.contract)


def _of_side(change: Change, side: Side) -> tuple[Source, ...]:
    return tuple(cited.source for cited in change.sources if cited.side == side)


def _apart(sources: Iterable[Source], contract: Contract) -> dict[Witness, tuple[Source, ...]]:
    """The sources of each of the witnesses."""
    found: dict[Witness, list[Source]] = {"page": [], "description": []}
    for source in sources:
        found[witness_of((source,), contract)].append(source)
    return {who: tuple(listed) for who, listed in found.items()}


def _columns(
    sources: Iterable[Source], contract: Contract, text: Callable[[Iterable[Source]], str]
) -> dict[Witness, str]:
    """What each witness that says something says; where none does, what is to be told of the first."""
    found: dict[Witness, str] = {who: text(own) for who, own in _apart(sources, contract).items() if own}
    return found or {first_witness(contract): text(())}


def _said(says: Json, sources: Iterable[Source]) -> str:
    if says is None:
        return _SAYS_NOTHING
    where = _where(sources)
    return f"{short(says)} at {where}" if where else short(says)


def _where(sources: Iterable[Source]) -> str:
    """The first line that is known, or at least the page."""
    return next((source.where for source in sorted(sources, key=lambda source: not source.line)), "")


@frozen
class _Sides:
    """Findings of one rule at one place that no change explains, of either side or of both."""

    old: RuleFindings | None
    new: RuleFindings | None
    contract: JudgedContract
    page: JudgedContract

    @property
    def group(self) -> RuleFindings:
        """What there is to tell, as the page has it where it has it."""
        found = self.new or self.old
        assert found is not None
        return found

    def line(self, moved: Moved, what: str, *, silent: bool) -> Triaged:
        """One line; `silent` says that neither side says anything."""
        promised = self.new.first.promised if self.new and not silent else ()
        columns = _columns(
            promised,
            self.page.contract,
            lambda sources: _SAYS_NOTHING if silent else _promised(self.new, self.page, sources),
        )
        contract = _promised(self.old, self.contract, self.old.first.promised if self.old else ())
        return Triaged(
            moved=moved,
            pointer=self.group.place,
            what=what,
            page=columns.get("page", ""),
            description=columns.get("description", ""),
            contract=_SAYS_NOTHING if silent else contract,
            traffic=f"{_met(self.group.first)}, {_times(self.group.count)}",
        )


def _drifted(sides: _Sides, observed: Observed) -> Triaged:
    group = sides.group
    if sides.new is None and sides.page.asked:
        who = witness_of(group.first.promised, sides.contract.contract)
        return sides.line(_MOVES[who].outdated, group.first.summary, silent=False)
    if group.rule.kind in _OUTSIDE:
        types = observed_types(observed, group.place) if group.rule.kind == "closed" else ()
        what = f"came as {' or '.join(types)}" if types else f"{group.first.seen} came"
        return sides.line("only observed, documented nowhere", what, silent=True)
    drift = group.first.level == "drift"
    who = witness_of(group.first.promised, (sides.page if sides.new else sides.contract).contract)
    moved = "only observed, documented nowhere" if drift else _MOVES[who].drifted
    return sides.line(moved, group.first.summary, silent=False)


def _promised(group: RuleFindings | None, judged: JudgedContract, sources: Iterable[Source]) -> str:
    """What one side promises, and where; or that the same answers keep it."""
    if group is None:
        return "is kept" if judged.asked else "was never asked"
    where = _where(sources)
    return f"{group.first.expected} at {where}" if where else group.first.expected


def _met(finding: Finding) -> str:
    """What was seen, and where first."""
    number = f"#{finding.index}" if finding.index else ""
    return f"{finding.seen} at {finding.place}{number}" if finding.place else finding.seen


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _contradiction(conflict: Conflict, contract: Contract) -> Triaged:
    at = next((known.at for known in contract.fields if dotted(known.at) == conflict.field), ())
    said = _apart(conflict.sources, contract)
    return Triaged(
        moved=_MOVES[witness_of(conflict.sources, contract)].contradicts,
        pointer=starred(at),
        what=conflict.problem,
        page=_lines(said["page"]),
        description=_lines(said["description"]),
        contract=conflict.decided,
    )


def _lines(sources: Iterable[Source]) -> str:
    lines = dict.fromkeys(_where((source,)) for source in sources)
    return " and ".join(line for line in lines if line)
