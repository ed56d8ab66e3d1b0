"""Entries of HAR archives decoded as types: the usual form in a tenth of the time, any other not at all."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from operator import attrgetter
from typing import Annotated, Any, Literal

from contracts.model.json import each_or_none
from contracts.sources.plain_json import unsure

_MOST_REMEMBERED = 5_000


class TypedEntries:
    """Reads entries with the attributes that `TypedLines` gives lines; the body is its text.

    `ruled` are the headers that matter, in lower case.
    """

    alike = None
    """No sort of entries is read quicker than others."""

    def __init__(self, ruled: Container[str]) -> None:
        self._decode, self._ruled = _decoder(), ruled
        self._places: dict[tuple[str, ...], tuple[tuple[int, str], ...]] = {}

    def one(self, text: bytes) -> Any:
        """An entry, its headers as names and texts. Raises ValueError for another form: of that the reader speaks."""
        entry = self._decode(text)
        headers = [(one.name, one.value) for one in entry.response.headers if not one.name.startswith(":")]
        if unsure((text,)) or not self._ruling([name for name, _ in headers]) or not _is_whole(entry.response.content):
            raise ValueError
        entry.response.headers = dict(headers)
        return entry

    def all(self, texts: Sequence[bytes]) -> list[Any]:
        """Many entries, the headers of each as pairs of name and text, those that matter; None for any other form."""
        found = each_or_none(self._decode, texts)
        for place, entry in enumerate(found):
            if entry is None:
                continue
            answer = entry.response
            headers, names = answer.headers, tuple([one.name for one in answer.headers])
            if names not in self._places:
                self._remember(names)
            answer.headers = tuple([(name, headers[number].value) for number, name in self._places[names]])
            if not answer.headers or not _is_whole(answer.content):
                found[place] = None
        for place in unsure(texts):
            found[place] = None
        return found

    def _remember(self, names: tuple[str, ...]) -> None:
        """Which of such headers matter."""
        if len(self._places) >= _MOST_REMEMBERED:
            self._places.clear()
        self._places[names] = self._ruling(names)

    def _ruling(self, names: Sequence[str]) -> tuple[tuple[int, str], ...]:
        """Those of the headers that matter, by their places; none where one stands twice, or no media type does."""
        found = [(number, name) for number, name in enumerate(names) if name.lower() in self._ruled]
        told = {name.lower() for _, name in found}
        return tuple(found) if "content-type" in told and len(told) == len(found) else ()


def _is_whole(content: Any) -> bool:
    """True where a body is told as it was sent."""
    text = content.text
    return not content.binary and 0 <= content.size <= (len(text) if text.isascii() else len(text.encode()))


def _decoder() -> Callable[[bytes], Any]:
    import msgspec

    line = msgspec.defstruct("line", [("name", str), ("value", str)], gc=False)
    none = Annotated[list[Any], msgspec.Meta(max_length=0)] | None
    form: list[Any] = [("text", str | None, None), ("encoding", None, None), ("params", none, None)]
    posted = msgspec.defstruct("postData", form, gc=False)
    asked: list[Any] = [("method", str), ("url", str), ("headers", list[line] | None, None)]  # type: ignore[valid-type]
    asked.append(("postData", posted | None, None))
    sent: list[Any] = [("text", Annotated[str, msgspec.Meta(min_length=1)]), ("size", int, 0)]
    sent += [("encoding", Literal[""] | None, None), ("binary", bool | None, None)]
    content = msgspec.defstruct("content", sent, rename={"binary": "_isBinary"}, gc=False)
    answer: list[Any] = [("status", Annotated[int, msgspec.Meta(ge=100, le=999)])]
    answer += [("headers", list[line]), ("content", content)]  # type: ignore[valid-type]
    body = {"body": property(attrgetter("content.text"))}
    parts: list[Any] = [("request", msgspec.defstruct("request", asked, gc=False))]
    parts += [("response", msgspec.defstruct("response", answer, gc=False, namespace=body)), ("at", str, "")]
    renamed = {"at": "startedDateTime"}
    entry = msgspec.defstruct("entry", parts, rename=renamed, gc=False, namespace={"origin": "recorded"})
    return msgspec.json.Decoder(entry).decode
