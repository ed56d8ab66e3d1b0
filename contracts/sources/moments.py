"""Moments as recordings tell them, read with care and written in one form."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from functools import lru_cache


def moment(said: object) -> datetime | None:
    """The moment that a recording names, in its time zone (UTC where it names none); None for no moment."""
    if isinstance(said, str):
        try:
            said = datetime.fromisoformat(said)
        except ValueError:
            return None
    if isinstance(said, date) and not isinstance(said, datetime):
        said = datetime.combine(said, time())
    if not isinstance(said, datetime):
        return None
    return said if said.tzinfo else said.replace(tzinfo=UTC)


def in_utc(said: object) -> str:
    """A moment as `2026-01-31T12:00:00Z`, whole seconds in UTC, so that the order of texts is that of time.

    "" for what names no moment.
    """
    try:
        found = moment(said)
        return "" if found is None else f"{found.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat()}Z"
    except OverflowError:  # the first or last hours that a date can name, in another time zone
        return ""


def all_in_utc(said: list[str]) -> list[str]:
    """The same of many at once."""
    text = "\n".join(said)
    if text.count("\n") >= len(said):
        return [*map(one_in_utc, said)]
    if len(re.findall(_IN_UTC, text, re.MULTILINE)) == len(said):
        return said
    found: list[str] = re.findall(_WRITTEN, text, re.MULTILINE)
    return [f"{one}Z" for one in found] if len(found) == len(said) else [*map(one_in_utc, said)]


one_in_utc = lru_cache(maxsize=2**10)(in_utc)
"""The same, for moments that come again."""
_SECOND = (
    r"(?!0000)[0-9]{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
    r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
)
_IN_UTC = f"^{_SECOND}Z$"
_WRITTEN = rf"^({_SECOND})(?:\.[0-9]{{3}}|\.[0-9]{{6}})?(?:Z|\+00:00)$"
"""A moment in UTC as it is mostly written."""
