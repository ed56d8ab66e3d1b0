"""Patterns of Python's for texts: what one finds certainly keeps a format, or a pattern of ECMA-262.

Each finds less than it might: no rare form of a date, no line ends for a `.`. None takes long.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

_DAY = (
    r"(?!0000)[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    r"|02-(?:0[1-9]|1[0-9]|2[0-8]))"
)
_MOMENT = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_SIGNS = r"(?:[A-Za-z0-9._~/+=,;:@!$&'()*-]|%[0-9A-Fa-f]{2})*+"

FORMATS = {
    "date-time": rf"^{_DAY}T{_MOMENT}\Z",
    "date": rf"^{_DAY}\Z",
    "uuid": r"^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}\Z",
    "ipv4": rf"^(?:{_OCTET}\.){{3}}{_OCTET}\Z",
    "email": r"^[A-Za-z0-9](?:[A-Za-z0-9_+-]|\.(?=[A-Za-z0-9])){0,40}@(?:[A-Za-z0-9]{1,30}\.){1,4}[A-Za-z]{2,20}\Z",
    "uri": rf"^https?://[A-Za-z0-9]++(?:[.-][A-Za-z0-9]++)*+(?::[0-9]{{1,4}})?(?:/{_SIGNS})?(?:\?{_SIGNS})?\Z",
}
"""What is found of a format."""

_PIECES = re.compile(
    r"(?P<plain>[A-Za-z0-9_ \-:/@#,;=~!%&\"'<>`])|\\(?P<escaped>[.\-/\\^$*+?()\[\]{}|])|\\(?P<kind>[dw])|(?P<any>\.)"
    r"|(?P<set>\[\^?(?:[A-Za-z0-9_ :/@#,;=!%\"'<>`.*+?(){}|$-]|\\[.\-/\\^$*+?()\[\]{}|dw])+\])"
    r"|(?P<open>\((?:\?:)?)|(?P<close>\))|(?P<or>\|)|(?P<end>\$)"
    r"|(?P<times>(?:[*+?]|\{[0-9]{1,3},?[0-9]{0,3}\})\??)"
)
_KINDS = {"d": "0-9", "w": "A-Za-z0-9_"}
_DOUBTFUL = re.compile(r"--|&&|\|\||~~|[a-zA-Z0-9]-[^a-zA-Z0-9]|[^a-zA-Z0-9\[^]-[a-zA-Z0-9]|\\[dw]-|-\\[dw]")
"""What one of the dialects may take for a range or a set of sets."""


@lru_cache(maxsize=4096)
def sure_pattern(pattern: str) -> str | None:
    """One that finds only what a pattern of ECMA-262 finds; None where none is known to."""
    if pattern[:1] != "^":
        return None
    found, at, depth = ["^"], 1, 0
    while at < len(pattern):
        piece = _PIECES.match(pattern, at)
        if piece is None:
            return None
        at, kind = piece.end(), str(piece.lastgroup)
        text = piece[0]
        depth += (kind == "open") - (kind == "close")
        if depth < 0 or (kind == "or" and not depth) or (kind == "set" and _DOUBTFUL.search(text[1:-1])):
            return None
        if kind == "times":
            if text[-1] == "?" and len(text) > 1:
                return None
            text += "+"  # never goes back: some texts aren't found, and none takes long
        found.append(_TRANSLATED.get(kind, str)(text))
    whole = "".join(found)
    try:
        re.compile(whole)
    except (re.error, OverflowError):
        return None
    return None if depth else whole


_TRANSLATED: dict[str, Callable[[str], str]] = {
    "any": lambda _: r"[^\n\r\u2028\u2029]",
    "end": lambda _: r"\Z",
    "kind": lambda text: f"[{_KINDS[text[1]]}]",
    "set": lambda text: text.replace(r"\d", _KINDS["d"]).replace(r"\w", _KINDS["w"]),
}
