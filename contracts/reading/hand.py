"""Hand-written data beside the pages: a vendor's general facts, and one operation's rules and waivers, from TOML.

A file with `server` alone speaks for the whole vendor; one with `method` and `path` as well for that operation.
Every table array is written under its own `[[header]]`, so that each entry has a line that a rule can name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from contracts.errors import Unusable
from contracts.model.contract import Answer, Field, Level, Rule, Source, SourceKind, Waiver
from contracts.model.json import ITEM, Json, Path, dotted
from contracts.reading.tables import OPERATION_TABLES, TABLES, TOP, bad, checked, entries, where_of
from contracts.reading.toml import read_toml
from contracts.rules import KINDS

_TYPES = ("string", "integer", "number", "boolean", "object", "array")
_FIRST_STATUS, _LAST_STATUS = 100, 599


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most so many requests in so many seconds."""

    requests: int
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HandRule:
    """A rule that a person added; `place` is the data file and line.

    The rule's source is missing: it is the line of the first sentence on the page that `sentences` (digests) name, or
    else of `field`. `fields` are all the places it speaks about.
    """

    rule: Rule
    field: Path
    fields: tuple[Path, ...]
    kind: SourceKind
    sentences: tuple[str, ...]
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandWaiver:
    """A waiver and the data file and line it comes from."""

    waiver: Waiver
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Hand-written data of one file, or of all the files that speak about one operation.

    `place` is the file; `variable` names the environment variable with the key; `rules` and `fields` are the vendor's
    headers and problem documents, ready to use; `own` and `waivers` belong to one operation.
    """

    place: str = ""
    server: str = ""
    method: str = ""
    path: str = ""
    variable: str = ""
    limits: tuple[Limit, ...] = ()
    answers: tuple[Answer, ...] = ()
    rules: tuple[Rule, ...] = ()
    fields: tuple[Field, ...] = ()
    own: tuple[HandRule, ...] = ()
    waivers: tuple[HandWaiver, ...] = ()


def matching(hands: Iterable[Hand], server: str, method: str, path: str) -> Hand:
    """All that is written by hand about one operation: its vendor's facts and its own, in the order given."""
    found = Hand(server=server, method=method, path=path)
    for hand in hands:
        if hand.server == server and (hand.method, hand.path) in (("", ""), (method, path)):
            found = replace(
                found,
                variable=found.variable or hand.variable,
                limits=found.limits + hand.limits,
                answers=found.answers + hand.answers,
                rules=found.rules + hand.rules,
                fields=found.fields + hand.fields,
                own=found.own + hand.own,
                waivers=found.waivers + hand.waivers,
            )
    return found


def read_hand(text: str, name: str) -> Hand:
    """The hand-written data of one TOML file. Raises Unusable, naming file and line, for anything not understood."""
    data = read_toml(text, name)
    top = checked(data, TOP, ("server",), name)
    tables = {key: entries(text, name, key, data[key]) for key in TABLES if key in data}
    operation = "method" in top, "path" in top
    if any(operation) != all(operation):
        raise Unusable(f"{name}: `method` and `path` stand together or not at all")
    for key in tables:
        if all(operation) != (key in OPERATION_TABLES):
            vendors, own = "of a vendor: leave `method` and `path` out", "of an operation: add `method` and `path`"
            wrong = vendors if all(operation) else own
            raise Unusable(f"{name}: [[{key}]] stands in a file {wrong}")
    answers = tables.get("answers", ())
    assumed = [_source(entry) for entry in answers if entry.get("source") == "assumed"]
    refusals = tuple(str(entry["status"]) for entry in answers if entry["body"] == "problem")
    rules, fields = _problem(tables.get("problem", ()), refusals, assumed)
    return Hand(
        place=name,
        server=top["server"].rstrip("/"),
        method=top.get("method", "").upper(),
        path=top.get("path", ""),
        variable=top.get("key_variable", ""),
        limits=tuple(_limit(entry) for entry in tables.get("limits", ())),
        answers=tuple(_answer(entry) for entry in answers),
        rules=(*(_header(entry) for entry in tables.get("headers", ())), *rules),
        fields=fields,
        own=tuple(_hand_rule(entry) for entry in tables.get("rules", ())),
        waivers=tuple(_waiver(entry) for entry in tables.get("waivers", ())),
    )


def _source(entry: Mapping[str, Any]) -> Source:
    return Source(page=entry[""], line=entry["line"], kind=entry.get("source", "documented"), hand=True)


def _limit(entry: Mapping[str, Any]) -> Limit:
    if entry["requests"] < 1 or entry["seconds"] < 1:
        raise bad(where_of(entry), "`requests` and `seconds` must be 1 or more")
    return Limit(requests=entry["requests"], seconds=entry["seconds"])


def _status(entry: Mapping[str, Any], status: int) -> int:
    if not _FIRST_STATUS <= status <= _LAST_STATUS:
        raise bad(where_of(entry), f"{status} is no HTTP status")
    return status


def _answer(entry: Mapping[str, Any]) -> Answer:
    status, media = _status(entry, entry["status"]), tuple(entry.get("media", ()))
    return Answer(
        key=str(status),
        status=status,
        success=entry["body"] == "success",
        description=entry["description"],
        media=media,
        bodies=dict.fromkeys(media, entry["body"]),
        empty=entry.get("may_be_empty", False),
    )


def _header(entry: Mapping[str, Any]) -> Rule:
    says: dict[str, Json] = {"name": entry["name"], "pattern": _regex(entry)}
    return made_rule(
        "response." + entry["name"].lower(),
        "header",
        "response",
        (),
        says,
        (_source(entry),),
        level=entry.get("level"),
        answers=tuple(str(_status(entry, status)) for status in entry["statuses"]),
    )


def _regex(entry: Mapping[str, Any]) -> str:
    try:
        re.compile(entry["pattern"])
    except (re.error, RecursionError):
        raise bad(where_of(entry), "`pattern` is no regular expression") from None
    return str(entry["pattern"])


def _problem(
    listed: tuple[Mapping[str, Any], ...], statuses: tuple[str, ...], assumed: list[Source]
) -> tuple[tuple[Rule, ...], tuple[Field, ...]]:
    """The rules and fields of a problem document; answers whose body is assumed stand among the sources."""
    if not listed:
        return (), ()
    if not statuses:
        raise bad(where_of(listed[0]), "no [[answers]] entry has the body of a problem document")

    def rule(kind: str, at: Path, says: dict[str, Json], entry: Mapping[str, Any]) -> Rule:
        return made_rule(
            f"{dotted(('problem', *at))}.{'undocumented-field' if kind == 'closed' else kind}",
            kind,
            "problem",
            at,
            says,
            (_source(entry), *assumed),
            answers=statuses,
        )

    rules = [rule("type", (), {"types": ["object"]}, listed[0])]
    paths: list[Path] = []
    for entry in listed:
        at = parse_path(entry["name"])
        if entry["type"] not in _TYPES:
            raise bad(where_of(entry), f"`type` must be one of {', '.join(_TYPES)}")
        if at in paths or (len(at) > 1 and at[:-1] not in paths):
            raise bad(where_of(entry), f"`{entry['name']}` stands twice, or before the field that it belongs to")
        paths.append(at)
        if entry.get("required", False):
            rules.append(rule("required", at, {}, entry))
        rules.append(rule("type", at, {"types": [entry["type"]]}, entry))
    rules.append(rule("closed", (), {}, listed[0]))
    return tuple(rules), tuple(Field(at=at, target="problem") for at in paths)


def made_rule(  # noqa: PLR0913, PLR0917  a rule has that many parts
    rule_id: str,
    kind: str,
    target: str,
    at: Path,
    says: dict[str, Json],
    sources: tuple[Source, ...],
    *,
    level: Level | None = None,
    answers: tuple[str, ...] = (),
) -> Rule:
    """A rule whose summary is its kind's own sentence; a `level` of None is its kind's own."""
    return Rule(
        id=rule_id,
        kind=kind,
        target=target,
        says=says,
        summary=KINDS[kind].sentence(at, says),
        sources=sources,
        at=at,
        level=level or KINDS[kind].level,
        answers=answers,
    )


def parse_path(name: str) -> Path:
    """`errors[].pointer` as a path: the inverse of `dotted`, for names without dots."""
    steps: list[str] = []
    for part in name.split("."):
        bare = part.rstrip("[]") if part.endswith(ITEM) else part
        steps += [bare] if bare else []
        steps += [ITEM] * ((len(part) - len(bare)) // len(ITEM))
    return tuple(steps)


def _hand_rule(entry: Mapping[str, Any]) -> HandRule:
    field = parse_path(entry["field"])
    says, at, fields = _echo(entry, field) if entry["kind"] == "echo" else _condition(entry)
    return HandRule(
        rule=Rule(
            id=entry["id"],
            kind=entry["kind"],
            target="success",
            says=says,
            summary=entry["summary"],
            sources=(),
            at=at,
            level=entry.get("level") or KINDS[entry["kind"]].level,
        ),
        field=field,
        fields=(field, *fields),
        kind=entry.get("source", "assumed"),
        sentences=tuple(entry.get("sentences", ())),
        place=where_of(entry),
    )


def _echo(entry: Mapping[str, Any], field: Path) -> tuple[dict[str, Json], Path, tuple[Path, ...]]:
    expression = entry.get("expression", "")
    if not re.fullmatch(r"\$request\.(?:path|query|header)\.\S+", expression) or {"when", "then"} & entry.keys():
        raise bad(where_of(entry), "an echo has an `expression` like $request.path.id, and no `when` or `then`")
    return {"expression": expression}, field, ()


def _condition(entry: Mapping[str, Any]) -> tuple[dict[str, Json], Path, tuple[Path, ...]]:
    if "when" not in entry or "then" not in entry or "expression" in entry:
        raise bad(where_of(entry), "a condition has a `when` and a `then`, and no `expression`")
    when, then = _side(entry, "when"), _side(entry, "then")
    says: dict[str, Json] = {"when": when[1], "then": then[1]}
    return says, (), (when[0], then[0])


def _side(entry: Mapping[str, Any], key: str) -> tuple[Path, dict[str, Json]]:
    """One side of a condition: `{field, is = [values]}`, or `{field, null = true}` since TOML knows no null."""
    side = entry[key]
    match side:
        case {"field": str(field), "is": [_, *_] as values} if len(side) == 2:  # noqa: PLR2004  the two keys
            allowed = values if all(isinstance(value, str | int | float | bool) for value in values) else None
        case {"field": str(field), "null": True} if len(side) == 2:  # noqa: PLR2004  the two keys
            allowed = [None]
        case _:
            allowed = None
    if allowed is None:
        problem = f'`{key}` must be like {{field = "name", is = ["value"]}} or {{field = "name", null = true}}'
        raise bad(where_of(entry), problem)
    path = parse_path(field)
    return path, {"path": list(path), "is": allowed}


def _waiver(entry: Mapping[str, Any]) -> HandWaiver:
    for digest in entry["digests"]:
        if not re.fullmatch(r"[0-9a-f]{16}", digest):
            raise bad(where_of(entry), f"`{digest[:40]}` is no digest: 16 hex digits are wanted")
    if not entry["reason"].strip() or not entry["digests"]:
        raise bad(where_of(entry), "a waiver needs a reason and the digests of the sentences it covers")
    waiver = Waiver(field=entry["field"], reason=entry["reason"], digests=tuple(entry["digests"]))
    return HandWaiver(waiver=waiver, place=where_of(entry))
