"""What recordings hold, sorted: the contract's own answers, other requests, and what can't be read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Literal
from urllib.parse import SplitResult, urlsplit

from contracts.checking import Checker
from contracts.model.interaction import Interaction, Response
from contracts.model.run import Unreadable
from contracts.reports.grouping import many
from contracts.rules.asking import another_operation
from contracts.rules.exchange import path_parameters
from contracts.sources.parts import Unread, answered
from contracts.sources.recordings import LeftOut

_ENTRY = re.compile(r"\A[a-z.]+\[[0-9]+\](?:: |\.)?")
"""Which entry of its file a problem is of: its place says that, and the same problem of others is one."""
_NOUNS = {"answer": "unreadable answer", "other answer": "", "file": "left-out file"}
_PREFIX = re.compile(r"(?:/[A-Za-z0-9._~-]{1,20}){1,3}")
"""What may be shown of a path: no longer part of it, which may be a secret."""


class Sorting:
    """Sorts what is read for one contract. `hosts` narrow what is its own to these, ports included where given."""

    def __init__(self, checker: Checker, hosts: Iterable[str] = ()) -> None:
        self._checker = checker
        self._hosts = set(hosts)
        self._others: dict[str, int] = {}
        self._below: dict[str, int] = {}
        self._unreadable: dict[tuple[str, str], Unreadable] = {}

    def owned(self, found: Iterable[Interaction | Unread | LeftOut]) -> Iterator[Interaction]:
        """The operation's answers that can be judged; what else there is, is counted on the way."""
        for each in found:
            if isinstance(each, LeftOut):
                self._passed("file", each)
                continue
            if not self._owns(each):
                self._other(each)
                if isinstance(each, Unread):
                    self._passed("other answer", each)
                continue
            one = answered(each, self._checker.contract)
            if isinstance(one, Unread):
                self._passed("answer", one)
            else:
                yield one

    @property
    def unreadable(self) -> tuple[Unreadable, ...]:
        """What can't be read, the operation's own answers first."""
        return tuple(sorted(self._unreadable.values(), key=lambda one: list(_NOUNS).index(one.what)))

    def beside(self) -> str:
        """What there was beside the operation's answers, as words in brackets; "" for nothing."""
        counts = {what: sum(one.count for one in self.unreadable if one.what == what) for what in _NOUNS}
        asides = [self._others_text(counts["other answer"])] if self._others else []
        asides += [many(counts[what], noun) for what, noun in _NOUNS.items() if noun and counts[what]]
        return f" (beside {' and '.join(asides)})" if asides else ""

    def _owns(self, each: Interaction | Unread) -> bool:
        if not may_own(self._checker, each):
            return False
        parts = _split(each.request.url)
        named = parts is not None and bool({_address(parts), parts.hostname} & self._hosts)
        return named or not self._hosts or not each.request.url

    def _other(self, each: Interaction | Unread) -> None:
        parts, contract = _split(each.request.url), self._checker.contract
        where = _address(parts) if parts else ""
        if isinstance(each, Interaction):
            where += another_operation(contract, each)
        self._others[where] = self._others.get(where, 0) + 1
        if parts and each.request.method.upper() == contract.method:
            path = parts.path
            starts = (at for at, sign in enumerate(path) if at and sign == "/")
            at = next((at for at in starts if path_parameters(contract.path, path[at:]) is not None), 0)
            if at:
                prefix = path[:at] if _PREFIX.fullmatch(path[:at]) else "another path"
                self._below[prefix] = self._below.get(prefix, 0) + 1

    def _others_text(self, unreadable: int) -> str:
        hosts = ", ".join(sorted(host or "an address without a host" for host in self._others))
        text = f"{many(sum(self._others.values()), 'other request')} to {hosts}"
        for prefix, count in sorted(self._below.items()):
            text += f", {count} to the operation's path below {prefix}"
        return text + (f", {unreadable} unreadable" if unreadable else "")

    def _passed(self, what: Literal["answer", "other answer", "file"], one: Unread | LeftOut) -> None:
        reason = _ENTRY.sub("", one.problem)
        known = self._unreadable.get((what, reason))
        index = one.index if isinstance(one, Unread) else 0
        self._unreadable[what, reason] = (
            replace(known, count=known.count + 1)
            if known
            else Unreadable(what=what, reason=reason, count=1, place=one.place, line=one.line, index=index)
        )


def may_own(checker: Checker, each: Interaction | Unread) -> bool:
    """Whether an answer is, or may be, the operation's: a request that can't be read itself may be anyone's."""
    if isinstance(each, Interaction):
        return checker.owns(each)
    if not each.request.url:
        return True
    return checker.owns(each.bare or Interaction(request=each.request, response=Response(status=0), origin="recorded"))


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:  # an address that no request can have been sent to
        return None


def _address(parts: SplitResult) -> str:
    """Host and port, without the user and password that may stand before them."""
    return parts.netloc.rpartition("@")[2]
