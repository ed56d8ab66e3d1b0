"""The furniture of a rendered page: headings, footer, skip link, and signs of copies that can't be read."""

from __future__ import annotations

import re
from typing import Literal

from contracts.model.page import Section

HEADINGS: dict[str, Section | Literal["request"] | None] = {
    "Authorizations": "auth",
    "Headers": "header",
    "Path Parameters": "path",
    "Query Parameters": "query",
    "Cookies": None,
    "Body": "body",
    "Request Body": "body",
    "Request": "request",
    "Response": "response",
    "Responses": "response",
    "Response Example": "response",
}
"""Section headings. `request` holds path parameters and body fields together; None is a section that isn't read."""

SKIP_LINK = "Skip to main content"
TAB_NAMES = frozenset({"cURL", "curl", "Shell", "Bash"})
INDEX_HEADING = "Documentation Index"

_INDEX_PROSE = ("Fetch ", "Use this file")
_FOOTER = re.compile(r"Was this page helpful\?.*|Last modified on .+|Powered by .*")
_FOREIGN = frozenset("Antwort Pfadparameter erforderlich Réponse requis 必須 レスポンス".split())
_GLUED = re.compile(r"(?:header|query|path|body)?required(?P<rest>\S+)")


def is_footer(line: str) -> bool:
    """Whether the page's own text ends before this line."""
    return _FOOTER.fullmatch(line) is not None


def is_index_prose(line: str) -> bool:
    """True for a paragraph that belongs to the note on the documentation's index."""
    return line.startswith(_INDEX_PROSE)


def is_foreign(line: str) -> bool:
    """True for a line that is a heading or marker of a page whose furniture was translated."""
    return line in _FOREIGN


def is_glued(line: str, keys: frozenset[str]) -> bool:
    """True for a `required` that was copied without its line break: `requiredcreated_at`, `headerrequiredHeaders`."""
    found = _GLUED.fullmatch(line)
    if found is None or line in keys:
        return False
    rest = found.group("rest")
    return rest in HEADINGS or rest in keys or rest[0].islower()
