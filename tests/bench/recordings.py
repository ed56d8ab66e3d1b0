"""Judging archives of a browser (HAR) and cassettes in YAML, beside a library that loads the whole file.

The floor loads the file at once and parses each body, which is a text in both; we read entry by entry.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

from tests import archive
from tests.bench.harness import API, CONTRACTS, Candidate, Size, outside, size, table, without_start

NAME = ("--contract", "get-a-contact-in-a-sequence")
BROKEN, FEW, TURNS = 0.05, 2_000, 3

WHOLE = """
import sys, orjson
for entry in orjson.loads(open(sys.argv[1], "rb").read())["log"]["entries"]:
    orjson.loads(entry["response"]["content"]["text"])
"""
SAFE = """
import sys, orjson, yaml
for one in yaml.load(open(sys.argv[1], "rb"), Loader=yaml.CSafeLoader)["interactions"]:
    orjson.loads(one["response"]["body"]["string"])
"""
VCR = """
import sys, orjson
from vcr.persisters.filesystem import FilesystemPersister
from vcr.serializers import yamlserializer
requests, responses = FilesystemPersister.load_cassette(sys.argv[1], yamlserializer)
for one in responses:
    orjson.loads(one["body"]["string"])
"""
OURS = """
import sys, orjson
from contracts.sources.recordings import read_recordings
for one in read_recordings([sys.argv[1]]):
    orjson.loads(one.response.body)
"""


Make: TypeAlias = Callable[[Path, Iterator[dict[str, Any]]], None]


def _entry(one: dict[str, Any]) -> dict[str, Any]:
    request, response = one["request"], one["response"]
    return {
        "startedDateTime": one["at"],
        "request": request | {"headers": _pairs(request["headers"])},
        "response": {
            "status": 200,
            "headers": _pairs(response["headers"]),
            "content": {"size": len(response["body"]), "mimeType": "application/json", "text": response["body"]},
        },
    }


def _pairs(headers: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers.items()]


def har(path: Path, found: Iterator[dict[str, Any]]) -> None:
    """Puts exchanges into an archive as browsers write it."""
    with path.open("w", encoding="utf-8") as file:
        file.write('{"log": {"version": "1.2", "creator": {"name": "browser", "version": "1"}, "entries": [')
        for number, one in enumerate(found):
            file.write(",\n" * (number > 0) + json.dumps(_entry(one), ensure_ascii=False))
        file.write("]}}")


def tape(path: Path, found: Iterator[dict[str, Any]]) -> None:
    """Puts exchanges into a cassette as vcrpy writes it."""
    import yaml

    with path.open("w", encoding="utf-8") as file:
        file.write("version: 1\ninteractions:\n")
        for one in found:
            request, response = one["request"], one["response"]
            written = {
                "request": {"method": "GET", "uri": request["url"], "body": None, "headers": _lists(request)},
                "response": {
                    "status": {"code": 200, "message": "OK"},
                    "headers": _lists(response),
                    "body": {"string": response["body"]},
                },
            }
            file.write(yaml.dump([written], Dumper=yaml.CSafeDumper))


def _lists(part: dict[str, Any]) -> dict[str, list[str]]:
    return {name: [value] for name, value in part["headers"].items()}


SORTS: tuple[tuple[str, Make, str, dict[str, str], tuple[int, ...]], ...] = (
    (
        "HAR", har, ".har",
        {"floor: orjson.loads of the whole file, and of each body": WHOLE},
        (25_000, 245_000),
    ),
    (
        "cassette in YAML", tape, ".yaml",
        {"floor: CSafeLoader, and orjson.loads of each body": SAFE,
         "read by us one by one, orjson.loads of each body": OURS,
         "loaded by vcrpy, orjson.loads of each body": VCR},
        (1_000, 10_000),
    ),
)  # fmt: skip
"""Each with how it is written, what reads all of it, and of how many exchanges; 245,000 make 256 MB of HAR."""


def beginning(make: Make, path: Path, few: int) -> dict[str, Candidate]:
    """What takes long, on the first exchanges alone, without what it takes for the first one, which is legal."""
    cli = outside("@redocly/cli") if make is har else None
    if cli is None:
        return {}
    drift = ["node", str(cli / "bin" / "cli.js"), "drift", "--api", str(API), "--rules", "schema-consistency"]
    start, whole = (path.with_name(f"{what}{path.suffix}") for what in ("first", "beginning"))
    for short, count in ((start, 1), (whole, few)):
        make(short, islice(archive.exchanges(few, BROKEN, text=True), count))
    name = "redocly drift (Node), its rule of schemas alone *"
    return without_start(name, [*drift, start], [*drift, whole], of=few - 1, ends=1)


def main(given: Size) -> None:
    """Prints a table for each sort, with what takes long in that of the smallest."""
    few = given.of(FEW, 100)
    with tempfile.TemporaryDirectory() as name:
        for title, make, suffix, loads, counts in SORTS:
            path = Path(name, f"whole{suffix}")
            for index, whole in enumerate(counts):
                count = given.of(whole, 100)
                make(path, archive.exchanges(count, BROKEN, text=True))
                every = {
                    what: Candidate(command=[sys.executable, "-c", text, path], of=count)
                    for what, text in loads.items()
                }
                verify = [CONTRACTS, "verify", *NAME, "--jobs", "1", path]
                every["contracts verify --jobs 1"] = Candidate(command=verify, of=count, ends=1)
                slow = {} if index else beginning(make, path, few)
                every |= slow
                told = f"{title}, {count:,} exchanges, 5 % broken, {path.stat().st_size / 2**20:.0f} MB"
                table(told, every, given.turns(TURNS), unit="an exchange", memory=True)
                if slow:
                    print(f"  * for one exchange of {few:,}, start-up taken off")


if __name__ == "__main__":
    main(size())
