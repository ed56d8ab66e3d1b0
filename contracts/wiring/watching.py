"""A user's own test run as a contract test: every answer that vcrpy plays back is judged on the way."""

from __future__ import annotations

from contextlib import ExitStack

from contracts.checking import Checker, merged
from contracts.errors import ContractsError
from contracts.model.finding import Finding, Judgement
from contracts.model.interaction import Interaction
from contracts.reports.grouping import finding_text, grouped
from contracts.sources.parts import Unread
from contracts.sources.playing import watching
from contracts.wiring.documents import contracts_here, levels_here


class Watch:
    """Judges what is played while it is on. `stop` takes the hook away again."""

    def __init__(self) -> None:
        held = contracts_here()
        levels = levels_here(tuple(one.contract for one in held))
        self._checkers = [Checker(one.contract, levels) for one in held]
        self._judged: list[Judgement] = []
        self._others = 0
        self._problems: list[str] = []
        self._stack = ExitStack()
        self._stack.enter_context(watching(self._see))

    def stop(self) -> None:
        """Ends the watch; what was seen stays."""
        self._stack.close()

    def _see(self, played: Interaction | Unread) -> None:
        """Called in the middle of a user's test, and so never raises."""
        if isinstance(played, Unread):
            self._problems.append(f"{played.place}: {played.problem}")
            return
        owner = next((checker for checker in self._checkers if checker.owns(played)), None)
        if owner is None:
            self._others += 1
            return
        try:
            self._judged.append(owner.judge(played))
        except ContractsError as error:
            self._problems.append(f"{played.place}: {error}")

    @property
    def violations(self) -> tuple[Finding, ...]:
        """What breaks the run."""
        return tuple(one for one in merged(self._judged).findings if one.level == "violation")

    def lines(self) -> tuple[str, ...]:
        """The report: what was judged, each finding, and what could not be."""
        judged = merged(self._judged)
        count = sum(judged.checked.values())
        verdict = "broken" if self.violations else "kept" if count else "not checked"
        head = f"{verdict}: {count} played answers of {len(self._checkers)} known operations, {self._others} of others"
        found = [line for group in grouped(judged.findings) for line in finding_text(group)]
        return (head, *found, *(f"not checked: {problem}" for problem in self._problems))
