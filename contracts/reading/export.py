"""A page exported as Markdown that embeds its operation's OpenAPI description in a fenced block."""

from __future__ import annotations

import re

_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})[ \t]*(?P<word>[A-Za-z]*)[^`]*")
_DESCRIPTION = re.compile(r"""^[ \t]*\{?[ \t]*["']?(openapi|swagger)["']?[ \t]*:""", re.MULTILINE)


def embedded(text: str) -> str | None:
    """The description that an export embeds, its lines at their places; None where it embeds none.

    Of several blocks it is the first that is one.
    """
    lines = text.splitlines()
    begin, fence, word = 0, "", ""
    for number, line in enumerate(lines):
        found = _FENCE.fullmatch(line)
        if fence:
            if found and found["fence"].startswith(fence) and not found["word"]:
                block = lines[begin:number]
                if word in _WORDS and _DESCRIPTION.search("\n".join(block)):
                    return "\n".join([""] * begin + block) + "\n"
                fence = ""
        elif found:
            begin, fence, word = number + 1, found["fence"], found["word"].lower()
    return None


_WORDS = frozenset({"", "yaml", "yml", "json"})
