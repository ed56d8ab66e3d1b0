"""What copies and translations did to a page's lines, undone: English furniture, and line breaks where they were."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from contracts.reading.page.bounded_types import unbounded
from contracts.reading.page.languages import LANGUAGES
from contracts.reading.page.markup import apart, plain
from contracts.reading.page.text import PageText, of_lines
from contracts.reading.page.typeline import TYPE, type_line
from contracts.reading.page.words import heading

_WORDS = {
    language: {word: english for english, words in table.items() for word in words.split(" | ")}
    for language, table in LANGUAGES.items()
}
_LABELLED = re.compile(r"(?P<label>[^:：]+?)\s*[:：]\s*(?P<rest>.*)")
_IN_BULLET = re.compile(r"[-*•] +\S{1,100} +\([^(),]{3,40}, ?(?P<marker>[^(),]{3,30})\)")
_LABELS = frozenset(
    {"default", "Example", "Examples", "Available options", "Pattern"}
    | {f"{bound} {of} length" for bound in ("Required", "Minimum", "Maximum") for of in ("array", "string")}
    | {"Required range"}
)
_TELLING = frozenset({"Authorizations", "Path Parameters", "Query Parameters", "Response", "required"})
_PLAIN = frozenset(LANGUAGES["German"]) - _LABELS

_KEY = re.compile(r'^\s*[\[{]?\s*"([^"\\]{1,120})"\s*:', re.MULTILINE)
_MARKER = r"(?:required|read-only|write-only|deprecated)"
_GLUED = re.compile(rf"(?P<place>header|query|path|cookie|body)?(?P<marker>{_MARKER})(?P<rest>\S.*)?")
_PART = re.compile(rf"(?:header|query|path|cookie)(?={_MARKER})|{_MARKER}")
_DEFAULT = re.compile(r"default: ?(?P<value>-?\d+(?:\.\d+)?|true|false|null|\"[^\"]*\"|[a-z0-9_./-]+)")
_LABEL_INSIDE = re.compile(
    r"(?<=\S)(?=(?:Available options|Required range|(?:Required|Minimum|Maximum) \w+ length): ?)"
)
_SURE = re.compile(r"[<|\]]")
_BEFORE = frozenset({"header", "query", "path", "cookie", "required", "read-only", "write-only", "deprecated"})
_MARKERS = frozenset({"required", "optional"})
_LONGEST_NAME = 100
_JOINED_NAME = re.compile(r"[\w$@][\w$@.\[\]-]{0,99}|\{\w{1,99}\}")
_SPACED = re.compile(rf"(?: (?:header|query|path|cookie|{_MARKER}))*")
_FEW = 20
_MOSTLY = 0.9


def mended(text: PageText) -> PageText:
    """The same page in English furniture and with its line breaks; where nothing is amiss, the text itself.

    Raises PageRefused where a line break is missing whose place can't be told.
    """
    lines = _without_rhythm(list(enumerate(_in_english(tuple(map(plain, text.lines))))))
    lines = list(unbounded(list(apart(lines))))
    keys = frozenset(_KEY.findall(text.joined))
    found = _unglued(text, _parted(lines, keys), keys)
    if [line for _, line in found] == list(text.lines):
        return text
    return of_lines(text.name, [line for _, line in found], tuple(number + 1 for number, _ in found))


def _in_english(lines: tuple[str, ...]) -> list[str]:
    """The lines with the words of the language that most of the page's furniture is in."""
    bare = {line.strip() for line in lines}
    counts = {
        language: sum(words.get(line) in _TELLING and line != words[line] for line in bare)
        for language, words in _WORDS.items()
    }
    language = max(counts, key=lambda name: counts[name])
    if not counts[language]:
        return list(lines)
    return [_translated(lines, index, _WORDS[language]) for index in range(len(lines))]


def _translated(lines: tuple[str, ...], index: int, words: dict[str, str]) -> str:
    """One line in English; an option, or a name with its type below, stays as it is.

    A marker is one below a type or another marker, whatever follows: `object` may be the next field's name.
    """
    line = lines[index].strip()
    above = lines[index - 1].rstrip() if index else ""
    following = lines[index + 1].strip() if index + 1 < len(lines) else ""
    if not line or above.endswith(","):
        return lines[index]
    found = words.get(line)
    marks = found in _BEFORE and (type_line(above.strip()) is not None or above.strip() in words)
    if found in _PLAIN and (marks or type_line(following) is None):
        return found
    bullet = _IN_BULLET.match(line)
    if bullet and words.get(bullet["marker"].strip()) in _MARKERS:
        return line.replace(bullet["marker"], words[bullet["marker"].strip()], 1)
    labelled = _LABELLED.fullmatch(line)
    label = next((words[name] for name in _cases(labelled["label"]) if name in words), None) if labelled else None
    if labelled and label in _LABELS:
        return f"{label}:{labelled['rest']}" if label == "default" else f"{label}: {labelled['rest']}".rstrip()
    return lines[index]


def _cases(label: str) -> tuple[str, str, str]:
    """A label as it stands, and with its first letter in either case."""
    return label, label[:1].lower() + label[1:], label[:1].upper() + label[1:]


def _without_rhythm(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The lines of a copy that has a blank one after each, without those but below headings."""
    filled = [index for index, (_, line) in enumerate(lines) if line.strip()]
    apart = sum(following - index > 1 for index, following in pairwise(filled))
    if len(filled) < _FEW or apart < _MOSTLY * len(filled):
        return lines
    between = {
        index + 1
        for index, following in pairwise([*filled, filled[-1]])
        if heading(lines[index][1].strip()) is None or type_line(lines[following][1].strip()) is not None
    }
    return [(number, line) for index, (number, line) in enumerate(lines) if line.strip() or index not in between]


def _parted(lines: list[tuple[int, str]], keys: frozenset[str]) -> list[tuple[int, str]]:
    """The lines with name, type, markers and description apart where a copy joined them.

    What merely looks joined is parted too where most of the page is.
    """
    fields = [_field(line.strip(), keys) for _, line in lines]
    sure = [field for field in fields if field is not None and field.sure]
    if not sure or (len(sure) == 1 and sure[0].name not in keys):
        return lines
    mostly = len(sure) > sum(type_line(line.strip()) is not None for _, line in lines)
    found: list[tuple[int, str]] = []
    for (number, line), field in zip(lines, fields, strict=True):
        if field is not None and (field.sure or mostly):
            found += [(number, part) for part in _parts(field)]
        else:
            found += [(number, part) for part in (_LABEL_INSIDE.split(line) if mostly else (line,))]
    return found


@dataclass(frozen=True, slots=True)
class _Joined:
    """A field on one line: name, type, what follows them, and whether it is one for sure."""

    name: str
    type: str
    rest: str
    sure: bool


def _parts(field: _Joined) -> Iterator[str]:
    """Name, type, markers, default and description of a joined field."""
    yield field.name
    yield field.type
    rest = field.rest
    while rest and (part := _PART.match(rest) or _DEFAULT.match(rest)):
        yield part.group()
        rest = rest[part.end() :]
    yield from filter(None, _LABEL_INSIDE.split(rest))


def _field(line: str, keys: frozenset[str]) -> _Joined | None:
    """The field that a line joins, if any; one of the example's names goes before another way to part the line."""
    found: list[_Joined] = []
    for match in re.finditer(TYPE, line[: 2 * _LONGEST_NAME]):
        name, kind, rest = line[: match.start()], match.group(), line[match.end() :]
        if title := re.search(r"[A-Z][^·|<>]*? · $", name):
            name, kind = name[: title.start()], name[title.start() :] + kind
        if name.endswith(" ") and _SPACED.fullmatch(rest) and (rest or _SURE.search(kind) or name.rstrip() in keys):
            name, rest = name.rstrip(), rest.replace(" ", "")
        if not _JOINED_NAME.fullmatch(name):
            continue
        marked = _PART.match(rest) is not None or rest.startswith("default:")
        sure = marked or _SURE.search(kind) is not None
        if not rest or sure or rest[0].isupper() or rest[0] in "`\"'(*":
            found.append(_Joined(name, kind, rest, sure or name in keys))
    return next((field for field in found if field.name in keys), found[0] if found else None)


def _unglued(text: PageText, lines: list[tuple[int, str]], keys: frozenset[str]) -> list[tuple[int, str]]:
    """The lines with a break after each marker: `requiredcreated_at`, `headerrequiredHeaders`."""
    found: list[tuple[int, str]] = []
    for index, (number, whole) in enumerate(lines):
        line = whole.strip()
        glued = _GLUED.fullmatch(line)
        above = lines[index - 1][1].strip() if index else ""
        following = lines[index + 1][1].strip() if index + 1 < len(lines) else ""
        is_glued = (
            glued is not None
            and line not in keys
            and (type_line(above) is not None or above in _BEFORE)
            and (glued["rest"] is None or _may_follow(glued["rest"], keys))
        )
        if glued is None or not is_glued:
            found.append((number, whole))
            continue
        rest = glued["rest"] or ""
        lost = rest[:1].islower() and " " not in rest and rest not in keys and type_line(following) is None
        if lost and not rest.startswith("default:"):
            raise text.refused(number, f"{line[:60]!r}: line breaks were lost; copy the page again")
        found += [(number, part) for part in (glued["place"], glued["marker"], rest) if part]
    return found


def _may_follow(rest: str, keys: frozenset[str]) -> bool:
    """True for what can stand right behind a marker: a name, a heading, or a sentence; not the end of a longer name."""
    return rest[0].islower() or " " in rest or rest in keys or heading(rest) is not None
