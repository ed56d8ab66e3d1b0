"""String formats, decided by one function each and registered in both validators, which disagree otherwise."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable

_DATE = r"(\d{4})-(\d\d)-(\d\d)"
_OFFSET = r"([Zz]|[+-](\d\d):(\d\d))"
_DATE_ONLY = re.compile(_DATE, re.ASCII)
_DATE_TIME = re.compile(_DATE + r"[Tt](\d\d):(\d\d):(\d\d)(?:\.\d+)?" + _OFFSET, re.ASCII)
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)*")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]*")


def _calendar_day(year: str, month: str, day: str) -> bool:
    """Whether the day exists; the year 0000 does in RFC 3339, and is a leap year in the proleptic calendar."""
    if not 1 <= int(month) <= 12:  # noqa: PLR2004  months of a year
        return False
    return 1 <= int(day) <= monthrange(int(year) or 4, int(month))[1]


def is_date(text: object) -> bool:
    """RFC 3339 `full-date`. Anything but a string is none of a format's business and passes."""
    if not isinstance(text, str):
        return True
    match = _DATE_ONLY.fullmatch(text)
    return match is not None and _calendar_day(*match.groups())


def is_date_time(text: object) -> bool:
    """RFC 3339 `date-time`: calendar checked, leap seconds only where UTC ends a minute 23:59, no trailing newline."""
    if not isinstance(text, str):
        return True
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        return False
    year, month, day, hour, minute, second, offset, off_hour, off_minute = match.groups()
    if not _calendar_day(year, month, day) or int(hour) > 23 or int(minute) > 59 or int(second) > 60:  # noqa: PLR2004
        return False
    shift = 0
    if off_hour is not None:
        if int(off_hour) > 23 or int(off_minute) > 59:  # noqa: PLR2004  hours and minutes of a clock
            return False
        shift = (int(off_hour) * 60 + int(off_minute)) * (-1 if offset[0] == "-" else 1)
    return second != "60" or (int(hour) * 60 + int(minute) - shift) % 1440 == 1439  # noqa: PLR2004  23:59 in UTC


def _pattern(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda text: not isinstance(text, str) or pattern.fullmatch(text) is not None


FORMATS: dict[str, Callable[[object], bool]] = {
    "date-time": is_date_time,
    "date": is_date,
    "uuid": _pattern(_UUID),
    "email": _pattern(_EMAIL),
    "uri": _pattern(_URI),
}
"""Every string format that a contract may assert; a page that names another is told so."""

EXAMPLES: dict[str, str] = {
    "date-time": "2024-03-08T10:00:00+00:00",
    "date": "2024-03-08",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "email": "someone@example.com",
    "uri": "https://example.com/",
}
