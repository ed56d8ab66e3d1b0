"""What scrubbers leave where a value was: one table of its forms."""

from __future__ import annotations

import re

_FORMS = (
    r"\A<[\w .:-]*>\Z",
    r"\A\$?\{{1,2}[\w .:-]*\}{1,2}\Z",
    r"\*{3}",
    r"(?<![A-Za-z0-9])(?:X{4,}|x{4,})(?![A-Za-z0-9])",
    r"(?<![A-Za-z])(?:(?i:REDACTED|SCRUBBED)|FILTERED)(?![A-Za-z])",  # `filtered` may well be a word of a path ...
    r"\[(?i:FILTERED)\]",  # ... unless somebody put it into brackets
)
_PLACEHOLDER = re.compile("|".join(_FORMS))


def is_placeholder(value: object) -> bool:
    """Whether a value is a text that holds such a form: then nobody knows what stood there."""
    return isinstance(value, str) and _PLACEHOLDER.search(value) is not None
