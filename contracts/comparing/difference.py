"""One difference as it is found, before it has a severity, and the pair of places that operations share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple, TypeAlias

from contracts.model.contract import SUCCESS, Contract, Rule
from contracts.model.document import Steps
from contracts.model.drift import Cited
from contracts.model.json import Json, pointer

How = Literal["", "wider", "narrower", "said", "other"]
"""What became of the values that a place admits: more, fewer, fewer by what was never said before, or others.

"" is for what isn't about single values."""

PROBLEM = "problem"
"""What the only body of failures is called."""

UNREAD = "operation.unread"
"""What is another and isn't understood further."""

Key: TypeAlias = tuple[bool, tuple[Steps, ...], tuple[Steps, ...]]
"""Who reads (True where a client sends it), and where in either document all that is said of a place stands."""

Promising: TypeAlias = Callable[[str], Iterable[str]]
"""The sentences of a text that sound like a promise."""


class Difference(NamedTuple):
    """A change before its severity: `was` and `now` are the rules of each side that it is about.

    `beside` cites a side that has no rule of that kind to cite. `within` is the pair of places that it was found in,
    which other operations may share.
    """

    kind: str
    pointer: str
    old: Json
    new: Json
    summary: str
    was: tuple[Rule, ...] = ()
    now: tuple[Rule, ...] = ()
    beside: tuple[Cited, ...] = ()
    how: How = ""
    within: Key | None = None


class Compared:
    """The pairs of places that were compared, and what was met directly below each.

    What is told of a pair is told for the operation that meets it first.
    """

    def __init__(self) -> None:
        self._below: dict[Key, set[Key]] = {}
        self._roots: dict[str, set[Key]] = {}
        self._users: dict[Key, set[str]] | None = None

    def meets(self, key: Key, above: Key | None, operation: str) -> bool:
        """Notes that a pair stands directly below another, or is a whole body; true where it is new."""
        self._users = None
        if above is None:
            self._roots.setdefault(operation, set()).add(key)
        else:
            self._below[above].add(key)
        if key in self._below:
            return False
        self._below[key] = set()
        return True

    def users(self, key: Key) -> set[str]:
        """The operations of which a pair is a part."""
        if self._users is None:
            self._users = {}
            for operation, roots in self._roots.items():
                waiting, reached = list(roots), set(roots)
                while waiting:
                    pair = waiting.pop()
                    self._users.setdefault(pair, set()).add(operation)
                    waiting += self._below[pair] - reached
                    reached |= self._below[pair]
        return self._users[key]


def roles(contract: Contract) -> dict[str, str]:
    """What bodies are called beside their status: that of success, and that of failures where there is one."""
    good = {name for answer in contract.answers if answer.success for name in answer.bodies.values()}
    others = [name for name in contract.bodies if name not in good]
    known = {contract.main: SUCCESS} if contract.main else {}
    return known | ({others[0]: PROBLEM} if len(others) == 1 else {})


def place_of(contract: Contract, rule: Rule, below: str) -> str:
    """Where a rule stands, in the words of `Change.pointer`; `below` is the pointer into its body."""
    if rule.kind in {"parameter", "parameter-range"}:
        return "#parameter" + pointer(rule.at)
    if rule.kind == "authorization":
        return "#authorization"
    if rule.target not in contract.bodies or rule.target == contract.main:
        return below
    if rule.target in roles(contract):
        return f"#{PROBLEM}{below}"
    keys = (answer.key for answer in contract.answers if rule.target in answer.bodies.values())
    return f"#status/{next(keys, '')}{below}"


def sure(rule: Rule) -> bool:
    """A promise is documented; one that rests on an example or an assumption alone is a guess."""
    return not rule.sources or any(source.kind == "documented" for source in rule.sources)


def no_promise(_: str) -> Iterable[str]:
    """Nothing of a text sounds like a promise."""
    return ()


def deprecation(name: str, place: str, *, old: bool, new: bool) -> Iterator[Difference]:
    """That something is to go, or is to stay after all."""
    if old != new:
        kind, what = ("deprecation.added", "now") if new else ("deprecation.removed", "no longer")
        summary = f"{name[0].upper()}{name[1:]} is {what} deprecated."
        yield Difference(kind, place, old, new, summary)


def promised(name: str, place: str, old: str, new: str, promising: Promising) -> Iterator[Difference]:
    """New sentences that sound like a promise."""
    if old == new:
        return
    known = set(promising(old))
    come = [sentence for sentence in promising(new) if sentence not in known]
    if come:
        summary = f"re-read this: {name}; it sounds like a promise that nothing answers for"
        yield Difference("wording.promise", place, old or None, come, summary)
