"""Where an element of a list begins, as a line in the text of its document."""

from __future__ import annotations

import re

from contracts.sources.plainyaml import line_of

_SPACE = re.compile(r"[\s,:]*")
_IN_LIST = 2


def json_line(text: str, names: tuple[str, ...], index: int) -> int | None:
    """The 1-based line of the element `index` of the list under `names` in a JSON text; None where there is none."""
    try:
        at = _skip(text, 0)
        for name in names:
            at = _value(text, at, name)
        at = _element(text, at, index)
    except (ValueError, IndexError, RecursionError):
        return None
    return text.count("\n", 0, at) + 1


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    assert found is not None
    return found.end()


def _end(text: str, at: int) -> int:
    import json

    return json.JSONDecoder().raw_decode(text, at)[1]


def _value(text: str, at: int, name: str) -> int:
    """Where the value of a name begins in the object at `at`. Raises ValueError, IndexError."""
    if text[at] != "{":
        raise ValueError
    at = _skip(text, at + 1)
    while text[at] != "}":
        after = _end(text, at)
        found, at = text[at:after] == f'"{name}"', _skip(text, after)
        if found:
            return at
        at = _skip(text, _end(text, at))
    raise ValueError


def _element(text: str, at: int, index: int) -> int:
    """Where an element of the list at `at` begins. Raises ValueError, IndexError."""
    if text[at] != "[":
        raise ValueError
    at = _skip(text, at + 1)
    for _ in range(index):
        at = _skip(text, _end(text, at))
    if text[at] == "]":
        raise ValueError
    return at


def yaml_line(text: str, name: str, index: int) -> int | None:
    """The 1-based line of the element `index` of the list under the top-level `name`; None where there is none."""
    import yaml

    depth, place = 0, -1  # how many collections are open; the element of the list that was met last
    key: str | None = None  # the top-level name whose value comes next
    under = ""  # the top-level name whose value is open
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.NodeEvent) and depth == 1:
                key, under = (str(getattr(event, "value", "")), "") if key is None else (None, key)
            elif isinstance(event, yaml.NodeEvent) and depth == _IN_LIST and under == name:
                place += 1
                if place == index:
                    return line_of(event)
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
    except yaml.YAMLError:
        pass
    return None
