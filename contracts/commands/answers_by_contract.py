"""Whose an exchange is among many contracts; what recordings hold, sorted by that, and what of it nobody can read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Literal, TypeAlias
from urllib.parse import SplitResult, urlsplit

from contracts.checking import Checker
from contracts.checking.tally import WHOLE, Part, Position
from contracts.model.contract import Contract, Level
from contracts.model.interaction import Interaction, Request, Response
from contracts.model.run import Unreadable
from contracts.model.text import many
from contracts.rules.routing import Router, another_operation, meant
from contracts.sources.entries import Unread, answered
from contracts.sources.recordings import LeftOut

_ENTRY = re.compile(r"\A[a-z.]+\[[0-9]+\](?:: |\.)?")
"""Which entry of its file a problem is of: its place says that, and the same problem of others is one."""
Read: TypeAlias = Interaction | Unread | LeftOut
_What: TypeAlias = Literal["answer", "other answer", "file"]
_NOUNS: dict[_What, str] = {"answer": "unreadable answer", "other answer": "", "file": "left-out file"}
_PREFIX = re.compile(r"(?:/[A-Za-z0-9._~-]{1,20}){1,3}")
"""What may be shown of a path: no longer part of it, which may be a secret."""


Levels = Callable[[], Mapping[str, Level]]


class Owners:
    """The contracts as judges of what is theirs; `levels` are asked for when there is something to judge."""

    def __init__(self, contracts: Iterable[Contract], levels: Levels = dict) -> None:
        self.contracts = tuple(contracts)
        self._router = Router(self.contracts)
        self._levels = levels
        self._checkers: dict[int, Checker] = {}

    def asked(self, request: Request) -> Contract | None:
        """The contract of the operation that a request asks: of several servers that of its host, or the first."""
        return next(iter(self.every(request)), None)

    def every(self, request: Request, wanted: Container[int] | None = None) -> tuple[Contract, ...]:
        """Every contract of the operation that a request asks: those of its host, or else of every host.

        `wanted` are the identities of those to choose from once the host is known, None for all.
        """
        found = self._router.route(request)
        if len(found) > 1:
            host = urlsplit(request.url).netloc.rpartition("@")[2].lower()
            found = tuple(one for one in found if urlsplit(one.server).netloc.lower() == host) or found
        return meant(tuple(one for one in found if wanted is None or id(one) in wanted), request)

    def of(self, each: Interaction | Unread) -> Contract | None:
        """The contract that an exchange is, or may be, of: what is answered may show another operation of its path."""
        contract = self.asked(each.request)
        known = each if isinstance(each, Interaction) else each.bare
        return None if contract is None or (known and another_operation(contract, known)) else contract

    def checker(self, contract: Contract) -> Checker:
        """The judge of one of the contracts, the same each time."""
        if id(contract) not in self._checkers:
            self._checkers[id(contract)] = Checker(contract, self._levels())
        return self._checkers[id(contract)]


NOBODY = -1
"""Stands for the number of a contract, of what is none's."""
Starts = Mapping[Part, tuple[str, int, int]]


class Passed:
    """What recordings hold that nothing was judged of, counted; `merge`s in any order.

    `others` are requests by where they went, `below` those of an operation's path below a prefix.
    """

    def __init__(self) -> None:
        self.others: Counter[str] = Counter()
        self.below: Counter[str] = Counter()
        self._unreadable: dict[tuple[int, _What, str], tuple[Position, Unreadable]] = {}

    def add(self, whose: int, found: Unreadable, at: Position) -> None:
        """What can't be read, of the contract with this number."""
        key = whose, found.what, found.reason
        if key in self._unreadable:
            known_at, known = self._unreadable[key]
            first, which = (at, found) if at < known_at else (known_at, known)
            self._unreadable[key] = first, replace(which, count=known.count + found.count)
        else:
            self._unreadable[key] = at, found

    def merge(self, other: Passed) -> None:
        """Everything that another one holds."""
        self.others += other.others
        self.below += other.below
        for (whose, _, _), (at, found) in other._unreadable.items():
            self.add(whose, found, at)

    def unreadable(self, whose: Container[int], starts: Starts) -> tuple[Unreadable, ...]:
        """What can't be read of these contracts, in order; `starts` as in `Tally.judgement`."""
        found = sorted(
            ((at, one) for (number, _, _), (at, one) in self._unreadable.items() if number in whose),
            key=lambda each: (each[0], each[1].what, each[1].reason),
        )
        return tuple(_moved(one, *starts[at[0]]) if at[0] in starts else one for at, one in found)


def _moved(one: Unreadable, _file: str, before: int, lines: int) -> Unreadable:
    return replace(one, index=one.index + before, line=one.line + lines)


class Sorting:
    """Sorts what is read for these contracts.

    `among` are all that are known, so that an answer of another one is nobody's here; `hosts` narrow what is looked at
    to these, ports included where given.
    """

    def __init__(
        self,
        contracts: Iterable[Contract],
        hosts: Iterable[str],
        among: Iterable[Contract],
        levels: Mapping[str, Level],
        passed: Passed,
    ) -> None:
        self._contracts = tuple(contracts)
        self._mine = {id(contract) for contract in self._contracts}
        self._owners = Owners(among or self._contracts, lambda: levels)
        self.checker = self._owners.checker
        self._router = Router(self._contracts)
        self._hosts = set(hosts)
        self._numbers = {id(contract): number for number, contract in enumerate(self._contracts)}
        self.passed = passed
        self.at: Position = (WHOLE, 0)
        self.starts: Starts = {}

    def owned(self, found: Iterable[Read], folder: Contract | None = None) -> Iterator[tuple[Contract, Interaction]]:
        """The answers that can be judged, each with its contract; what else there is, is counted on the way.

        `folder` is the contract whose recordings they are said to be: it decides where several would do.
        """
        for each in found:
            if isinstance(each, LeftOut):
                self._passed("file", each, folder)
                continue
            contracts = self._contracts_of(each, folder)
            if len(contracts) > 1 and (names := _several(contracts)):
                self._passed("answer", _unsure(each, f"may be of {names} alike; name the one with --contract"))
                continue
            for contract in contracts:
                one = answered(each, contract)
                if isinstance(one, Unread):
                    self._passed("answer", one, contract)
                else:
                    yield contract, one

    def unreadable(self, contract: Contract | None = None) -> tuple[Unreadable, ...]:
        """What can't be read of a contract's answers, or else what is nobody's; of an only contract, all there is."""
        whose = {self._numbers.get(id(contract), NOBODY)} | ({NOBODY} if len(self._contracts) == 1 else set())
        return tuple(sorted(self.passed.unreadable(whose, self.starts), key=lambda one: list(_NOUNS).index(one.what)))

    def beside(self, contract: Contract | None = None) -> str:
        """What there was beside the judged answers, as words in brackets; "" for nothing. Whose as in `unreadable`."""
        unreadable = self.unreadable(contract)
        counts = {what: sum(one.count for one in unreadable if one.what == what) for what in _NOUNS}
        alone = len(self._contracts) == 1
        asides = (
            [self._others_text(counts["other answer"])] if self.passed.others and (alone or contract is None) else []
        )
        asides += [many(counts[what], noun) for what, noun in _NOUNS.items() if noun and counts[what]]
        return f" (beside {' and '.join(asides)})" if asides else ""

    def _contracts_of(self, each: Interaction | Unread, folder: Contract | None) -> tuple[Contract, ...]:
        """Whose an exchange is; where it is of nobody's here, it is counted."""
        if isinstance(each, Unread) and not each.request.url:  # a request that can't be read may be anyone's
            if len(self._contracts) == 1 or folder is not None:
                return (folder or self._contracts[0],)
            self._passed("answer", each)
            return ()
        known = _exchange(each)
        own = self._owners.every(each.request, {id(folder)}) if folder is not None else ()
        owners = own or self._owners.every(each.request, self._mine)
        instead = [another_operation(contract, known) for contract in owners]
        found = tuple(contract for contract, path in zip(owners, instead, strict=True) if not path)
        if found and self._at_host(each.request):
            return found
        self._other(each, next(filter(None, instead), ""))
        if isinstance(each, Unread):
            self._passed("other answer", each)
        return ()

    def is_other(self, request: Request) -> bool:
        """True where a request is of none of these contracts, whatever was answered; then it is counted."""
        if self._owners.every(request, self._mine):
            return False
        self._other(Interaction(request=request, response=Response(status=0), origin="recorded"), "")
        return True

    def _at_host(self, request: Request) -> bool:
        parts = _split(request.url)
        return not self._hosts or (parts is not None and bool({_address(parts), parts.hostname} & self._hosts))

    def _other(self, each: Interaction | Unread, instead: str) -> None:
        parts = _split(each.request.url)
        where = (_address(parts) if parts else "") + (instead if isinstance(each, Interaction) else "")
        self.passed.others[where] += 1
        path = parts.path if parts else ""
        for at in (number for number, sign in enumerate(path) if number and sign == "/"):
            if self._router.route(Request(method=each.request.method, url=path[at:])):
                prefix = path[:at] if _PREFIX.fullmatch(path[:at]) else "another path"
                self.passed.below[prefix] += 1
                return

    def _others_text(self, unreadable: int) -> str:
        others = self.passed.others
        hosts = ", ".join(sorted(host or "an address without a host" for host in others))
        text = f"{many(others.total(), 'other request')} to {hosts}"
        whose = "the operation's path" if len(self._contracts) == 1 else "an operation's path"
        for prefix, count in sorted(self.passed.below.items()):
            text += f", {count} to {whose} below {prefix}"
        return text + (f", {unreadable} unreadable" if unreadable else "")

    def _passed(self, what: _What, one: Unread | LeftOut, contract: Contract | None = None) -> None:
        index = one.index if isinstance(one, Unread) else 0
        found = Unreadable(
            what=what, reason=_ENTRY.sub("", one.problem), count=1, place=one.place, line=one.line, index=index
        )
        self.passed.add(self._numbers[id(contract)] if contract else NOBODY, found, self.at)


def _several(contracts: tuple[Contract, ...]) -> str:
    """Which operations contracts are of; "" if all are of the same one."""
    for found in ({one.server or "no server" for one in contracts}, {one.operation for one in contracts}):
        if len(found) > 1:
            return " and ".join(sorted(found))
    return ""


def _unsure(each: Interaction | Unread, problem: str) -> Unread:
    """An exchange that nobody can be held to, and why."""
    return Unread(request=each.request, problem=problem, place=each.place, index=each.index, line=each.line)


def _exchange(each: Interaction | Unread) -> Interaction:
    """What is known of an exchange whose answer may be unreadable."""
    if isinstance(each, Interaction):
        return each
    return each.bare or Interaction(request=each.request, response=Response(status=0), origin="recorded")


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:  # an address that no request can have been sent to
        return None


def _address(parts: SplitResult) -> str:
    """Host and port, without the user and password that may stand before them."""
    return parts.netloc.rpartition("@")[2]
