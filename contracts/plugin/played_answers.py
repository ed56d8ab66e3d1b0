"""A user's own test run as a contract test: every answer that vcrpy plays back is judged on the way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, replace
from typing import Any

from contracts.commands.answers_by_contract import Owners
from contracts.commands.documents import contracts_here
from contracts.commands.settings import levels_here
from contracts.errors import ContractsError
from contracts.model.contract import Source
from contracts.model.finding import Finding, Judgement, Recurrence, Sighting, merged
from contracts.model.interaction import Interaction
from contracts.model.run import Verdict
from contracts.model.text import many
from contracts.reports.terminal import findings_text
from contracts.sources.entries import Unread, answered
from contracts.sources.tapes import watching

MOST_NAMED = 10
"""So many operations without an answer are named."""


class Watch:
    """Judges what is played while it is on. `stop` takes the hook away again.

    A process that runs a share of the tests `tell`s in the end what it saw; the one that started it `expect`s that and
    `hear`s it.
    """

    def __init__(self) -> None:
        contracts = tuple(one.contract for one in contracts_here())
        levels = levels_here(contracts)
        self._owners = Owners(contracts, lambda: levels)
        self._numbers = {id(contract): number for number, contract in enumerate(contracts)}
        self._judged: dict[int, list[Judgement]] = {number: [] for number in self._numbers.values()}
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
        owner = self._owners.of(played)
        if owner is None:
            self._others += 1
            return
        one = answered(played, owner)
        if isinstance(one, Unread):
            self._problems.append(f"{one.place}: {one.problem}")
            return
        try:
            self._judged[self._numbers[id(owner)]].append(self._owners.checker(owner).judge(one))
        except ContractsError as error:
            self._problems.append(f"{played.place}: {error}")

    def expect(self, worker: str) -> None:
        """Of this process it isn't known what it sees until it is heard."""
        self._silent.add(worker)

    def tell(self) -> str:
        """What was seen, for `hear`: in ASCII, whatever stood in the answers."""
        judged = {number: _told(merged(found)) for number, found in self._judged.items() if found}
        return json.dumps({"judged": judged, "others": self._others, "problems": self._problems})

    def hear(self, worker: str, told: str) -> None:
        """Adds what an expected process tells; a second time counts for nothing."""
        if worker not in self._silent:
            return
        self._silent.remove(worker)
        seen: dict[str, Any] = json.loads(told)
        for number, judged in seen["judged"].items():
            met = tuple(map(_recurrence, judged["met"]))
            self._judged[int(number)].append(Judgement(**judged | {"met": met}))
        self._others += seen["others"]
        self._problems += seen["problems"]

    @property
    def silent(self) -> tuple[str, ...]:
        """The expected processes that were never heard."""
        return tuple(sorted(self._silent))

    @property
    def verdict(self) -> Verdict:
        """Broken by any violation; kept where a success was judged and no process is missing."""
        judged = self._all
        if any(met.first.level == "violation" for met in judged.met):
            return "broken"
        return "kept" if judged.successes and not self._silent else "not checked"

    @property
    def _all(self) -> Judgement:
        return merged(one for found in self._judged.values() for one in found)

    def lines(self) -> tuple[str, ...]:
        """The report: what was judged, each finding below its operation, and what could not be."""
        judged = self._all
        count = sum(judged.checked.values())
        known = f"{count} played answers of {len(self._judged)} known operations, {self._others} of others"
        refused = ", no success among them" if count and not judged.successes else ""
        problems = [*self._problems, *(f"worker {name} ended without telling what was played" for name in self.silent)]
        unchecked = [f"not checked: {problem}" for problem in problems]
        return (f"{self.verdict}: {known}{refused}", *self._found(), *self._idle(), *unchecked)

    def _found(self) -> Iterator[str]:
        for number, judged in self._judged.items():
            lines = findings_text(merged(judged).met)
            if lines and len(self._judged) > 1:
                yield self._owners.contracts[number].operation
            yield from lines

    def _idle(self) -> Iterator[str]:
        """The operations of which no answer was played, where others had some."""
        idle = [self._owners.contracts[number].slug for number, judged in self._judged.items() if not judged]
        if idle and len(idle) < len(self._judged):
            more = f" and {len(idle) - MOST_NAMED} more" if len(idle) > MOST_NAMED else ""
            yield f"idle: of {many(len(idle), 'operation')} nothing was played: {', '.join(idle[:MOST_NAMED])}{more}"


def _told(judged: Judgement) -> dict[str, Any]:
    met = [asdict(replace(one, answers=())) for one in judged.met]
    return {"met": met, "checked": judged.checked, "successes": judged.successes}


def _recurrence(told: dict[str, Any]) -> Recurrence:
    parts = {
        "members": tuple(map(_finding, told["members"])),
        "pointers": tuple(told["pointers"]),
        "seen": {text: Sighting(**seen) for text, seen in told["seen"].items()},
        "answers": (None,) * len(told["members"]),
    }
    return Recurrence(**told | parts)


def _finding(told: dict[str, Any]) -> Finding:
    return Finding(**told | {"promised": tuple(Source(**source) for source in told["promised"])})
