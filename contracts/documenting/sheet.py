"""All that the documentation of one contract tells, put together once for HTML and Markdown alike."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from contracts.documenting.changelog import Release
from contracts.documenting.evidence import Origin, PlaceEvidence, evidence_of, origin_of, origins_in
from contracts.documenting.fields import AskedText, BodyText, FieldText, answers_with, asked_of, bodies_of, written
from contracts.documenting.matrix import GateResult, Matrix, matrix
from contracts.documenting.operation import Call
from contracts.documenting.rule_examples import ExampleSource, RuleExamples
from contracts.model.contract import LEVELS, Contract, Rule
from contracts.model.finding import Judgement
from contracts.model.frozen import frozen
from contracts.model.gate import Case
from contracts.model.identity import digest
from contracts.model.run import Proof

SURE = ("documented", "example", "assumed")
"""How sure a promise is, the surest first."""


@frozen
class Promise:
    """A rule with its examples; `answers` are the keys of those that it is judged on, empty for every one."""

    rule: Rule
    answers: tuple[str, ...]
    examples: RuleExamples

    @property
    def sure(self) -> str:
        """The kind of its surest source."""
        return min((source.kind for source in self.rule.sources), key=SURE.index, default="assumed")

    @property
    def hand(self) -> bool:
        """True where any part was written by hand."""
        return any(source.hand for source in self.rule.sources)

    @property
    def promised(self) -> tuple[str, ...]:
        """Where it is written: `page, line 79: documented, written by hand`."""
        return tuple(map(written, self.rule.sources))


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A contract and all that is known about it; what is shown of that is worked out when it is first asked for.

    `variable` names the environment variable with the key, "" where none is known. `judgement` is of its recordings,
    `unchecked` says why nothing counts, "" where it does. `survival` is one client's run through its gate.
    """

    contract: Contract
    vendor: str
    variable: str = ""
    judgement: Judgement
    unchecked: str = ""
    proofs: tuple[Proof, ...] = ()
    cases: tuple[Case, ...] = ()
    survival: GateResult | None = None
    releases: tuple[Release, ...] = ()

    @property
    def digest(self) -> str:
        """The contract's digest."""
        return digest(self.contract)

    @property
    def call(self) -> Call:
        """How to call it."""
        return Call(contract=self.contract, variable=self.variable)

    @cached_property
    def bodies(self) -> tuple[BodyText, ...]:
        """Every documented body."""
        return bodies_of(self.contract)

    @cached_property
    def requested(self) -> tuple[AskedText, ...]:
        """Every body that requests may have."""
        return asked_of(self.contract)

    @cached_property
    def promises(self) -> tuple[Promise, ...]:
        """Every rule with its examples, in the contract's order."""
        return tuple(map(self.promise, self.contract.rules))

    def promise(self, rule: Rule) -> Promise:
        """One rule with its examples."""
        return Promise(
            rule=rule, answers=rule.answers or self._carrying.get(rule.target, ()), examples=self._exemplary.of(rule)
        )

    @cached_property
    def _exemplary(self) -> ExampleSource:
        return ExampleSource(self.contract, self.cases, self.proofs)

    @cached_property
    def _carrying(self) -> dict[str, tuple[str, ...]]:
        return {name: answers_with(self.contract, name) for name in self.contract.bodies}

    @cached_property
    def evidence(self) -> tuple[PlaceEvidence, ...]:
        """What is known from traffic, by place."""
        return evidence_of(self.contract, self.judgement)

    @cached_property
    def origins(self) -> tuple[Origin, ...]:
        """Who showed any of it."""
        return origins_in(self.evidence)

    @property
    def asked(self) -> tuple[tuple[Origin, int], ...]:
        """Each origin and how many of its answers were judged."""
        return tuple((origin_of(name), count) for name, count in self.judgement.checked.items())

    @cached_property
    def matrix(self) -> Matrix:
        """The legal answers, field by sort of branch."""
        return matrix(self.contract, self.cases, self.survival)

    @property
    def fields(self) -> tuple[FieldText, ...]:
        """The documented places of the body of success."""
        return next((body.fields for body in self.bodies if body.name == self.contract.main), ())

    @property
    def levels(self) -> tuple[tuple[str, int], ...]:
        """Each level in use and its number of rules."""
        counts = Counter(rule.level for rule in self.contract.rules)
        return tuple((level, counts[level]) for level in LEVELS if counts[level])

    @property
    def sure(self) -> tuple[tuple[str, int], ...]:
        """Each kind of source in use and the number of rules that rest on it."""
        counts = Counter(promise.sure for promise in self.promises)
        return tuple((kind, counts[kind]) for kind in SURE if counts[kind])

    @property
    def branches(self) -> int:
        """How many branches there are."""
        return sum(len(strip.branches) for strip in self.evidence)

    @property
    def observed(self) -> int:
        """How many of them were ever seen."""
        return sum(strip.observed for strip in self.evidence)

    @property
    def proven(self) -> int:
        """How many rules were shown to fail alone."""
        return sum(proof.holds for proof in self.proofs)

    @property
    def survived(self) -> int:
        """How many of the legal cases the client survived."""
        return sum(cell.result is not None and cell.result.outcome == "passed" for cell in self.matrix.cells)

    @property
    def live(self) -> bool:
        """True where any answer came from the live API."""
        return any(origin.token in {"live", "recorded-live"} for origin in self.origins)
