"""The one value that every command's outcome is turned into, and that every format renders."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Literal

from contracts.model.accepted import Acceptance
from contracts.model.contract import Source
from contracts.model.frozen import frozen
from contracts.model.json import Json
from contracts.model.run import Verdict
from contracts.model.text import many

if TYPE_CHECKING:
    from contracts.model.drift import Triaged

Gravity = Literal["error", "warning", "note"]
GRAVITIES: tuple[Gravity, ...] = ("error", "warning", "note")
"""How grave a problem is, in the three words that every CI knows."""

_BY_LEVEL: dict[str, Gravity] = {"violation": "error", "breaking": "error", "unknown": "error", "drift": "warning"}
"""Of what doesn't break the run; there an error is one that is accepted."""

Rows = tuple[tuple[str, str], ...]
"""Lines of a summary, head and text; without a head the line before goes on."""


@frozen
class Place:
    """Where a problem was met: file or URL, 1-based line (0 unknown), number in it, JSON pointer, moment ("" unknown).

    `answer` holds the whole parsed answer, or is empty where it isn't kept or isn't JSON.
    """

    where: str
    line: int = 0
    index: int = 0
    pointer: str = ""
    origin: str = ""
    at: str = ""
    answer: tuple[Json, ...] = ()

    @property
    def spot(self) -> str:
        """File, line and number in one word: `one.yaml:3#2`."""
        line = f":{self.line}" if self.line else ""
        return f"{self.where}{line}" + (f"#{self.index}" if self.index else "")


@frozen
class Problem:
    """One thing to tell, met `count` times.

    `id` is the rule, the kind of change, or the case; `level` is its level, severity or tier; `fatal` says that it
    breaks the run. `seen` lists the different things seen, the first few. `promised` says where the opposite is
    written, `places` the first few places where it was met. `details` are what else there is to tell, label and text.
    What `accepted` excuses isn't fatal. `since` and `last` are the earliest and latest known moment of all `count`, ""
    where none is known. `subject` is the operation where the report is of several, else "".
    """

    id: str
    level: str
    fatal: bool
    summary: str
    pointer: str
    expected: str
    seen: tuple[str, ...]
    count: int
    fingerprint: str
    kind: Literal["finding", "change", "case", "outside", "proof"] = "finding"
    promised: tuple[Source, ...] = ()
    places: tuple[Place, ...] = ()
    details: Rows = ()
    accepted: Acceptance | None = None
    since: str = ""
    last: str = ""
    subject: str = ""

    @property
    def gravity(self) -> Gravity:
        """What breaks the run is an error; of the rest the level tells."""
        return "error" if self.fatal else _BY_LEVEL.get(self.level, "note")


CheckOutcome = Literal["passed", "failed", "told", "skipped"]
"""`told`: there is a problem, and it doesn't break the run."""


@frozen
class Check:
    """One thing that was checked, its outcome, and its problems; `why` says why it was skipped."""

    name: str
    outcome: CheckOutcome
    problems: tuple[Problem, ...] = ()
    why: str = ""


@frozen
class Suite:
    """Checks that belong together: those of one target, of one tier."""

    name: str
    classname: str
    checks: tuple[Check, ...]


@frozen
class Part:
    """What came of one contract, or of one comparison.

    `title` names it; `operation` is the contract's, "" where none took part. A terminal shows `lead` before everything,
    `head` before the problems, then what was looked for with `nothing` found, and `foot`; a summary shows `rows`,
    which are head and foot where there are none. `tail` follows the verdict and says what it rests on. `line` is all
    of it in one line; `quiet` says that there is no more to tell. `record` makes what JSON prints of it.
    """

    title: str
    operation: str
    verdict: Verdict
    tail: str
    line: str
    quiet: bool
    record: Callable[[], object]
    lead: str = ""
    head: Rows = ()
    nothing: tuple[str, ...] = ()
    foot: Rows = ()
    rows: Rows = ()
    suites: tuple[Suite, ...] = ()
    problems: tuple[Problem, ...] = ()
    triage: tuple[Triaged, ...] = ()


@frozen
class Report:
    """One command's outcome.

    `subject` says of what (operation and digest); `rows` are the lines of the summary; `tail` follows the verdict and
    says what it rests on; `problems` are all there are, the gravest first, each once. `parts` are what came of each
    contract, what is broken first; of `several`, or of none, `counts` says how many are what, and `rest` what there is
    to tell behind all of them. `record` makes what JSON prints. `beside` are the names of the files in the
    folder that the report is written into. `triage` says of each difference which side moved.
    """

    command: str
    subject: str
    verdict: Verdict
    tail: str
    rows: Rows
    suites: tuple[Suite, ...]
    problems: tuple[Problem, ...]
    record: Callable[[], object]
    parts: tuple[Part, ...] = ()
    several: bool = False
    counts: str = ""
    rest: Rows = ()
    beside: frozenset[str] = frozenset()
    triage: tuple[Triaged, ...] = ()


def gravest(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """What breaks the run first, then by gravity, what is accepted last; otherwise as they come."""
    return tuple(
        sorted(
            problems,
            key=lambda one: (not one.fatal, one.accepted is not None, GRAVITIES.index(one.gravity)),
        )
    )


def how_many(problems: tuple[Problem, ...]) -> str:
    """`2 problems and 3 notes`: what breaks the run, and what is told beside it."""
    fatal = sum(problem.fatal for problem in problems)
    parts = [many(fatal, "problem")] if fatal else []
    parts += [many(len(problems) - fatal, "note")] if len(problems) > fatal else []
    return " and ".join(parts) or "no problem"


def written(source: Source) -> str:
    """`page:line (documented)`; hand-written rules say so."""
    return f"{source.where} ({source.kind}{', by hand' if source.hand else ''})"


def excuse(entry: Acceptance) -> str:
    """Until when something is accepted, why, and where that is written."""
    return f"accepted until {entry.until} at {entry.place}:{entry.line}: {entry.reason}"
