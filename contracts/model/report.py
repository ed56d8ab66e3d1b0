"""What every written report tells, whichever command ran: the verdict, the checks made, and each problem."""

from __future__ import annotations

from typing import Literal

from contracts.model.accepted import Acceptance
from contracts.model.contract import Source
from contracts.model.drift import Triaged
from contracts.model.frozen import frozen
from contracts.model.json import Json
from contracts.model.run import Verdict


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


@frozen
class Problem:
    """One thing to tell, met `count` times: a finding, a change, a failing case.

    `id` is the rule, the kind of change, or the case; `level` is its level, severity or tier; `fatal` says that it
    breaks the run. `seen` lists the different things seen, the first few. `promised` says where the opposite is
    written, `places` the first few places where it was met. `text` is what a terminal shows of it, line by line.
    `accepted` is what excuses it, or None; then it isn't fatal. `since` and `last` are the earliest and latest known
    moment of all `count`, "" where none is known. `subject` is the operation where the report is of several, else "".
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
    promised: tuple[Source, ...] = ()
    places: tuple[Place, ...] = ()
    text: tuple[str, ...] = ()
    accepted: Acceptance | None = None
    since: str = ""
    last: str = ""
    subject: str = ""


Outcome = Literal["passed", "failed", "told", "skipped"]
"""`told`: there is a problem, and it doesn't break the run."""


@frozen
class Check:
    """One thing that was checked, its outcome, and its problems; `why` says why it was skipped."""

    name: str
    outcome: Outcome
    problems: tuple[Problem, ...] = ()
    why: str = ""


@frozen
class Suite:
    """Checks that belong together: those of one target, of one tier."""

    name: str
    classname: str
    checks: tuple[Check, ...]


@frozen
class Report:
    """One command's outcome.

    `command` is `verify`, `drift` or `gate`; `subject` says of what (operation and digest); `rows` are the lines of the
    summary, head and text (no head: the line before goes on); `tail` follows the verdict and says what it rests on;
    `problems` are all there are, the gravest first, each once. `beside` are the names of the files in the folder that
    the report is written into. `triage` says of each difference which side moved.
    """

    command: str
    subject: str
    verdict: Verdict
    tail: str
    rows: tuple[tuple[str, str], ...]
    suites: tuple[Suite, ...]
    problems: tuple[Problem, ...]
    beside: frozenset[str] = frozenset()
    triage: tuple[Triaged, ...] = ()
