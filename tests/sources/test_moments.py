"""When a recording says that its exchange took place: any form of it becomes one form, in UTC."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from hypothesis import given
from hypothesis import strategies as st

from contracts.model.interaction import Interaction
from contracts.sources.http import Server, ask
from contracts.sources.moments import in_utc, moment
from contracts.sources.recordings import read_recordings
from contracts.sources.tapes import watching
from tests.sources.conftest import Stand

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
MOMENTS: list[tuple[object, datetime | None, str]] = [
    ("2026-01-31T12:00:00Z", NOON, "2026-01-31T12:00:00Z"),
    ("2026-01-31T12:00:00.987654321Z", NOON.replace(microsecond=987654), "2026-01-31T12:00:00Z"),
    ("2026-01-31T12:00:00+02:00", NOON.replace(tzinfo=timezone(timedelta(hours=2))), "2026-01-31T10:00:00Z"),
    ("2026-01-31T12:00:00", NOON, "2026-01-31T12:00:00Z"),
    ("2026-01-31", NOON.replace(hour=0), "2026-01-31T00:00:00Z"),
    (NOON, NOON, "2026-01-31T12:00:00Z"),
    (NOON.replace(tzinfo=None), NOON, "2026-01-31T12:00:00Z"),
    (NOON.date(), NOON.replace(hour=0), "2026-01-31T00:00:00Z"),
    ("0001-01-01T00:00:00+01:00", datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1))), ""),
    ("last week", None, ""),
    ("", None, ""),
    (20260131, None, ""),
    (["2026-01-31"], None, ""),
    (None, None, ""),
]


@pytest.mark.parametrize(("said", "meant", "text"), MOMENTS)
def test_a_moment_is_read_in_any_form(said: object, meant: datetime | None, text: str) -> None:
    """A text or a date of YAML, in any time zone; what is no moment is none, and what can't be told in UTC isn't."""
    assert moment(said) == meant
    assert in_utc(said) == text


@given(st.datetimes(timezones=st.timezones()), st.datetimes(timezones=st.timezones()))
def test_texts_are_ordered_as_moments_are(one: datetime, other: datetime) -> None:
    """Whatever the time zones: the earlier moment never has the later text."""
    if one > other:
        one, other = other, one
    earlier, later = in_utc(one.isoformat()), in_utc(other.isoformat())
    assert not (earlier and later) or earlier <= later
    assert re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)?", earlier)


def tape(**metadata: Any) -> str:
    """A cassette with these metadata."""
    entry = {
        "request": {"method": "GET", "uri": "https://h/a", "body": None, "headers": {}},
        "response": {"status": {"code": 200, "message": "OK"}, "headers": {}, "body": {"string": "{}"}},
    }
    return yaml.dump({"metadata": metadata, "interactions": [entry], "version": 1})


def archive(text: str, **more: Any) -> str:
    """An archive of one entry."""
    content = {"text": text, **({"encoding": "base64"} if more.pop("base64", False) else {})}
    entry = {"request": {"method": "GET", "url": "https://h/a"}, "response": {"status": 200, "content": content}}
    return json.dumps({"log": {"version": "1.2", "entries": [entry | more]}})


def log(**more: Any) -> str:
    """A log of one line."""
    return json.dumps(
        {"request": {"method": "GET", "url": "https://h/a"}, "response": {"status": 200, "body": None}} | more
    )


AT = "2026-01-31T13:00:00.5+01:00"
TOLD: list[tuple[str, str, str]] = [
    ("a.yaml", tape(**{"recorded-at": AT}), "2026-01-31T12:00:00Z"),
    ("a.yaml", tape(**{"recorded-at": NOON}), "2026-01-31T12:00:00Z"),
    ("a.yaml", tape(**{"recorded-at": 5}), ""),
    ("a.yaml", tape(), ""),
    ("a.har", archive("{}", startedDateTime=AT), "2026-01-31T12:00:00Z"),
    ("a.har", archive("e30=", base64=True, startedDateTime=AT), "2026-01-31T12:00:00Z"),
    ("a.har", archive("{}", startedDateTime=[1]), ""),
    ("a.har", archive("{}"), ""),
    ("a.ndjson", log(at=AT), "2026-01-31T12:00:00Z"),
    ("a.ndjson", log(at="yesterday"), ""),
    ("a.ndjson", log(), ""),
]


@pytest.mark.parametrize(("name", "content", "at"), TOLD)
def test_recordings_tell_when_it_was(tmp_path: Path, name: str, content: str, at: str) -> None:
    """A cassette of ours in its metadata, an archive and a log at each exchange; what can't be read is left out."""
    path = tmp_path / name
    path.write_text(content)
    (found,) = read_recordings([path])
    assert isinstance(found, Interaction)
    assert found.at == at


def test_a_played_cassette_tells_when_it_was_recorded(tmp_path: Path) -> None:
    """The answer that a user's test gets is as old as its cassette."""
    import vcr

    path, seen = tmp_path / "a.yaml", list[Any]()
    path.write_text(tape(**{"recorded-at": AT}))
    with watching(seen.append), vcr.use_cassette(str(path), record_mode=vcr.mode.NONE), requests.Session() as session:
        session.trust_env = False
        session.get("https://h/a", timeout=5)
    (found,) = seen
    assert isinstance(found, Interaction)
    assert found.at == "2026-01-31T12:00:00Z"


def test_an_answer_just_had_is_of_now(stand: Stand) -> None:
    """Its moment lies between those before and after asking."""
    before = in_utc(datetime.now(UTC))
    with requests.Session() as session:
        found = ask(session, Server(base_url=stand.url), "GET", "/")
    assert before <= found.at <= in_utc(datetime.now(UTC))
