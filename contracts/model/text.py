"""Text from outside, made fit to be shown, or to be a name."""

from __future__ import annotations

import re
from collections.abc import Sequence


def inert(text: str) -> str:
    """Text from outside made harmless: control, direction and invisible characters become visible escapes.

    So does what GitHub's runner takes for a command wherever it stands in a line.
    """
    if "##[" in text:
        text = text.replace("##[", "#\\x23[")
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def kebab(text: str) -> str:
    """`outOfOffice` as `out-of-office`."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", text)
    return re.sub(r"[^a-z0-9]+", "-", spaced.lower()).strip("-") or "empty"


def listed(names: Sequence[str], most: int) -> str:
    """The first `most` names, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def many(count: int, noun: str) -> str:
    """`1 answer`, `2 answers`, `2 branches`."""
    plural = "es" if noun.endswith(("ch", "s")) else "s"
    return f"{count} {noun}{'' if count == 1 else plural}"
