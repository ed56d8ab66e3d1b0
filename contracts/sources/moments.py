"""Moments as recordings tell them, read with care and written in one form."""

from __future__ import annotations

from datetime import UTC, date, datetime, time


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
