"""What commands come to: one run of `verify`, and the results over all contracts, whichever command judged them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, Literal, Protocol, TypeVar

from contracts.model.accepted import Accepted
from contracts.model.contract import Contract, Level, Rule
from contracts.model.finding import Branch, Finding, Judgement, Recurrence, once, together
from contracts.model.frozen import frozen
from contracts.model.interaction import Interaction

Verdict = Literal["kept", "broken", "not checked"]

RECORDED = frozenset({"cassettes", "paths"})
"""The names of the targets that are recordings."""


@frozen
class Proof:
    """What happened to one rule: the broken interaction, and the ids it was caught under (None: nothing to break).

    `reason` says why it can't be broken alone, "" where nothing explains it.
    """

    rule: Rule
    broken: Interaction | None
    caught: tuple[str, ...]
    reason: str = ""

    @property
    def holds(self) -> bool:
        """True where the rule can fail, and fails alone."""
        return self.caught == (self.rule.id,)


@frozen
class Unreadable:
    """Parts of recordings that can't be read, all for one reason: how many, and where the first of them stands.

    `what` tells answers that are or may be the operation's from those of others and from whole files of a folder.
    `line` is 0 where there is none, `index` as in Interaction.
    """

    what: Literal["answer", "other answer", "file"]
    reason: str
    count: int
    place: str
    line: int = 0
    index: int = 0


@frozen
class Checked:
    """One target and what was learned there.

    `name` is the target as it was given (`cassettes`, `reference`, `live`, a URL, a path); `what` says it in words for
    the verdict; `unchecked` says why nothing counts as checked, "" where something does; `unreadable` is what was
    passed by for not being readable. `own` are answers that were made from the contract: a self-check, which says
    nothing of anybody's.
    """

    name: str
    what: str
    judgement: Judgement
    unchecked: str = ""
    unreadable: tuple[Unreadable, ...] = ()
    own: bool = False


@frozen
class Run:
    """One contract held to its targets.

    `digest` is the contract's; `branches` are all that could be observed; `proofs` is empty where the proof was not
    run; `fail_on` is the weakest level that breaks; `accepted` excuses findings, which are told all the same.
    """

    contract: Contract
    digest: str
    targets: tuple[Checked, ...]
    branches: tuple[Branch, ...]
    proofs: tuple[Proof, ...] = ()
    fail_on: Level = "violation"
    accepted: Accepted = Accepted()

    @property
    def met(self) -> tuple[Recurrence, ...]:
        """The findings of every target, in order; then those about what was accepted."""
        judged = (met for target in self.targets for met in target.judgement.met)
        return together((*judged, *map(once, self.accepted.stale)), lambda one: (one.level, one.fingerprint))

    def breaks(self, finding: Finding) -> bool:
        """True where a finding of this run breaks it: grave enough, and not accepted."""
        levels = ("violation",) if self.fail_on == "violation" else ("violation", "drift")
        return finding.level in levels and self.accepted.of(finding.rule, finding.pointer) is None

    @property
    def fatal(self) -> Iterator[Recurrence]:
        """The findings that break the run."""
        return (met for met in self.met if met.any_of(self.breaks))

    @property
    def unproven(self) -> tuple[Proof, ...]:
        """The rules that could not be shown to fail, and nothing explains why."""
        return tuple(proof for proof in self.proofs if not proof.holds and not proof.reason)

    @property
    def entangled(self) -> tuple[Proof, ...]:
        """The rules that can't be broken alone, each with its reason."""
        return tuple(proof for proof in self.proofs if not proof.holds and proof.reason)

    @property
    def counted(self) -> tuple[Checked, ...]:
        """The targets that the verdict rests on."""
        return tuple(target for target in self.targets if not target.own)

    @property
    def verdict(self) -> Verdict:
        """Broken by any fatal finding or unproven rule; else kept, where every counted target was really checked."""
        if any(self.fatal) or self.unproven:
            return "broken"
        if not self.counted or any(target.unchecked for target in self.counted):
            return "not checked"
        return "kept"


@frozen
class Idle:
    """A contract that no answer was had of, and why."""

    contract: Contract
    why: str


@frozen
class Aside:
    """What recordings of a `target` hold that is of none of several contracts: in words, and what can't be read."""

    target: str
    what: str
    unreadable: tuple[Unreadable, ...] = ()


class Judged(Protocol):
    """What a command found of one contract: a run, a gate, a comparison."""

    @property
    def verdict(self) -> Verdict:
        """Of this contract alone."""


P = TypeVar("P", bound=Judged)


@frozen
class Results(Generic[P]):
    """All that one command came to: a part for each contract that there was something to judge of, and the idle ones.

    `needed` says which of them have to be kept: some, each that was judged, or all of them.
    """

    command: Literal["verify", "drift", "gate"]
    parts: tuple[P, ...]
    idle: tuple[Idle, ...] = ()
    asides: tuple[Aside, ...] = ()
    needed: Literal["some", "judged", "all"] = "some"

    @property
    def verdict(self) -> Verdict:
        """Broken if any contract is; kept if some are, and no needed one is unchecked; else not checked."""
        verdicts = {part.verdict for part in self.parts}
        if "broken" in verdicts:
            return "broken"
        missed = (self.needed != "some" and "not checked" in verdicts) or (self.needed == "all" and self.idle)
        return "kept" if "kept" in verdicts and not missed else "not checked"
