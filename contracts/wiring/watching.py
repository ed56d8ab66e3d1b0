"""A user's own test run as a contract test: every answer that vcrpy plays back is judged on the way."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import asdict
from typing import Any

from contracts.checking import Checker, merged
from contracts.errors import ContractsError
from contracts.model.contract import Source
from contracts.model.finding import Finding, Judgement
from contracts.model.interaction import Interaction
from contracts.model.run import Verdict
from contracts.reports.grouping import finding_text, grouped
from contracts.sources.parts import Unread, answered
from contracts.sources.playing import watching
from contracts.wiring.documents import contracts_here, levels_here
from contracts.wiring.sorting import may_own


class Watch:
    """Judges what is played while it is on. `stop` takes the hook away again.

    A process that runs a share of the tests `tell`s in the end what it saw; the one that started it `expect`s that and
    `hear`s it.
    """

    def __init__(self) -> None:
        held = contracts_here()
        levels = levels_here(tuple(one.contract for one in held))
        self._checkers = [Checker(one.contract, levels) for one in held]
        self._judged: list[Judgement] = []
        self._others = 0
        self._problems: list[str] = []
        self._silent: set[str] = set()
        self._stack = ExitStack()
        self._stack.enter_context(watching(self._see))

    def stop(self) -> None:
        """Ends the watch; what was seen stays."""
        self._stack.close()

    def _see(self, played: Interaction | Unread) -> None:
        """Called in the middle of a user's test, and so never raises."""
        owner = next((checker for checker in self._checkers if may_own(checker, played)), None)
        if owner is None:
            self._others += 1
            return
        one = answered(played, owner.contract)
        if isinstance(one, Unread):
            self._problems.append(f"{one.place}: {one.problem}")
            return
        try:
            self._judged.append(owner.judge(one))
        except ContractsError as error:
            self._problems.append(f"{played.place}: {error}")

    def expect(self, worker: str) -> None:
        """Of this process it isn't known what it sees until it is heard."""
        self._silent.add(worker)

    def tell(self) -> str:
        """What was seen, for `hear`: in ASCII, whatever stood in the answers."""
        judged = merged(self._judged)
        findings = [asdict(one) for one in judged.findings]
        seen = {"findings": findings, "checked": judged.checked, "successes": judged.successes}
        return json.dumps({"judged": seen, "others": self._others, "problems": self._problems})

    def hear(self, worker: str, told: str) -> None:
        """Adds what an expected process tells; a second time counts for nothing."""
        if worker not in self._silent:
            return
        self._silent.remove(worker)
        seen: dict[str, Any] = json.loads(told)
        judged = seen["judged"]
        self._judged.append(Judgement(**judged | {"findings": tuple(map(_finding, judged["findings"]))}))
        self._others += seen["others"]
        self._problems += seen["problems"]

    @property
    def silent(self) -> tuple[str, ...]:
        """The expected processes that were never heard."""
        return tuple(sorted(self._silent))

    @property
    def verdict(self) -> Verdict:
        """Broken by any violation; kept where a success was judged and no process is missing."""
        judged = merged(self._judged)
        if any(one.level == "violation" for one in judged.findings):
            return "broken"
        return "kept" if judged.successes and not self._silent else "not checked"

    def lines(self) -> tuple[str, ...]:
        """The report: what was judged, each finding, and what could not be."""
        judged = merged(self._judged)
        count = sum(judged.checked.values())
        known = f"{count} played answers of {len(self._checkers)} known operations, {self._others} of others"
        refused = ", no success among them" if count and not judged.successes else ""
        found = [line for group in grouped(judged.findings) for line in finding_text(group)]
        problems = [*self._problems, *(f"worker {name} ended without telling what was played" for name in self.silent)]
        return (f"{self.verdict}: {known}{refused}", *found, *(f"not checked: {problem}" for problem in problems))


def _finding(told: dict[str, Any]) -> Finding:
    return Finding(**told | {"promised": tuple(Source(**source) for source in told["promised"])})
