"""Lines of logs decoded as types: the usual form in a tenth of the time, any other not at all."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from itertools import compress, repeat
from operator import contains
from typing import Annotated, Any, Literal

from contracts.model.json import each_or_none
from contracts.sources.plain_json import unsure

_ODD = b"\x7f"
"""What stands in no text; of bytes that are called compressed and stored as a text, it says that they can't be told."""
_MOST_HEADERS = 64
"""So many names of headers are told apart in lines of the usual form."""


class TypedLines:
    """Reads lines of the usual form in a tenth of the time: `request`, `response`, `origin`, `at` as attributes.

    The body stays as it is written.
    """

    def __init__(self) -> None:
        self._one = _decoder(dict[str, str])
        self._names: dict[str, None] = {}
        self._each = self._one
        self._alike: tuple[Any, Callable[[bytes], Any]] = (None, self._one)

    def one(self, text: bytes) -> Any:
        """A line, its headers as names and texts. Raises ValueError for another form: of that `line_reader` speaks."""
        if _ODD in text or unsure((text,)):
            raise ValueError
        return self._one(text)

    def all(self, texts: Sequence[bytes]) -> list[Any]:
        """Many lines, the headers of each a struct with a field for each name; None for any other form."""
        found = each_or_none(self._each, texts) if self._names else [None] * len(texts)
        while (place := next((place for place, line in enumerate(found) if line is None), None)) is not None:
            if not self._learn(texts[place:]):
                break
            found = each_or_none(self._each, texts)
        return _sure(found, texts)

    def alike(
        self, texts: Sequence[bytes], around: tuple[str, int, str], headers: dict[str, str], apart: Container[str],
        body: Any,
    ) -> list[Any]:  # fmt: skip
        """Many lines with this method, status and origin, these headers, and bodies of a type; None for any other.

        A body of no type stays as it is written. Of other headers, those of which `apart` has the name in lower case
        aren't there.
        """
        key = around, tuple(headers.items()), body, len(self._names)
        if key != self._alike[0]:
            fields: dict[str, Any] = {name: None for name in self._names if name.lower() not in apart}
            self._alike = key, _decoder(_struct(fields | headers), body, [Literal[one] for one in around])
        return _sure(each_or_none(self._alike[1], texts), texts)

    def _learn(self, texts: Sequence[bytes]) -> bool:
        """True where one of some lines, of the first dozen, has names of headers that weren't known."""
        for line in each_or_none(self._one, texts[:12]):
            names = self._names | dict.fromkeys(() if line is None else line.response.headers or ())
            if len(self._names) < len(names) <= _MOST_HEADERS:
                try:
                    self._each = _decoder(_struct(names))
                except (TypeError, ValueError):
                    continue  # no field can be called so
                self._names = names
                return True
        return False


def _sure(found: list[Any], texts: Sequence[bytes]) -> list[Any]:
    """None for those whose text is an odd one, or may be no JSON: what is passed by is not looked at otherwise."""
    for place in unsure(texts):
        found[place] = None
    if _ODD in b"".join(texts):
        for place in compress(range(len(texts)), map(contains, texts, repeat(_ODD))):
            found[place] = None
    return found


def _decoder(headers: Any, body: Any = None, around: Sequence[Any] = ()) -> Callable[[bytes], Any]:
    """What reads a line; where its method, status and origin are of some types, it has headers as well."""
    import msgspec

    method, status, origin = around or (str, int, str)
    name = Annotated[str, msgspec.Meta(pattern=r"^(?!base64\Z)")]
    sent = str | bool | int | float | list[Any] | dict[name, Any] | None
    asked: list[Any] = [("method", method), ("url", str)]
    asked += [("headers", dict[str, str] | None, None), ("body", sent, None)]
    answer: list[Any] = [("status", status), ("body", body or msgspec.Raw)]
    answer.append(("headers", headers) if around else ("headers", headers | None, None))
    parts = [("request", msgspec.defstruct("request", asked, gc=False)),
             ("response", msgspec.defstruct("response", answer, gc=False))]  # fmt: skip
    unsaid = ("recorded",) if origin in {str, Literal["recorded"]} else ()
    line = msgspec.defstruct("line", [*parts, ("origin", origin, *unsaid), ("at", str, "")], gc=False, kw_only=True)
    return msgspec.json.Decoder(line).decode


def _struct(names: Mapping[str, str | None]) -> Any:
    """Headers: those with a value have that, others may be left out."""
    import msgspec

    fields: list[Any] = [
        (f"h{number}", str | msgspec.UnsetType, msgspec.UNSET) if value is None else (f"h{number}", Literal[value])
        for number, value in enumerate(names.values())
    ]
    called = {f"h{number}": name for number, name in enumerate(names)}
    return msgspec.defstruct("headers", fields, rename=called, forbid_unknown_fields=True, kw_only=True, gc=False)
