"""The wording of a page beside its meaning: which blocks a person has to read again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from hashlib import sha256
from typing import TypeAlias, get_args

from contracts.comparing.answer_changes import WITHOUT_BODY
from contracts.comparing.severities import ChangeKind
from contracts.model.contract import Block, Contract, Reviewed, Source
from contracts.model.drift import Change, Cited
from contracts.model.frozen import frozen
from contracts.model.identity import fingerprint
from contracts.model.json import ITEM, Json, Path, pointer, starred
from contracts.model.page import Page, Section, Sentence

Key: TypeAlias = tuple[str, str]
"""A block's section and field; ("", "") holds the sentences outside any field, ("title", "") the title."""

_LOOSE: Key = ("", "")
_TITLE: Key = ("title", "")
_CALLED = {
    "": "outside the fields",
    "title": "Title",
    "auth": "Authorizations",
    "header": "Headers",
    "path": "Path Parameters",
    "query": "Query Parameters",
    "body": "Body",
    "response": "Response",
}

_WORDLESS = frozenset({"sentence.unaccounted", "presence.no-longer-shown"})
"""Changes that are no reason for other words: what isn't understood, and what only an example had suggested."""

SECTIONS: tuple[str, ...] = (*_LOOSE[:1], *_TITLE[:1], *get_args(Section))
"""Every section that blocks may have."""
DESCRIBED: tuple[str, ...] = ("response",)
"""The sections of which a contract that was never reviewed knows the wording."""


def blocks(page: Page) -> tuple[Block, ...]:
    """The page's blocks that say anything: one for each entry, what stands outside any, and the title."""
    return _blocks((key, [sentence.digest for sentence in said]) for key, said in _said(page).items())


def described(contract: Contract, split: Callable[[str], Iterable[str]]) -> tuple[Block, ...]:
    """What a contract itself knows of its page's wording: the descriptions of the answer's fields.

    `split` gives the digests of a text's sentences.
    """
    return _blocks(
        (("response", _name(known.at)), list(split(known.description)))
        for known in contract.fields
        if known.target == contract.main
    )


def review(url: str, date: str, text: str, page: Page) -> Reviewed:
    """A page as it is accepted now; `text` is what it was read from, blanks at the ends of lines left aside."""
    folded = "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")
    return Reviewed(
        url=url, date=date, digest=sha256(folded.encode("utf-8", "surrogatepass")).hexdigest()[:32], blocks=blocks(page)
    )


def wording_changes(  # noqa: PLR0913  what is known, the page, and what is told already
    known: tuple[Block, ...],
    page: Page,
    contract: Contract,
    rows: Mapping[str, ChangeKind],
    *,
    changes: tuple[Change, ...] = (),
    also_known: tuple[Block, ...] = (),
    sections: Collection[str] = SECTIONS,
) -> tuple[Change, ...]:
    """A change for each block whose sentences aren't the known ones, in the page's order; `contract` is the page's.

    It is `wording.promise` where a new sentence sounds like a promise that nothing accounts for, else
    `wording.changed`. A block that one of `changes` speaks of is told again for a promise alone, and a promise that
    one of them quotes never. A block in the words of `also_known`, or of one
    that is gone, is nothing new. Only blocks of `sections` count.
    """
    before = _by_key(known)
    present = _said(page)
    also = _by_key(also_known)
    moved = tuple(
        digest for key, digests in (*before.items(), *also.items()) if key not in present for digest in digests
    )
    also |= {key: (*also.get(key, ()), *moved) for key in present if key not in before}
    reading = _Reading(page, contract, rows, _Covered.of(changes), also)
    found = (reading.change(key, before.get(key, ()), said) for key, said in present.items() if key[0] in sections)
    return tuple(change for change in found if change is not None)


def _by_key(known: tuple[Block, ...]) -> dict[Key, tuple[str, ...]]:
    return {(block.section, block.name): block.digests for block in known}


def _said(page: Page) -> dict[Key, list[Sentence]]:
    """The sentences of every block of a page, also of those without any."""
    title = [Sentence(text=page.title, line=page.lines.get("title", 1), field="", digest=fingerprint(page.title))]
    found: dict[Key, list[Sentence]] = {_TITLE: title if page.title else [], _LOOSE: list(page.sentences)}
    for entry in page.entries:
        found.setdefault((entry.section, entry.name), []).extend(entry.sentences)
    return found


def _blocks(pairs: Iterable[tuple[Key, list[str]]]) -> tuple[Block, ...]:
    return tuple(Block(section=key[0], name=key[1], digests=tuple(digests)) for key, digests in pairs if digests)


def _name(at: Path) -> str:
    """How a page's list calls a place."""
    return ".".join(step for step in at if step != ITEM)


@frozen
class _Covered:
    """What is told already: the pointers that changes speak of, and the sentences that they quote."""

    pointers: frozenset[str]
    quoted: frozenset[Json]

    @staticmethod
    def of(changes: tuple[Change, ...]) -> _Covered:
        quotes = [change.new for change in changes if change.kind == "sentence.unaccounted"]
        meant = [change for change in changes if change.kind not in _WORDLESS]
        pointers = {change.pointer for change in meant}
        pointers |= {
            change.pointer.rsplit("/", 1)[0] + pointer((str(change.new),))
            for change in meant
            if change.kind.endswith(".renamed")
        }
        if any(change.kind == "status.success" and change.old in WITHOUT_BODY for change in meant):
            pointers.add("")  # all that is said of the body
        return _Covered(
            pointers=frozenset(pointers),
            quoted=frozenset(text for quote in quotes if isinstance(quote, list | tuple) for text in quote),
        )

    def speaks_of(self, place: str, *, new: bool) -> bool:
        """A change is about a place; what is new may have come with what it stands in."""
        return place in self.pointers or (new and any(place.startswith(f"{above}/") for above in self.pointers))


class _Reading:
    """One page read against what is known of its wording."""

    def __init__(
        self,
        page: Page,
        contract: Contract,
        rows: Mapping[str, ChangeKind],
        told: _Covered,
        also: dict[Key, tuple[str, ...]],
    ) -> None:
        self._page, self._contract, self._rows, self._told, self._also = page, contract, rows, told, also
        self._unaccounted = {(one.field, one.digest) for one in contract.unaccounted}
        self._places = {
            _name(known.at): starred(known.at) for known in reversed(contract.fields) if known.target == contract.main
        }
        self._lines: dict[Key, int] = {
            (entry.section, entry.name): entry.lines.get("name", 1) for entry in reversed(page.entries)
        }

    def change(self, key: Key, before: tuple[str, ...], said: list[Sentence]) -> Change | None:
        """What is to be told of one block; nothing of one that says what it said."""
        also = self._also.get(key, ())
        new = [one for one in said if one.digest not in before and one.digest not in also]
        gone = [digest for digest in before if digest not in {one.digest for one in said}]
        if not new and (not gone or (said and all(one.digest in also for one in said))):
            return None
        place = self._place(key)
        promises = [
            one for one in new if (one.field, one.digest) in self._unaccounted and one.text not in self._told.quoted
        ]
        if promises:
            return self._made("wording.promise", key, place, promises, gone)
        quoted = any(one.text in self._told.quoted for one in new)
        if quoted or any(self._told.speaks_of(one, new=not before) for one in (place, *self._below(key))):
            return None
        return self._made("wording.changed", key, place, new, gone)

    def _place(self, key: Key) -> str:
        section, name = key
        if section == "response":
            return self._places.get(name, pointer((name,)))
        if section == "auth":
            return "#authorization"
        return "#parameter" + pointer((name,)) if section in {"path", "query", "header"} else "#page"

    def _below(self, key: Key) -> Iterator[str]:
        """The places that have no block of their own, and so are described in this one."""
        if key[0] == "response":
            listed = {entry.name for entry in self._page.section("response")}
            for name, place in self._places.items():
                if name.startswith(f"{key[1]}.") and name not in listed:
                    yield place

    def _made(self, kind: str, key: Key, place: str, new: list[Sentence], gone: list[str]) -> Change:
        line = new[0].line if new else self._lines.get(key, self._page.lines.get("title", 1))
        where = ", ".join(part for part in (_CALLED[key[0]], key[1], f"line {line}") if part)
        reason = "; it sounds like a promise that nothing answers for" if kind == "wording.promise" else ""
        return Change(
            severity=self._rows[kind].severity,
            kind=kind,
            pointer=place,
            old=[*gone] or None,
            new=[one.text for one in new] or None,
            summary=f"re-read this: {where}{reason}",
            fingerprint=fingerprint(self._contract.operation, kind, *key, *(one.digest for one in new), *gone),
            sources=(Cited(side="new", source=Source(page=self._page.name, line=line, kind="documented")),),
        )
