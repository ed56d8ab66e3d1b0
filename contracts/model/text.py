"""Text from outside, made fit to be shown."""

from __future__ import annotations


def inert(text: str) -> str:
    """Text from outside made harmless: control, direction and invisible characters become visible escapes."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)
