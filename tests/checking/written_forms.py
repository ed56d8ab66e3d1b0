"""Drawn exchanges written as each kind of file that holds many: a log, a HAR archive, a long cassette."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random
from typing import Any

import yaml

from contracts.model.frozen import frozen
from tests.sources.conftest import DELETED, put


class Written(str):
    """A value as it is written in JSON."""

    __slots__ = ()


@frozen
class Drawn:
    """One exchange; `body` is as it stands in a log, None for none; `more` is what a log says beside it."""

    method: str
    url: str
    status: int
    headers: list[tuple[str, str]]
    body: str | None
    more: dict[str, str]

    @property
    def text(self) -> str | None:
        """The body by itself."""
        return str(json.loads(self.body)) if self.body is not None and self.body[:1] == '"' else self.body


HALF = Written('"\\ud800"')
"""Half a character."""
ODD_ENTRIES: dict[str, tuple[Any, ...]] = {
    "startedDateTime": (None, 5, "yesterday", HALF, DELETED),
    "request": (DELETED,),
    "request__method": (5, None, HALF, DELETED),
    "request__url": (5, None, HALF, DELETED),
    "request__headers": (
        None, {}, [5], [{"name": "X"}], [{"value": "x"}], [{"name": "X", "value": HALF}],
        [{"name": "Content-Type", "value": None}], DELETED,
    ),
    "request__postData": (
        None, {}, [], "", 5, {"text": "a=1", "mimeType": "x"}, {"text": None, "params": []}, {"text": HALF},
        {"params": None, "text": ""}, {"params": [{"name": "a", "value": "b"}]}, {"params": [{"name": 5}]},
        {"params": {}}, {"encoding": "", "text": "a"}, {"encoding": "base64", "text": "YQ=="},
        {"encoding": "base64", "text": "@"},
    ),
    "response": (None, {}, [], 5, DELETED),
    "response__status": (0, -1, 99, 1000, 204, Written("200.0"), True, "200", None, 2**70, DELETED),
    "response__headers": (None, [], {}, [5], DELETED),
    "response__content": (None, {}, [], DELETED),
    "response__content__size": (-1, 0, 1, 10**6, 1.5, 8.0, Written("NaN"), None, "8", True, DELETED),
    "response__content__encoding": ("", None, " UTF-8 ", "text", "gzip", "base64", 5),
    "response__content___isBinary": (True, False, None, "true", 1),
    "response__content__mimeType": ("text/html", "", None, 5, DELETED),
    "response__content__text": ("", None, 5, "x", "\x1f\u00c2\u008b", HALF, DELETED),
    "response__content___file": ("absent.json", None),
    "_odd": (
        *map(Written, ("NaN", "1e400", "9" * 5_000, "[" * 700 + "]" * 700, '"\udcff"', "{}")), HALF,
        [{"startedDateTime": "a"}, {"startedDateTime": "b"}], '}, {"startedDateTime": ',
    ),
    "at": ("2020-01-01",),
    "origin": ("reference",),
}  # fmt: skip
"""What may be otherwise in an entry of an archive, by its dotted place."""
ODD_HEADERS: tuple[dict[str, Any], ...] = (
    {"name": ":status", "value": "200"}, {"name": "X", "value": None}, {"name": "X"}, {"name": "X", "value": 5},
    {"name": "content-type", "value": "text/html"}, {"name": "CONTENT-TYPE", "value": None}, {"name": "Content-Type"},
    {"name": "Content-Encoding", "value": "gzip"}, {"name": "content-length", "value": "0"}, {"value": "x"},
    {"name": "X", "value": "a", "comment": "b"}, {"name": "X", "value": "c"}, {"name": "", "value": ""}, {"name": 5},
)  # fmt: skip


ODD_TAPES: dict[str, tuple[Any, ...]] = {
    "request": (DELETED,),
    "request__method": (DELETED,),
    "request__uri": (DELETED,),
    "request__headers": (None, [], {"X": ["a", "b"]}, {"X": {}}, DELETED),
    "request__body": ("a=1", {"string": "a"}, {"base64_string": "@"}, 5),
    "response": (DELETED,),
    "response__status": (None, {}, {"code": "200"}, {"code": 99}, {"code": True}, 200, DELETED),
    "response__headers": (None, {}, [], {"Content-Type": None}, {"X": 5}, DELETED),
    "response__body": (None, "", "x", {}, {"string": None}, {"string": 5}, {"base64_string": "@"}, DELETED),
}
"""What may be otherwise in one interaction of a cassette."""


def log(folder: Path, drawn: Iterable[Drawn], _: Random) -> Path:
    """A log of a line for each exchange."""
    lines = []
    for one in drawn:
        answer = {"status": one.status, "headers": dict(one.headers)}
        body = {} if one.body is None else {"body": Written(one.body)}
        found = {"request": {"method": one.method, "url": one.url}, "response": answer | body}
        lines.append(in_json(found | one.more))
    path = folder / "log.ndjson"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", errors="surrogatepass")
    return path


def archive(folder: Path, drawn: Iterable[Drawn], pick: Random) -> Path:
    """A HAR archive of an entry for each exchange: close together or not, names in any order, perhaps cut short."""
    turned, between = pick.random() < 0.3, pick.choice((",", ", ", ",\n  ", "\r\n,\r\n"))
    entries = []
    for one in drawn:
        entry = _entry(one, pick)
        if turned or pick.random() < 0.05:
            entry = dict([*entry.items()][::-1])
        indented = between != "," and pick.random() < 0.3
        entries.append(json.dumps(entry, indent=1) if indented else in_json(entry, pick))
    text = f'{{"log": {{"pages": [{{"startedDateTime": "a"}}], "entries": [{between.join(entries)}]}}}}'
    raw = text.encode("utf-8", "surrogatepass")
    path = folder / "archive.har"
    path.write_bytes(raw[: -pick.randrange(1, 2_000)] if pick.random() < 0.1 else raw)
    return path


def _entry(one: Drawn, pick: Random) -> dict[str, Any]:
    text = one.text
    raw = b"" if text is None else text.encode("utf-8", "replace")
    content = {"size": len(raw), "mimeType": "application/json", "text": text}
    if pick.random() < 0.03:
        content |= {"encoding": "base64", "text": _base64(gzip.compress(raw) if pick.random() < 0.5 else raw)}
    headers: list[dict[str, Any]] = [{"name": name, "value": value} for name, value in one.headers]
    while pick.random() < 0.1:
        headers.insert(pick.randrange(len(headers) + 1), pick.choice(ODD_HEADERS))
    entry = {
        "startedDateTime": one.more.get("at", ""),
        "time": 12.5,
        "request": {"method": one.method, "url": one.url, "headers": [{"name": "accept", "value": "*/*"}]},
        "response": {"status": one.status, "headers": headers, "content": content},
    }
    if pick.random() < 0.1:
        _spoil(entry, ODD_ENTRIES, pick)
    return entry


def cassette(folder: Path, drawn: Iterable[Drawn], pick: Random) -> Path:
    """A cassette of an interaction for each exchange, in YAML or in JSON."""
    tapes, as_yaml = [], pick.random() < 0.5
    for one in drawn:
        raw = (one.text or "").encode("utf-8", "replace")
        headers: dict[str, Any] = {}
        for name, value in one.headers:
            headers.setdefault(name, []).append(value)
        body: dict[str, Any] = {"string": one.text if one.text is None or not as_yaml else raw.decode()}
        if pick.random() < 0.05:
            body = {"base64_string": _base64(raw)}
        if pick.random() < 0.05:
            body, headers["Content-Encoding"] = {"base64_string": _base64(gzip.compress(raw))}, ["gzip"]
        tape = {
            "request": {"method": one.method, "uri": one.url, "body": None, "headers": {}},
            "response": {"status": {"code": one.status, "message": ""}, "headers": headers, "body": body},
        }
        if pick.random() < 0.1:
            _spoil(tape, ODD_TAPES, pick)
        tapes.append(tape)
    metadata = {"origin": pick.choice(("live", "reference", "recorded")), "recorded-at": "2026-01-05T10:00:00+02:00"}
    data = {"interactions": tapes, "version": 1} | ({"metadata": metadata} if pick.random() < 0.8 else {})
    path = folder / ("tape.yaml" if as_yaml else "tape.json")
    path.write_text(yaml.dump(data, Dumper=yaml.CSafeDumper) if as_yaml else json.dumps(data, indent=1))
    return path


FORMS: dict[str, Callable[[Path, Iterable[Drawn], Random], Path]] = {
    "log": log,
    "archive": archive,
    "cassette": cassette,
}


def _spoil(entry: dict[str, Any], odd: dict[str, tuple[Any, ...]], pick: Random) -> None:
    place = pick.choice([*odd])
    put(entry, place, pick.choice(odd[place]))


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def in_json(value: Any, pick: Random | None = None) -> str:
    """JSON; where something is drawn, sometimes with a name that stands twice, or with room between its parts."""
    if isinstance(value, Written):
        return str(value)
    room = " " if pick is not None and pick.random() < 0.01 else ""
    if isinstance(value, dict):
        pairs = [(str(name), inner) for name, inner in value.items()]
        if pick is not None and pairs and pick.random() < 0.01:
            pairs.append(pick.choice([(pairs[0][0], 0), pairs[0], (pairs[-1][0], pairs[0][1])]))
        inner = (f"{in_json(name, pick)}{room}:{in_json(one, pick)}" for name, one in pairs)
        return "{" + f",{room}".join(inner) + "}"
    if isinstance(value, list):
        return f"[{room}" + ",".join(in_json(one, pick) for one in value) + "]"
    return json.dumps(value, ensure_ascii=pick is None or pick.random() < 0.5)
