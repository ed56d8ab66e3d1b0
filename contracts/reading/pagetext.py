"""The text of a page as clean lines, and the first refusals: not a text, too large, empty."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

from contracts.errors import PageRefused

LARGEST = 1_000_000
"""Characters; a rendered page has a few thousand."""

_INVISIBLE = re.compile("[\u200b\u2060\ufeff]")
_NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class PageText:
    """A page's lines, trailing and invisible white space gone; `joined` is the same as one string.

    Lines are counted from 0 in here and from 1 wherever a reader sees them.
    """

    name: str
    lines: tuple[str, ...]
    joined: str
    starts: tuple[int, ...]

    def __len__(self) -> int:
        """How many lines."""
        return len(self.lines)

    def line(self, index: int) -> str:
        """The line without its indentation; past the end the empty string."""
        return self.lines[index].strip() if 0 <= index < len(self.lines) else ""

    def filled(self, index: int) -> int:
        """The first line from `index` on that isn't blank, or the length of the text."""
        while index < len(self.lines) and not self.lines[index]:
            index += 1
        return index

    def at(self, offset: int) -> int:
        """The line on which an offset of `joined` stands."""
        return bisect_right(self.starts, offset) - 1

    @property
    def last(self) -> int:
        """The last line that isn't blank."""
        index = len(self.lines) - 1
        while index > 0 and not self.lines[index]:
            index -= 1
        return index

    def refused(self, index: int, problem: str) -> PageRefused:
        """The refusal to raise for a line counted from 0."""
        return PageRefused(self.name, min(index, len(self.lines) - 1) + 1, problem)


def page_text(text: str, name: str) -> PageText:
    """Clean a text into lines. Raises PageRefused for what can't be a page at all."""
    if len(text) > LARGEST:
        raise PageRefused(name, None, f"{len(text)} characters are no documentation page (at most {LARGEST} are read)")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if found := _NOT_TEXT.search(text):
        line = text.count("\n", 0, found.start()) + 1
        code = f"U+{ord(found.group()):04X}"
        raise PageRefused(name, line, f"not a text: it holds the character {code}; save the page as UTF-8 text")
    text = _INVISIBLE.sub("", text).replace("\u00a0", " ")
    if not text.strip():
        raise PageRefused(name, None, "the page is empty; copy the whole page, from the method to the last field")
    lines = tuple(line.rstrip() for line in text.split("\n"))
    starts = tuple(accumulate((len(line) + 1 for line in lines), initial=0))[:-1]
    return PageText(name, lines, "\n".join(lines), starts)
