"""The furniture of a page: headings, footer, skip link, tabs, statuses, media types."""

from __future__ import annotations

import re
from typing import Literal

from contracts.model.page import Section

Heading = Section | Literal["request", "parameters", "sample", "errors", "unread"]
"""A heading's section. `request` holds path parameters and body fields together, `parameters` those of path and query;
a `sample` shows code, `errors` are other answers than the documented one."""

_HEADINGS: dict[Heading, str] = {
    "auth": "Authorizations | Authorization | Authentication",
    "header": "Headers | Request Headers | Header Parameters",
    "path": "Path Parameters | Path Params | URL Parameters | URL Params",
    "query": "Query Parameters | Query Params | Query String | Query String Parameters",
    "body": "Body | Request Body | Body Parameters | Body Params | Request Body Parameters | Request Fields | Payload"
    " | Webhook Payload | Event Payload | Payload Fields | Example Payload | Payload Example | Sample Payload",
    "request": "Request | Request Parameters",
    "parameters": "Parameters",
    "response": "Response | Responses | Response Example | Example Response | Sample Response | Response Body"
    " | Response Fields | Response Parameters | Response Schema | Response Attributes | Success Response"
    " | Successful Response | Returns | Example Responses | Response Examples",
    "sample": "Example Request | Request Example | Sample Request | Example Requests | Request Examples | Code Examples"
    " | Code Example | Example Usage",
    "errors": "Errors | Error Responses | Error Response | Error Codes | Status Codes",
    "unread": "Cookies | Response Headers | Callbacks | Webhooks",
}
_SECTIONS = {word.casefold(): section for section, words in _HEADINGS.items() for word in words.split(" | ")}

SKIP_LINK = "Skip to main content"
TAB_NAMES = frozenset("cURL curl Shell Bash Python JavaScript Node.js TypeScript PHP Go Java Ruby C# Rust".split())
INDEX_HEADING = "Documentation Index"

STATUS = re.compile(
    r"(?:HTTP(?:/1\.1)? |Status(?: code)?:? )?(?P<status>[1-5]\d\d)"
    r"(?:(?: ?[-–—:] ?| (?=[a-z]+/))(?P<rest>.+)| (?:OK|[A-Z][a-z]+(?: [A-Z][a-z]+){0,2}))?",
    re.ASCII,
)
MEDIA = re.compile(r"(?P<media>[a-z*]+/[\w.+*-]+)(?:;[^·]*)?(?: · (?P<type>.+))?")

_INDEX_PROSE = ("Fetch ", "Use this file")
_FOOTER = re.compile(r"Was this page helpful\?.*|Last modified on .+|Powered by .*")


def heading(line: str) -> Heading | None:
    """The section that a line heads by its words alone."""
    return _SECTIONS.get(line.removesuffix(":").casefold()) if line[:1].isupper() else None


def is_footer(line: str) -> bool:
    """True for a line where the page's own text has ended."""
    return _FOOTER.fullmatch(line) is not None


def is_index_prose(line: str) -> bool:
    """True for a paragraph that belongs to the note on the documentation's index."""
    return line.startswith(_INDEX_PROSE)
