"""Which headers of a response are kept, and of each the form that it is kept for: nothing that merely stands there."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Collection

_RATE = re.compile(
    r"x-rate-?limit(?:-(?:limit|remaining|reset|used|window|policy|resource|after|requests|tokens|second|minute|hour"
    r"|day|month))+"
)
_COUNTS = re.compile(r"\s*\d{1,13}(?:\.\d{1,6})?(?:\s?[,;]\s?(?:w=)?\d{1,13})*\s*", re.ASCII)
_RETRY = re.compile(
    r"\d{1,6}|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d "
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT",
    re.ASCII,
)
_METHODS = frozenset("GET HEAD POST PUT PATCH DELETE OPTIONS TRACE CONNECT".split())
_MEDIA = frozenset(
    "application/json application/problem+json application/xml application/octet-stream application/pdf"
    " application/javascript application/x-ndjson application/x-www-form-urlencoded application/gzip application/zip"
    " multipart/form-data text/html text/plain text/xml text/csv text/css text/javascript image/png image/jpeg"
    " image/gif image/svg+xml".split()
)
_SCHEMES = frozenset("bearer basic digest negotiate token apikey".split())
_ERRORS = re.compile(r'error="?(?:invalid_request|invalid_token|insufficient_scope)"?')


def is_kept(name: str) -> bool:
    """A header of this name, in lower case, is one that an answer keeps."""
    return name in {"content-type", *_FORMS} or _RATE.fullmatch(name) is not None


def kept(name: str, value: str, media: Collection[str]) -> str | None:
    """The value in the form that such a header is kept for, None for none. `media` are the contract's."""
    return _content_type(value, media) if name == "content-type" else _FORMS.get(name, _matching(_COUNTS))(value)


def _content_type(value: str, media: Collection[str]) -> str | None:
    kind, *parameters = (part.strip() for part in value.split(";"))
    if kind.lower() not in _MEDIA and kind.lower() not in media:
        return None
    return "; ".join((kind, *filter(_is_charset, parameters)))


def _is_charset(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    try:
        return name.strip().lower() == "charset" and bool(codecs.lookup(value.strip(' "')))
    except (LookupError, ValueError):
        return False


def _matching(form: re.Pattern[str]) -> Callable[[str], str | None]:
    return lambda value: value if form.fullmatch(value) else None


def _allow(value: str) -> str | None:
    methods = [method for part in value.split(",") if (method := part.strip()) in _METHODS]
    return ", ".join(methods) if methods or not value.strip() else None


def _challenge(value: str) -> str | None:
    """The scheme, and the error where it is one of the standard's."""
    scheme, _, parameters = value.strip().partition(" ")
    errors = filter(_ERRORS.fullmatch, map(str.strip, parameters.split(",")))
    return " ".join((scheme, *errors)) if scheme.lower() in _SCHEMES else None


_FORMS: dict[str, Callable[[str], str | None]] = {
    "retry-after": _matching(_RETRY),
    "allow": _allow,
    "www-authenticate": _challenge,
}
