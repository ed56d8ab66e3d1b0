"""A sheet as Markdown that reads well on a code host."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import quote

from contracts.documenting.evidence import Seen, Shown
from contracts.documenting.examples import Examples
from contracts.documenting.fields import Place, Shape, carried
from contracts.documenting.marks import block, code, html, plain, table
from contracts.documenting.matrix import Cell
from contracts.documenting.sheet import Promise, Sheet

_SIGNS = {"passed": "✓", "failed": "✗"}


def markdown(sheet: Sheet) -> str:
    """The document. The only HTML in it are anchors (`#rule-<id>`, for reports to link to), folds and line breaks."""
    sections = (
        _head,
        _call,
        _answers,
        *map(_body, sheet.bodies),
        _rules,
        _decisions,
        _evidence,
        _legal,
        _changes,
        _origin,
    )
    parts = (list(section(sheet)) for section in sections)
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def _head(sheet: Sheet) -> Iterator[str]:
    contract, known = sheet.contract, sheet.known
    yield f"# {plain(contract.title)}"
    yield ""
    yield code(f"{contract.method} {contract.server}{contract.path}")
    yield ""
    levels = ", ".join(f"{count} {level}" for level, count in sheet.levels)
    sure = ", ".join(f"{count} {kind}" for kind, count in sheet.sure)
    yield f"- **{len(sheet.promises)} rules** ({levels}); by how sure they are: {sure}"
    by = ", ".join(f"{origin.mark} {plain(origin.name)}" for origin in sheet.origins)
    yield f"- **{sheet.observed} of {sheet.branches} branches** seen in traffic" + (f", by {by}" if by else "")
    if known.proofs:
        yield f"- **{sheet.proven} of {len(known.proofs)} rules** shown to fail when broken"
    if known.survival:
        legal = len(sheet.matrix.cells)
        yield f"- **{sheet.survived} of {legal} legal answers** survived by {code(known.survival.command)}"
    if not sheet.live:
        why = f"Nothing counts as checked: {plain(known.unchecked)}." if known.unchecked else _whose(sheet)
        yield ""
        yield f"> **Not confirmed by the live API.** {why}"


def _whose(sheet: Sheet) -> str:
    return f"All evidence here comes from {'; '.join(dict.fromkeys(plain(one.words) for one in sheet.origins))}."


def _call(sheet: Sheet) -> Iterator[str]:
    yield from ("## How to call it", "")
    if sheet.credentials:
        ways = (" and ".join(f"in the {place} {code(sent)}" for place, sent in way) for way in sheet.credentials)
        yield f"The key travels {', or '.join(ways)}; the examples take it from {code(sheet.variable)}."
        yield ""
    if not sheet.contract.server:
        yield from ("The page names no server; put yours in the place of `api.example.com`.", "")
    if sheet.parameters:
        yield from table(
            ("Parameter", "In", "Type", "Presence", "Example", "Rule"),
            (
                (
                    code(one.name),
                    plain(one.place),
                    plain(" ".join(filter(None, (one.type, one.limits)))),
                    "required" if one.required else "optional",
                    code(one.example) if one.example else "",
                    f"[{code(one.rule.id)}](#rule-{quote(one.rule.id)})",
                )
                for one in sheet.parameters
            ),
        )
        yield ""
    yield from block("sh", sheet.curl)
    yield ""
    yield from block("python", sheet.python)


def _answers(sheet: Sheet) -> Iterator[str]:
    yield from ("## Answers", "")
    words = {shape.name: shape.words for shape in sheet.bodies}
    yield from table(
        ("Status", "Meaning", "Media type", "Body"),
        (
            (
                one.key,
                plain(one.description),
                " ".join(map(code, one.media)),
                carried(one, words),
            )
            for one in sheet.contract.answers
        ),
    )


def _body(shape: Shape) -> Callable[[Sheet], Iterator[str]]:
    def section(_: Sheet) -> Iterator[str]:
        yield from (f"## {plain(shape.title)}", "")
        yield from table(("Field", "Type", "Presence", "Meaning", "Example"), map(_place, shape.places))

    return section


def _place(one: Place) -> tuple[str, ...]:
    types = " or ".join((*one.types, *(["null"] if one.null else [])))
    presence = {None: one.name, True: "always", False: "may be absent"}[one.present]
    meaning = [plain(text) for text in one.description]
    for value in one.values:
        free = {None: "", True: " (can be set)", False: " (chosen by the server)"}[value.writable]
        meaning.append(f"• {code(value.shown)}{free}" + (f": {plain(value.meaning)}" if value.meaning else ""))
    meaning += [f"*{plain(text)}*" for text in (*one.when, *one.limits)]
    return code(one.dotted), plain(types), presence, "<br>".join(meaning), code(one.example) if one.example else ""


def _rules(sheet: Sheet) -> Iterator[str]:
    yield from ("## Rules", "")
    yield "Each opens to where it is promised and to an example: `+` is a kept answer, `-` the broken one."
    for promise in sheet.promises:
        yield ""
        yield from _promise(promise)


def _promise(one: Promise) -> Iterator[str]:
    rule = one.rule
    name = html(rule.id)
    yield f'<details id="rule-{name}"><summary><code>{name}</code> {html(rule.summary)} ({rule.level})</summary>'
    yield ""
    for text in one.promised:
        yield f"- promised: {plain(text)}"
    yield f"- proof: {_proof(one)}"
    if one.examples.broken:
        yield ""
        yield from block("diff", _difference(one.examples))
    yield from ("", "</details>")


def _proof(one: Promise) -> str:
    examples = one.examples
    if examples.caught is None:
        return "not run" if examples.broken else "nothing could break it: the rule is told, not judged"
    if examples.caught == (one.rule.id,):
        return "the broken answer is caught as this rule, and as nothing else"
    return f"caught as {', '.join(map(code, examples.caught))}" if examples.caught else "it could not be shown to fail"


def _difference(examples: Examples) -> Iterator[str]:
    """Both examples as one difference; a comma that a neighbour brings or takes is none."""
    from difflib import SequenceMatcher

    kept, broken = ([line.text.rstrip(",") for line in one] for one in (examples.kept, examples.broken))
    for how, left, left_end, right, right_end in SequenceMatcher(None, kept, broken, autojunk=False).get_opcodes():
        if how == "equal":
            yield from (f"  {text}" for text in kept[left:left_end])
        else:
            yield from (f"- {text}" for text in broken[right:right_end])
            yield from (f"+ {text}" for text in kept[left:left_end])


def _decisions(sheet: Sheet) -> Iterator[str]:
    contract = sheet.contract
    yield from ("## Decisions", "", "Where the page contradicts itself:", "")
    for conflict in contract.conflicts:
        at = ", ".join(f"line {source.line}" for source in conflict.sources)
        yield f"- {code(conflict.field)} ({at}): {plain(conflict.problem)}; **decided:** {plain(conflict.decided)}"
    if not contract.conflicts:
        yield "- nowhere that was noticed"
    yield from ("", "Sentences that promise nothing checkable:", "")
    for waiver in contract.waivers:
        digests = ", ".join(map(code, waiver.digests))
        yield (
            f"- {code(waiver.field)}: {plain(waiver.reason)} ({digests})"
            if waiver.field
            else f"- {plain(waiver.reason)}"
        )
    if not contract.waivers:
        yield "- none was waived"
    yield from ("", "Sentences unaccounted for:", "")
    for sentence in contract.unaccounted:
        yield f"- line {sentence.line}, {code(sentence.field or 'the page')}: {plain(sentence.text)}"
    if not contract.unaccounted:
        yield "- none"


def _evidence(sheet: Sheet) -> Iterator[str]:
    yield from ("## Evidence", "")
    yield "How often each branch was seen, when, and in which recording first. Counts of different origins stand side"
    yield from ("by side and are never added up.", "")
    yield from (f"- {origin.mark} **{plain(origin.name)}**: {plain(origin.words)}" for origin in sheet.origins)
    yield "- ○ never observed"
    yield ""
    head = ("Branch", *(f"{origin.mark} {plain(origin.name)}" for origin in sheet.origins))
    shown = [one for strip in sheet.strips for one in strip.branches]
    yield from table(head, ((code(one.name), *_row(sheet, one)) for one in shown))
    if sheet.appearances:
        yield from ("", "First appearances:", "")
    for one in sheet.appearances:
        late = "" if one.dated else " at the latest"
        yield f"- {one.day}{late}, {one.origin.mark} {plain(one.origin.name)}: {', '.join(map(code, one.names))}"


def _row(sheet: Sheet, one: Shown) -> Iterator[str]:
    for origin in sheet.origins:
        yield "<br>".join(_seen(seen) for seen in one.seen if seen.origin == origin) or "○"


def _seen(seen: Seen) -> str:
    days = " to ".join(dict.fromkeys(filter(None, (seen.since[:10], seen.last[:10]))))
    where = ", ".join(filter(None, (days, plain(seen.first) if seen.first else seen.via)))
    return f"{seen.count:,} ({where})"


def _legal(sheet: Sheet) -> Iterator[str]:
    shown = sheet.matrix
    if not shown.cells:
        return
    yield from ("## Legal answers", "", "Every answer here keeps every rule, so a client has to survive it.", "")
    if sheet.known.survival:
        yield f"✓ survived, ✗ failed, ? not checked by {code(sheet.known.survival.command)}."
        yield ""
    yield from table(
        ("Field", *shown.columns),
        ((code(place), *(" ".join(map(_case, cells)) for cells in row)) for place, row in shown.rows),
    )
    if shown.whole:
        yield ""
        yield f"Of the whole answer: {' '.join(map(_case, shown.whole))}"


def _case(cell: Cell) -> str:
    return f"{_SIGNS.get(cell.fate.outcome, '?')} {code(cell.label)}" if cell.fate else code(cell.label)


def _changes(sheet: Sheet) -> Iterator[str]:
    if not sheet.known.releases:
        return
    yield from ("## Changes", "")
    for release in sheet.known.releases:
        old = f"{code(release.old[:12])} to " if release.old else ""
        yield f"- {plain(release.date) or 'undated'}, {old}{code(release.new[:12])}" + (
            "" if release.old else ": the record begins"
        )
        for change in release.changes:
            severity = "harmless" if change.severity == "none" else change.severity
            yield f"  - **{severity}** {plain(change.summary)} ({code(change.kind)})"


def _origin(sheet: Sheet) -> Iterator[str]:
    contract = sheet.contract
    yield from ("## Where it is from", "")
    yield f"- page: {code(contract.page)}"
    yield f"- digest: {code(sheet.digest)}"
    reviewed = contract.reviewed
    if reviewed:
        url = f", {code(reviewed.url)}" if reviewed.url else ""
        yield f"- last compared with the vendor's page on {plain(reviewed.date[:10])}{url}"
    else:
        yield "- the vendor's page was never recorded as reviewed"
