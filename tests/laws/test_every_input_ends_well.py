"""The law of every command: whatever it is given, no traceback, and an exit code that says what the output says."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from contracts.commands.group import main

ROOT = Path(__file__).parents[2]
TAPES = ROOT / "cassettes" / "reply" / "get-a-contact-in-a-sequence"
PAGE = (ROOT / "contracts" / "reply" / "get-a-contact-in-a-sequence.txt").read_text()
TOML = {name: (ROOT / "contracts" / "reply" / f"{name}.toml").read_text() for name in (
    "get-a-contact-in-a-sequence", "vendor",
)}  # fmt: skip
TAPE: Any = yaml.safe_load((TAPES / "finished.yaml").read_text())
ENTRY: Any = TAPE["interactions"][0]
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 999, 2**63, 10**400, 1.5, float("nan"), float("inf"), "", "x", "\ud800", "\x00\x1b[31m", "é" * 3,
    "http://[", "https://api.reply.io", "//", "1e999", "9" * 5_000, [], [None], {}, {"": None}, {"a": {"b": [{}]}},
)  # fmt: skip
JUNK = (
    b"\xff\xfe",
    b"\x00",
    b"{",
    b"]",
    b"&a *a",
    b"!!python/name:os",
    b"<<: ",
    b"\r",
    b'"',
    b"9" * 4_400,
    b"\xe2\x80\xae",
)
UNUSABLE = 2
VERDICTS = {"kept": 0, "broken": 1, "not checked": 3}


def chances(seed: str) -> random.Random:
    """The same choices each time."""
    return random.Random(seed)  # noqa: S311  nothing secret is chosen


def har(url: str, body: str) -> Any:
    """An archive with one entry."""
    asked = {"method": "GET", "url": url, "headers": [{"name": "Accept", "value": "*/*"}]}
    content = {"size": len(body), "mimeType": "application/json", "text": body}
    answer = {"status": 200, "headers": [{"name": "Content-Type", "value": "application/json"}], "content": content}
    entry = {"startedDateTime": "2024-03-08T10:00:00Z", "request": asked, "response": answer}
    return {"log": {"version": "1.2", "entries": [entry]}}


def line(url: str, body: str) -> Any:
    """An exchange of a log."""
    answer = {"status": 200, "headers": {"Content-Type": "application/json"}, "body": body}
    return {"request": {"method": "GET", "url": url, "headers": {}}, "response": answer, "at": "2024-03-08T10:00:00Z"}


URL, BODY = ENTRY["request"]["uri"], ENTRY["response"]["body"]["string"]
RECORDINGS: dict[str, tuple[Any, Callable[[Any], str]]] = {
    "log.ndjson": (line(URL, BODY), lambda data: json.dumps(data) + "\n"),
    "log.har": (har(URL, BODY), json.dumps),
    "tape.json": (TAPE, json.dumps),
    "tape.yaml": (TAPE, yaml.safe_dump),
    "body.ndjson": (json.loads(BODY), lambda data: json.dumps(line(URL, json.dumps(data))) + "\n"),
}


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of a value, itself included."""
    found = [at]
    if isinstance(value, dict | list):
        steps = list(value) if isinstance(value, dict) else range(len(value))
        for step in steps:
            found += places(value[step], (*at, step))
    return found


def changed(value: Any, at: tuple[Any, ...], new: Any) -> Any:
    """A copy with another value at a place."""
    if not at:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[at[0]] = changed(copy[at[0]], at[1:], new)
    return copy


def bent(chance: random.Random, data: Any) -> Any:
    """The data with one or two of its values replaced by odd ones."""
    for _ in range(chance.choice([1, 1, 2])):
        data = changed(data, chance.choice(places(data)), chance.choice(ODD))
    return data


def torn(chance: random.Random, raw: bytes) -> bytes:
    """The bytes with a piece taken out, doubled, or replaced by junk."""
    start = chance.randrange(len(raw) + 1)
    end = min(len(raw), start + chance.choice([0, 1, 5, 50, len(raw)]))
    return raw[:start] + chance.choice([b"", raw[start:end] * 2, chance.choice(JUNK)]) + raw[end:]


def ends_well(*arguments: str) -> int:
    """Runs a command and holds it to the law; gives its exit code."""
    done = CliRunner(env={"REPLY_API_KEY": None}).invoke(main, arguments, prog_name="contracts")
    told = f"{arguments}: exit {done.exit_code}\n{done.output[-3_000:]}"
    assert done.exception is None or isinstance(done.exception, SystemExit), f"{told}\n{done.exception!r}"
    assert done.exit_code in {0, 1, 2, 3}, told
    assert "Traceback (most recent call last)" not in done.output, told
    verdict = re.search(r'^ *"?verdict"?:? +"?(kept|broken|not checked)', done.stdout, re.MULTILINE)
    if verdict is not None:
        assert done.exit_code == VERDICTS[verdict[1]], told
    elif done.exit_code >= UNUSABLE:
        lines = [one for one in done.stderr.splitlines() if one and not one.startswith(("Usage: ", "Try "))]
        assert len(lines) == 1, told
        assert lines[0].startswith(("contracts: ", "Error: ")), told
        assert done.stdout == "", told
    return done.exit_code


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each law is tried in an empty directory."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", RECORDINGS)
@pytest.mark.parametrize("command", ["verify", "drift --traffic"])
def test_any_recording_ends_well(name: str, command: str) -> None:
    """Values replaced, bytes torn: kept, broken, not checked, or one line about what can't be read."""
    chance = chances(f"{name} {command}")
    data, written = RECORDINGS[name]
    codes = set()
    for number in range(24):
        made = written(data if number % 3 == 0 else bent(chance, data)).encode("utf-8", "surrogatepass")
        Path(name).write_bytes(torn(chance, made) if number % 3 == 0 else made)
        codes.add(ends_well(*command.split(), name, *(["--format", "json"] if number % 7 == 0 else [])))
    assert len(codes) > 1


def test_any_page_ends_well() -> None:
    """Lines taken out, doubled, swapped and torn: a contract, or one line about what can't be read."""
    chance = chances("pages")
    codes = set()
    for number in range(40):
        lines = PAGE.splitlines(keepends=True)
        for _ in range(chance.choice([1, 2, 10])):
            start, length = chance.randrange(len(lines)), chance.choice([1, 1, 3, 20])
            piece = lines[start : start + length]
            lines[start : start + length] = chance.choice([[], piece * 2, piece[::-1]])
        raw = "".join(lines).encode()
        Path("page.txt").write_bytes(torn(chance, raw) if number % 2 else raw)
        codes.add(ends_well("derive", "page.txt", *(["--out", "schemas/x"] if number % 4 == 0 else ["--strict"])))
        shutil.rmtree("schemas", ignore_errors=True)
        if number % 4 == 1:
            codes.add(ends_well("drift", "page.txt"))
    assert codes >= {0, 2}


@pytest.mark.parametrize("name", [*TOML, "pyproject", "accepted"])
def test_any_toml_ends_well(name: str) -> None:
    """What is written by hand, the project's own settings, and accepted findings: used, or told in one line."""
    chance = chances(name)
    settings = '[tool.contracts.levels]\n"email.type" = "drift"\n[tool.contracts.severities]\n"field.added" = "none"\n'
    texts = TOML | {
        "pyproject": settings,
        "accepted": '[[accepted]]\nrule = "email.type"\npointer = "/email"\nreason = "known"\nuntil = 2999-01-01\n',
    }
    odd = (
        "1",
        "-0",
        "[]",
        "{}",
        "[[]]",
        '""',
        "true",
        "9" * 4_400,
        "2999-02-30",
        "nan",
        "1e999",
        '"\\u0000"',
        "[{a = 1}]",
    )
    Path("page.txt").write_text(PAGE)
    Path("log.ndjson").write_text(RECORDINGS["log.ndjson"][1](RECORDINGS["log.ndjson"][0]))
    for number in range(20):
        text = texts[name]
        if number % 2:
            values = list(re.finditer(r"(?<== )[^\n]+", text))
            value = chance.choice(values)
            text = text[: value.start()] + chance.choice(odd) + text[value.end() :]
        raw = text.encode() if number % 2 else torn(chance, text.encode())
        if name in {"pyproject", "accepted"}:
            Path(f"{name}.toml").write_bytes(raw)
            ends_well("verify", "log.ndjson", *(["--accepted", "accepted.toml"] if name == "accepted" else []))
        else:
            Path("vendor.toml" if name == "vendor" else "page.toml").write_bytes(raw)
            ends_well("derive", "page.txt")


VALUES = (
    "", "-", "--", "x", "0", "-1", "9" * 30, "1/2", "log.ndjson", "page.txt", ".", "missing/x", "é\udcff",
    "json=", "json=.", "json=x/y", "html=page.txt", "drift", "any", "text", "json", "cassettes", "http://[", "ftp://x",
    "a" * 300, "*", "~", "email.type", "%s", "{}",
)  # fmt: skip
OPTIONS = {
    "verify": (
        "--host", "--max-age", "--ids", "--fail-on", "--accepted", "--history", "--seed", "--format", "--report",
    ),
    "drift": (
        "--traffic",
        "--accept",
        "--fail-on",
        "--ids",
        "--accepted",
        "--history",
        "--seed",
        "--format",
        "--report",
    ),
    "derive": ("--out", "--strict", "--format"),
    "docs": ("--gate", "--out"),
    "cases": ("--format",),
    "explain": (),
    "history": ("--format",),
    "record": ("--ids", "--case", "--key-file", "--budget"),
    "gate": ("--only", "--env", "--also", "--baseline", "--timeout"),
    "serve": ("--fault", "--port"),
}  # fmt: skip


def test_any_options_end_well() -> None:
    """Options in any company, with values of every sort: what makes no sense is told in one line."""
    chance = chances("options")
    Path("log.ndjson").write_text(RECORDINGS["log.ndjson"][1](RECORDINGS["log.ndjson"][0]))
    Path("page.txt").write_text(PAGE)
    for number in range(100):
        command = chance.choice(list(OPTIONS))
        given = [command]
        for _ in range(chance.choice([0, 1, 1, 2])):
            if OPTIONS[command]:
                given.append(chance.choice(OPTIONS[command]))
            given.append(chance.choice(VALUES))
        if command in {"gate", "serve"}:
            given.append("--no-such-option")  # both would go on for long
        if command in {"verify", "drift"} and number % 2:
            given.append("log.ndjson" if command == "verify" else "page.txt")
        assert ends_well(*given) in {0, 1, 2, 3}
