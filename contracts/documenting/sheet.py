"""All that the documentation of one contract tells, put together once for HTML and Markdown alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from contracts.documenting.changelog import Release
from contracts.documenting.evidence import Appearance, Origin, Strip, appearances, known_by, origins_in, strips
from contracts.documenting.examples import Examples, Exemplary
from contracts.documenting.fields import Place, Shape, answers_with, shapes
from contracts.documenting.matrix import Matrix, Survival, matrix
from contracts.documenting.operation import Parameter, credentials, curl, parameters, python, variable_of
from contracts.model.contract import LEVELS, Contract, Rule, Source
from contracts.model.finding import Judgement
from contracts.model.frozen import frozen
from contracts.model.gate import Case
from contracts.model.history import Chronicle
from contracts.model.identity import digest
from contracts.model.run import Proof

SURE = ("documented", "example", "assumed")
"""How sure a promise is, the surest first."""


@frozen
class Known:
    """A contract and all that is known about it.

    `variable` names the environment variable with the key, "" where none is known. `judgement` is of its recordings,
    `unchecked` says why nothing counts, "" where it does. `proofs` and `cases` may be empty. `past` is what a history
    holds of it, `survival` one client's run through its gate.
    """

    contract: Contract
    vendor: str
    variable: str = ""
    judgement: Judgement
    unchecked: str = ""
    proofs: tuple[Proof, ...] = ()
    cases: tuple[Case, ...] = ()
    past: Chronicle | None = None
    survival: Survival | None = None
    releases: tuple[Release, ...] = ()


@frozen
class Promise:
    """A rule with its examples; `sure` is its surest source's kind, `hand` whether any part was written by hand.

    `answers` are the keys of those that it is judged on, empty for every one.
    """

    rule: Rule
    answers: tuple[str, ...]
    sure: str
    hand: bool
    promised: tuple[str, ...]
    examples: Examples


@frozen
class Sheet:
    """What is shown of one contract, in the order in which it is shown."""

    known: Known
    digest: str
    variable: str
    credentials: tuple[tuple[tuple[str, str], ...], ...]
    parameters: tuple[Parameter, ...]
    curl: tuple[str, ...]
    python: tuple[str, ...]
    bodies: tuple[Shape, ...]
    promises: tuple[Promise, ...]
    strips: tuple[Strip, ...]
    origins: tuple[Origin, ...]
    asked: tuple[tuple[Origin, int], ...]
    appearances: tuple[Appearance, ...]
    matrix: Matrix

    @property
    def contract(self) -> Contract:
        """The contract itself."""
        return self.known.contract

    @property
    def fields(self) -> tuple[Place, ...]:
        """The documented places of the body of success."""
        return next((body.places for body in self.bodies if body.name == self.contract.main), ())

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
        return sum(len(strip.branches) for strip in self.strips)

    @property
    def observed(self) -> int:
        """How many of them were ever seen."""
        return sum(strip.observed for strip in self.strips)

    @property
    def proven(self) -> int:
        """How many rules were shown to fail alone."""
        return sum(proof.holds for proof in self.known.proofs)

    @property
    def survived(self) -> int:
        """How many of the legal cases the client survived."""
        return sum(cell.fate is not None and cell.fate.outcome == "passed" for cell in self.matrix.cells)

    @property
    def live(self) -> bool:
        """Whether any answer came from the live API."""
        return any(origin.token in {"live", "recorded-live"} for origin in self.origins)


def sheet(known: Known) -> Sheet:
    """The sheet of a contract."""
    contract, shown = known.contract, strips(known.contract, known.judgement, known.past)
    variable = variable_of(known.variable)
    return Sheet(
        known=known,
        digest=digest(contract),
        variable=variable,
        credentials=credentials(contract),
        parameters=parameters(contract),
        curl=curl(contract, variable),
        python=python(contract, variable),
        bodies=shapes(contract),
        promises=_promises(contract, known.cases, known.proofs),
        strips=shown,
        origins=origins_in(shown),
        asked=tuple(known_by(known.judgement)),
        appearances=appearances(known.past),
        matrix=matrix(contract, known.cases, known.survival),
    )


def _promises(contract: Contract, cases: Iterable[Case], proofs: Iterable[Proof]) -> tuple[Promise, ...]:
    exemplary = Exemplary(contract, cases, proofs)
    carrying = {name: answers_with(contract, name) for name in contract.bodies}
    return tuple(
        Promise(
            rule=rule,
            answers=rule.answers or carrying.get(rule.target, ()),
            sure=min((source.kind for source in rule.sources), key=SURE.index, default="assumed"),
            hand=any(source.hand for source in rule.sources),
            promised=tuple(map(written, rule.sources)),
            examples=exemplary.of(rule),
        )
        for rule in contract.rules
    )


def written(source: Source) -> str:
    """Where a promise is written: `page, line 79: documented, by hand`."""
    line = f", line {source.line}" if source.line else ""
    return f"{source.page}{line}: {source.kind}{', written by hand' if source.hand else ''}"
