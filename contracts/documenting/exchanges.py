"""An exchange as lines of text, each with the place that it shows, so that two exchanges can be told apart."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from contracts.model.frozen import frozen
from contracts.model.interaction import Interaction
from contracts.rules.parsing import NotJsonError, parse

Key = tuple[str | int, ...]
"""What a line shows: `("request",)`, `("header", "name")`, `("status",)`, or `("body", *steps)`."""

_END = -1
_CONTEXT = 2
"""So many lines of a body are shown around each marked one."""
_WIDEST = 400


@frozen
class Line:
    """One line: `key` is its place, with -1 after it where it closes it; `said` is compared; `marked` stands out."""

    key: Key
    text: str
    said: str = ""
    depth: int = 0
    marked: bool = False


def lines_of(exchange: Interaction) -> list[Line]:
    """Request line and headers, status and headers, and the body: JSON two spaces deep, anything else as it stands."""
    request, response = exchange.request, exchange.response
    found = [_line(("request",), f"{request.method} {request.url}")]
    found += [_line(("sent", name.lower()), f"{name}: {value}") for name, value in request.headers]
    found.append(_line(("status",), f"HTTP {response.status}"))
    found += [_line(("header", name.lower()), f"{name}: {value}") for name, value in response.headers]
    try:
        body, _ = parse(response.body)
    except NotJsonError:
        raw = response.body.decode(errors="backslashreplace").splitlines() or [""]
        return found + [_line(("raw", number), text) for number, text in enumerate(raw)]
    _add(found, body, ("body",), "", "")
    return found


def _line(key: Key, text: str) -> Line:
    text = text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"
    return Line(key=key, text=text, said=text)


def _add(found: list[Line], value: Any, key: Key, name: str, comma: str) -> None:
    """Adds a value as lines; a comma is no part of what one says, since taking the next property away moves it."""
    depth = len(key) - 1
    indent = "  " * depth
    if not value or not isinstance(value, dict | list):
        said = name + _encoded(value)
        said = said if len(said) <= _WIDEST else said[: _WIDEST - 1] + "…"
        found.append(Line(key=key, text=indent + said + comma, said=said, depth=depth))
        return
    opening, closing = ("{", "}") if isinstance(value, dict) else ("[", "]")
    found.append(Line(key=key, text=indent + name + opening, said=name + opening, depth=depth))
    last = len(value) - 1
    for number, (step, one) in enumerate(value.items() if isinstance(value, dict) else enumerate(value)):
        label = _encoded(step) + ": " if isinstance(value, dict) else ""
        _add(found, one, (*key, step), label, "," if number < last else "")
    found.append(Line(key=(*key, _END), text=indent + closing + comma, said=closing, depth=depth))


_encoded = json.JSONEncoder(ensure_ascii=False).encode


def is_raw(lines: list[Line]) -> bool:
    """Whether the body is no JSON."""
    return any(line.key[0] == "raw" for line in lines)


def differing(lines: list[Line], other: list[Line]) -> set[Key]:
    """The places that say something else, or nothing, in the other exchange, and not what is inside of them.

    Where the other body is no JSON, only the end differs; a body that is no JSON has a gap there.
    """
    if is_raw(lines) != is_raw(other):
        return set() if is_raw(lines) else {lines[-1].key}
    said = {line.key: line.said for line in other}
    found: set[Key] = set()
    for line in lines:
        if line.key[-1] == _END or said.get(line.key) == line.said:
            continue
        if not any(line.key[:length] in found for length in range(1, len(line.key))):
            found.add(line.key)
    return found


def with_gaps(lines: list[Line], other: list[Line]) -> list[Line]:
    """The lines, and a marked one for each place that only the other exchange has, where its neighbour stands.

    A body that is no JSON has one place, its end.
    """
    if is_raw(lines) and not is_raw(other):
        return [*lines, Line(key=("raw", _END), text="— the answer ends here —", marked=True)]
    if is_raw(other) and not is_raw(lines):
        return lines
    here = {line.key for line in lines}
    found, after = list(lines), dict[Key, list[Line]]()
    previous: Key = ()
    for line in other:
        if line.key in here:
            previous = line.key
        elif line.key[-1] != _END and (line.key[0] != "body" or (*line.key[:-1], _END) in here):  # its parent stands
            name = line.said.partition(":")[0]
            text = f"{'  ' * line.depth}— no {name} —"
            after.setdefault(previous, []).append(Line(key=line.key, text=text, depth=line.depth, marked=True))
    return [one for line in found for one in (line, *after.get(line.key, ()))]


def excerpt(lines: Iterable[Line], marks: set[Key], always: tuple[str, ...] = ()) -> tuple[Line, ...]:
    """The marked lines with what stands around them and above them; `…` for what is left out.

    Of what stands around the body, only marked lines and those whose key begins with one of `always` are shown.
    """
    marked = [replace(one, marked=True) if one.key in marks else one for one in lines]
    head = [one for one in marked if one.key[0] not in {"body", "raw"} and (one.marked or one.key[0] in always)]
    body = [one for one in marked if one.key[0] in {"body", "raw"}]
    if not any(one.marked for one in body):
        return tuple(head)
    shown = _around([number for number, one in enumerate(body) if one.marked], body)
    found, last = list(head), -1
    for number in sorted(shown):
        if number > last + 1:
            found.append(_left_out(body[last + 1]))
        found.append(body[number])
        last = number
    if last < len(body) - 1:
        found.append(_left_out(body[last + 1]))
    return tuple(found)


def _left_out(first: Line) -> Line:
    return Line(key=("…",), text="  " * first.depth + "…")


def _around(centres: list[int], body: list[Line]) -> set[int]:
    """The centres, the plain values beside them, and what opens and closes the objects and lists they stand in."""
    enclosing = {body[at].key[:depth] for at in centres for depth in range(1, len(body[at].key) + 1)}
    closed = {one.key[:-1] for one in body if one.key[-1] == _END}
    near = {one for at in centres for one in range(at - _CONTEXT, at + _CONTEXT + 1) if 0 <= one < len(body)}
    beside = {one for one in near if body[one].key not in closed and body[one].key[:-1] in enclosing}
    return beside | {*centres} | {number for number, one in enumerate(body) if _opened(one.key) in enclosing}


def _opened(key: Key) -> Key:
    """The place that a line opens or closes."""
    return key[:-1] if key[-1] == _END else key
