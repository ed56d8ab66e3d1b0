"""Text from outside, made fit to be shown."""

from __future__ import annotations


def inert(text: str) -> str:
    """Text from outside made harmless: control, direction and invisible characters become visible escapes.

    So does what GitHub's runner takes for a command wherever it stands in a line.
    """
    if "##[" in text:
        text = text.replace("##[", "#\\x23[")
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)
