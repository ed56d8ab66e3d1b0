"""What is kept of a response's header: the form that it is kept for, and nothing that merely stands there."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Collection, Iterator

_RATE = re.compile(
    r"x-rate-?limit(?:-(?:limit|remaining|reset|used|window|policy|resource|after|requests|tokens|second|minute|hour"
    r"|day|month))+"
)
_COUNTS = re.compile(r"\d{1,13}(?:\.\d{1,6})?(?:\s?[,;]\s?(?:w=)?\d{1,13})*", re.ASCII)
_HTTP_DATE = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d "
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT"
)
_SECONDS = re.compile(r"\d{1,6}", re.ASCII)
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
    """Whether a header in lower case is one that an answer keeps."""
    return name in _FORMS or _RATE.fullmatch(name) is not None


def kept(name: str, value: str, media: Collection[str]) -> str | None:
    """The value in the form that such a header is kept for; None where it has none. `media` are the contract's."""
    if name == "content-type":
        return _content_type(value, media)
    return _FORMS.get(name, _counts)(value)


def _content_type(value: str, media: Collection[str]) -> str | None:
    kind, *parameters = (part.strip() for part in value.split(";"))
    if kind.lower() not in _MEDIA and kind.lower() not in media:
        return None
    return "; ".join((kind, *(part for part in parameters if _is_charset(part))))


def _is_charset(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    try:
        return name.strip().lower() == "charset" and bool(codecs.lookup(value.strip(' "')))
    except (LookupError, ValueError):
        return False


def _counts(value: str) -> str | None:
    return value if _COUNTS.fullmatch(value.strip()) else None


def _retry(value: str) -> str | None:
    return value if _SECONDS.fullmatch(value) or _HTTP_DATE.fullmatch(value) else None


def _allow(value: str) -> str | None:
    methods = [method for part in value.split(",") if (method := part.strip()) in _METHODS]
    return ", ".join(methods) if methods or not value.strip() else None


def _challenge(value: str) -> str | None:
    """The scheme, and the error where it is one of the standard's."""
    scheme, _, parameters = value.strip().partition(" ")
    if scheme.lower() not in _SCHEMES:
        return None
    return " ".join((scheme, *_standard(parameters)))


def _standard(parameters: str) -> Iterator[str]:
    yield from (part for one in parameters.split(",") if _ERRORS.fullmatch(part := one.strip()))


_FORMS: dict[str, Callable[[str], str | None]] = {
    "content-type": lambda value: _content_type(value, ()),
    "retry-after": _retry,
    "allow": _allow,
    "www-authenticate": _challenge,
}
