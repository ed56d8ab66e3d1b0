"""What a text is: a document in JSON or YAML, a page, or a page's export in Markdown that embeds its description."""

from __future__ import annotations

import re

YAML_DOCUMENT = re.compile(r"^[\"']?(?:openapi|swagger|\$schema)[\"']?\s*:", re.MULTILINE)
_YAML_MAPPING = re.compile(r"(?:[ \t]*(?:#.*|%.*|---.*)?\n)*[\"']?[\w$.-]+[\"']?[ \t]*:(?:\s|$)")
"""How a mapping in YAML begins, comments and directives aside."""
_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})[ \t]*(?P<word>[A-Za-z]*)[^`]*")
_DESCRIPTION = re.compile(r"""^[ \t]*\{?[ \t]*["']?(openapi|swagger)["']?[ \t]*:""", re.MULTILINE)
_WORDS = frozenset({"", "yaml", "yml", "json"})


def embedded(text: str) -> str | None:
    """The description that an export embeds, its lines at their places, if it embeds one.

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


def exported(name: str, text: str) -> str | None:
    """The description that an export in Markdown embeds; None for anything else: a description may quote one."""
    return embedded(text) if name.lower().endswith(".md") or not is_document(text) else None


def is_document(text: str) -> bool:
    """True for a text that is meant as JSON or YAML; a page may quote some."""
    return text.lstrip()[:1] in {"{", "["} or bool(YAML_DOCUMENT.search(text) and _YAML_MAPPING.match(text))
