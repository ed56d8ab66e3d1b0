"""Rows known to exist, as a user names them: `100/12345,100/12346`, or a CSV or NDJSON file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from contracts.errors import Unusable
from contracts.sources.files import read_text

Row = tuple[str, ...]

_VALUE = re.compile(r"(?!\.{1,2}\Z)[^\s/?#\ud800-\udfff]+")
"""What can stand between two slashes: a client takes `..` for a step upwards."""
_SUFFIXES = {".csv", ".ndjson", ".jsonl", ".txt"}


def read_rows(given: str, names: tuple[str, ...]) -> tuple[Row, ...]:
    """The rows that `given` lists or that the file of that name holds, values in the order of `names`.

    A CSV file may start with the names as a header; an NDJSON line is an array, or an object by name.
    Raises Unusable, naming the row.
    """
    path = Path(given)
    if path.suffix.lower() in _SUFFIXES or _is_file(path):
        found = tuple(_of_file(read_text(path, "a CSV or NDJSON file of rows"), given, names))
    else:
        found = tuple(tuple(part.strip().split("/")) for part in given.split(",") if part.strip())
    if not found:
        message = f"--ids {given[:200]!r}: no row in it; name rows like {_shape(names)}"
        raise Unusable(message)
    for number, row in enumerate(found, start=1):
        if len(row) != len(names) or not all(map(_VALUE.fullmatch, row)):
            message = f"--ids: row {number} ({'/'.join(row)[:60]!r}) is not of the form {_shape(names)}"
            raise Unusable(message)
    return tuple(dict.fromkeys(found))


def _is_file(path: Path) -> bool:
    """A file is there; a long list of rows makes a path that the system won't even look for."""
    try:
        return path.is_file()
    except OSError:
        return False


def _shape(names: tuple[str, ...]) -> str:
    return "/".join(f"{{{name}}}" for name in names)


def _of_file(text: str, place: str, names: tuple[str, ...]) -> Iterator[Row]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        if line.lstrip()[0] in "[{":
            yield _of_json(line, f"{place}:{number}", names)
            continue
        row = tuple(part.strip().strip('"') for part in re.split(r"[,;/\t]", line.strip()))
        if row != names:
            yield row


def _of_json(line: str, place: str, names: tuple[str, ...]) -> Row:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, dict) and all(name in value for name in names):
        value = [value[name] for name in names]
    if not isinstance(value, list) or not all(type(item) in {int, str} for item in value):
        message = f"{place}: an array of {len(names)} values is expected, or an object with {', '.join(names)}"
        raise Unusable(message)
    return tuple(str(item) for item in value)
