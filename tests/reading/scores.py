"""How well pages are read: their contracts against what a person read there.

    python -m tests.reading.scores FOLDER...

A folder holds pages, and in `expected/` a reading of each: its fields by place with types, null, options, presence.
A page that its `INDEX.json` calls incomplete has to be refused.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contracts.errors import PageRefused
from contracts.model.contract import REQUEST
from contracts.model.draft import Draft
from contracts.model.json import ITEM, dotted
from contracts.model.page import Entry, Page
from contracts.reading.hand import Hand
from contracts.reading.page.layout import read_page
from contracts.reading.page.values_in_prose import stated
from contracts.reading.page_draft import derive

HERE = Path(__file__).parent
OWN = HERE / "pages"
SHARED = next((path for parent in HERE.parents if (path := parent / "shared" / "pages").exists()), Path("shared/pages"))

LIMITS = {
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "minItems", "maxItems",
    "pattern",
}  # fmt: skip

Path_ = tuple[str, ...]
Facts = dict[str, Any]


@dataclass(slots=True)
class Score:
    """How a folder is read: `wrong` fields, `pages` wrong at their top, `false` rules, and wrong `refusals`."""

    fields: int = 0
    wrong: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Every difference, and the sums."""
        share = f"{self.fields - len(self.wrong)} of {self.fields} fields right"
        sums = f"{share}, {len(self.false)} false rules, {len(self.refusals)} wrong refusals"
        return "\n".join([*self.refusals, *self.pages, *self.wrong, *(f"false: {text}" for text in self.false), sums])


def score(folder: Path) -> Score:
    """The score of a folder."""
    total = Score()
    for file in sorted(folder.glob("expected/*.json")):
        compare(folder, json.loads(file.read_text(encoding="utf-8")), total)
    index = folder / "INDEX.json"
    for row in json.loads(index.read_text(encoding="utf-8")) if index.exists() else ():
        if not row["complete"] and not isinstance(read(folder / row["file"]), str):
            total.refusals.append(f"{row['file']}: read, and isn't whole")
    return total


def compare(folder: Path, expected: Facts, total: Score) -> None:
    """Adds how one page is read to a score."""
    name = expected["page"]
    page = read(next(path for path in (folder / "dev" / name, folder / name) if path.exists()))
    wanted = dict(expected_fields(expected))
    total.fields += len(wanted)
    if isinstance(page, str):
        total.refusals.append(page)
        total.wrong += [f"{name}: {where}: not read" for where in wanted]
        return
    total.pages += [f"{name}: {problem}" for problem in top_differences(expected, page)]
    found = dict(read_fields(page, derive(page, Hand())))
    for where, facts in wanted.items():
        if problem := difference(facts, found.get(where)):
            total.wrong.append(f"{name}: {where}: {problem}")
    for where, facts in found.items():
        total.false += [f"{name}: {where}: {problem}" for problem in false_rules(wanted.get(where), facts)]


def read(path: Path) -> Page | str:
    """The page in a file, or why it was refused."""
    try:
        return read_page(path.read_text(encoding="utf-8"), path.name)
    except PageRefused as refused:
        return str(refused)


def top_differences(expected: Facts, page: Page) -> Iterator[str]:
    """What is wrong with method, path, title, status, credential, or the kind of the answer."""
    auth = expected.get("auth", {})
    facts = {
        "method": (page.method, expected["method"]),
        "path": (page.path[-len(expected["path"]) :], expected["path"]),
        "title": (page.title, expected["title"] or ""),
        "status": (page.status, int(expected["success_status"]) if expected["success_status"] else None),
        "list": (page.array, expected["response_kind"] == "array"),
        "list in the request": (any(page.body.values()), expected.get("body_kind") == "array"),
        "credential": (page.auth, auth.get("name", "")),
        "bearer": (page.scheme == "Bearer", "bearer" in auth.get("in", "")),
    }
    for fact, (found, wanted) in facts.items():
        if found != wanted:
            yield f"{fact} {found!r} for {wanted!r}"


def difference(wanted: Facts, found: Facts | None) -> str:
    """What is wrong with a field as read, or ""."""
    if found is None:
        return "not found"
    problems = []
    if sorted(found["types"]) not in (sorted(wanted["types"]), sorted(wanted.get("alt_types") or wanted["types"])):
        problems.append(f"type {'/'.join(found['types'])} for {'/'.join(wanted['types'])}")
    if wanted.get("nullable_known", True) and found["null"] != bool(wanted.get("nullable")):
        problems.append("null" if found["null"] else "not null")
    if sorted(map(str, found["enum"])) != sorted(map(str, wanted.get("enum") or ())):
        problems.append(f"values {found['enum']} for {wanted.get('enum') or []}")
    if wanted.get("required") and not found["required"]:
        problems.append("not required")
    problems += [
        f"{keyword} {found['limits'].get(keyword)} for {wanted[keyword]}"
        for keyword in LIMITS & wanted.keys()
        if found["limits"].get(keyword) != wanted[keyword]
    ]
    return ", ".join(problems)


def false_rules(wanted: Facts | None, found: Facts) -> Iterator[str]:
    """Rules that refuse what the page allows, or that promise a field which the page hasn't."""
    if wanted is None:
        if found["documented"]:
            yield "no such field"
        return
    known = {*wanted["types"], *wanted.get("alt_types", ())}
    if found["types"] != ["any"] and not ({"any"} | set(found["types"])) & known:
        yield f"type {'/'.join(found['types'])}"
    if wanted.get("nullable") and not found["null"] and found["types"] != ["any"]:
        yield "never null"
    if found["enum"] and not set(map(str, wanted.get("enum") or ())) <= set(map(str, found["enum"])):
        yield f"no other value than {found['enum']}"
    if found["enum"] and not wanted.get("enum"):
        yield f"values {found['enum']}"
    if found["surely_required"] and wanted.get("required") is False:
        yield "required"
    for keyword, value in found["limits"].items():
        if wanted.get(keyword) != value and "rules" not in wanted:
            yield f"{keyword} {value}"


def read_fields(page: Page, contract: Draft) -> Iterator[tuple[str, Facts]]:
    """Every field of a page by section and place, as its contract has it; those of a further body with its type."""
    for at, kinds in rules_by_place(contract, "success", is_list=contract_is_list(contract)):
        yield f"response {dotted(at)}", facts_of_rules(kinds)
    for target, media in {target: media for media, target in reversed(contract.asked.items())}.items():
        named = "body" if target == REQUEST else f"body {media}"
        for at, kinds in rules_by_place(contract, target, is_list=page.body[media]):
            if ITEM not in at:
                yield f"{named} {dotted(at)}", facts_of_rules(kinds)
    yield from ((f"{entry.section} {entry.name}", facts_of_entry(stated(entry), contract)) for entry in page.entries
                if entry.section not in {"response", "auth", "body"})  # fmt: skip


def rules_by_place(contract: Draft, target: str, *, is_list: bool) -> Iterator[tuple[Path_, dict[str, Any]]]:
    """The rules of each place in a body, or in each element of one that is a list."""
    rules: dict[Path_, dict[str, Any]] = {}
    for rule in contract.about(target):
        if rule.kind not in {"parameter", "authorization", "condition"}:
            rules.setdefault(rule.at[is_list:], {})[rule.kind] = rule
    yield from ((at, kinds) for at, kinds in rules.items() if at)


def contract_is_list(contract: Draft) -> bool:
    """True where the whole answer is a list."""
    return any(rule.at == () and rule.says["types"] == ["array"] for rule in contract.about("success", "type"))


def facts_of_rules(kinds: dict[str, Any]) -> Facts:
    """What the rules of one place say together."""
    types = list(kinds["type"].says["types"]) if "type" in kinds else []
    required = kinds["required"].sources if "required" in kinds else ()
    values = kinds["enum"].says["values"] if "enum" in kinds else []
    sources = [source for rule in kinds.values() for source in rule.sources]
    limits: dict[str, Any] = {}
    for kind in ("range", "length", "count", "pattern"):
        limits |= kinds[kind].says if kind in kinds and "format" not in kinds[kind].says else {}
    return {
        "types": [name for name in types if name != "null"] or ["any"],
        "null": "null" in types,
        "enum": [value for value in values if value is not None],
        "required": bool(required),
        "surely_required": any(source.kind == "documented" for source in required),
        "limits": limits,
        "documented": any(source.kind == "documented" for source in sources),
    }


def facts_of_entry(entry: Entry, contract: Draft) -> Facts:
    """What is read of a parameter."""
    rule = next(
        (rule.says for rule in contract.about("request", "parameter")
         if rule.at == (entry.name,) and rule.says["in"] == entry.section), None
    )  # fmt: skip
    values = [] if rule is None else rule.get("enum", [])
    required = entry.required or entry.section == "path"
    return {
        "types": list(entry.types) or ["any"],
        "null": entry.nullable,
        "enum": values,
        "required": required,
        "surely_required": required,
        "limits": {name: value for name, value in entry.constraints if name != "default"},
        "documented": True,
    }


def expected_fields(expected: Facts) -> Iterator[tuple[str, Facts]]:
    """Every field of a reading by hand, by section and place."""
    yield from (("response " + dotted(at), facts) for at, facts in below(expected["response_fields"], ()))
    for section in ("path", "query", "header"):
        yield from ((f"{section} {name}", one) for name, one in expected.get(f"{section}_parameters", {}).items())
    yield from ((f"body {name}", one) for name, one in expected.get("body_fields", {}).items())


def below(fields: dict[str, Facts], at: Path_) -> Iterator[tuple[Path_, Facts]]:
    """Fields and what stands in them, with the elements of lists."""
    for name, facts in fields.items():
        here = (*at, name)
        yield here, facts
        if items := facts.get("items"):
            yield (*here, ITEM), {"required": None, **items}
            yield from below(items.get("fields", {}), (*here, ITEM))
        yield from below(facts.get("fields", {}), here)


if __name__ == "__main__":
    for given in sys.argv[1:]:
        sys.stdout.write(f"{given}\n{score(Path(given))}\n")
