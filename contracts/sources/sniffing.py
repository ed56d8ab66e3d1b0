"""What kind of recording a file looks like, told from its beginning alone; and recordings of kinds not read here."""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["cassette", "archive", "log"]

_REPORT = "a report of Schemathesis"
HEAD = 2**16
"""How many bytes of a file are looked at."""

_LEXEME = r'"((?:[^"\\]++|\\.)*+)(?:"\s*(:)?|(\\?\Z))|[{}\[\]]'
_DEPTH = 3
"""How many open levels are told apart: the document, a mapping or a list in it, what is in that."""
_YAML_TAPE = r"^([\"']?)interactions\1\s*:"
_YAML_ENTRY = r"^[\s-]*([\"']?)(?:request|response|version)\1\s*:"
_OTHERS = r"^http_interactions\s*:|^\s*\{\s*\"http_interactions\""
_MAKER = r"recorded_with[\"']?\s*:\s*[\"']?(\w+)"
_MAKERS = {"betamax": "a cassette of betamax", "VCR": "a cassette of Ruby's VCR", "Schemathesis": _REPORT}
_RESPONSES = r"\Aresponses\s*:\s*^\s*-\s+response\s*:"
_FLOW_TAPE = r"[{,]\s*interactions\s*:\s*\[\s*\{\s*(?:request|response)\s*:"
_HAR_PARTS = frozenset({"version", "creator", "browser", "pages", "entries"})


def looks_like(head: bytes) -> Kind | None:
    """The kind of recording that begins with these bytes, None for anything else."""
    text = _text(head)
    if text.startswith("{"):
        return _json_kind(json_names(text)) or ("cassette" if re.search(_FLOW_TAPE, text) else None)
    return "cassette" if all(re.search(part, text, re.MULTILINE) for part in (_YAML_TAPE, _YAML_ENTRY)) else None


def known_stranger(head: bytes) -> str:
    """What a recording of a kind that is not read here is called; "" for anything else."""
    text = _text(head)
    if re.search(_OTHERS, text, re.MULTILINE):
        maker = re.search(_MAKER, text)
        return _MAKERS.get(maker[1] if maker else "", f"a cassette of betamax or Ruby's VCR, or {_REPORT}")
    if re.search(_RESPONSES, text, re.MULTILINE):
        return "a recording of responses"
    return "a contract of Pact" if {("consumer",), ("provider",)} <= set(json_names(text)) else ""


def description(head: bytes) -> str:
    """What a file that is no recording looks like, in a few words."""
    text = _text(head)
    names = [path[0] for path in json_names(text) if len(path) == 1]
    known = known_stranger(head)
    if known:
        return known
    if b"\0" in head or _garbled(head):
        return "binary data or text that is not UTF-8"
    if not text:
        return "an empty file"
    if text.startswith("["):
        return "a JSON list"
    if text.startswith("{"):
        return "a JSON object" + (f" with {', '.join(map(_quoted, names[:3]))}" if names else "")
    return f"text that begins with {_quoted(text.splitlines()[0])}"


def json_names(text: str) -> list[tuple[str, ...]]:
    """The names of the first JSON object in a text that may be cut, each with those above it, three levels deep.

    What stands in a list's elements counts as part of the name that holds the list.
    """
    found: dict[tuple[str, ...], None] = {}
    path: list[str] = []  # the name that waits or was last at each open level
    for token in re.finditer(_LEXEME, text, re.DOTALL):
        if token[3] is not None:
            break
        if token[0] in {"{", "["}:
            path.append("")
        elif token[0] in {"}", "]"}:
            path[-1:] = []
            if not path:
                break
        elif token[2] and path:
            path[-1] = token[1]
            if len(path) <= _DEPTH:
                found[tuple(name for name in path if name)] = None
    return list(found)


def _json_kind(names: list[tuple[str, ...]]) -> Kind | None:
    top = {path[0] for path in names if len(path) == 1}
    below = {path[:2] for path in names if len(path) > 1}
    if "interactions" in top:
        entry = ("interactions", "request") in below or ("interactions", "response") in below or "version" in top
        return "cassette" if entry and not top & {"consumer", "provider"} else None  # those are Pact's
    if any(("log", part) in below for part in _HAR_PARTS):
        return "archive"
    return "log" if top & {"request", "response"} else None


def _text(head: bytes) -> str:
    return head.decode("utf-8-sig", errors="replace").lstrip()


def _garbled(head: bytes) -> bool:
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.start < len(head) - 4  # else a character that the end of the head cuts
    return False


def _quoted(text: str) -> str:
    kept = "".join(letter if letter.isprintable() else "?" for letter in text[:41])
    return f"'{kept if len(kept) <= _QUOTED else kept[:_QUOTED] + '...'}'"


_QUOTED = 40
