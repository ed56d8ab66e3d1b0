"""A sheet as a self-contained HTML document and as Markdown, and the index of several."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contracts.documenting.evidence import Origin
from contracts.documenting.fields import carried
from contracts.documenting.rule_examples import RuleExamples
from contracts.documenting.sheet import Sheet
from contracts.model.contract import REQUEST, RESPONSE, SUCCESS
from contracts.web.html_template import page
from contracts.web.markdown_template import markdown

KINDS = {
    "documented": "the page says so",
    "example": "only the page's example shows it",
    "assumed": "nobody wrote it; we suppose it",
}
"""What each kind of source means."""
LEVELS = {
    "violation": "a documented promise is broken",
    "drift": "something that the page doesn't mention",
    "note": "worth knowing, never a failure",
}
"""What breaking a rule of each level means."""


def contract_page(sheet: Sheet, documents: Mapping[str, str]) -> str:
    """The page of one contract; `documents` are files to link to, by what they are called."""
    return page(
        "contract",
        sheet=sheet,
        contract=sheet.contract,
        documents=documents,
        kinds=KINDS,
        levels=LEVELS,
        targets=_targets(sheet),
        bodies={shape.name: shape for shape in sheet.bodies},
        carried=carried,
    )


def _targets(sheet: Sheet) -> dict[str, str]:
    """What the rules of each target are about."""
    bodies = {
        shape.name: "The success body" if shape.name == SUCCESS else shape.words.capitalize() for shape in sheet.bodies
    }
    return {REQUEST: "The request", RESPONSE: "Every answer"} | bodies


def contract_markdown(sheet: Sheet) -> str:
    """The same as Markdown that reads well on a code host.

    The only HTML in it are anchors (`#rule-<id>`, for reports to link to), folds and line breaks.
    """
    words = {shape.name: shape.words for shape in sheet.bodies}
    return markdown(
        "contract", sheet=sheet, contract=sheet.contract, bodies=words, carried=carried, difference=_difference
    )


def _difference(examples: RuleExamples) -> Iterator[str]:
    """Both examples as one difference; a comma that a neighbour brings or takes is none."""
    from difflib import SequenceMatcher

    kept, broken = ([line.text.rstrip(",") for line in one] for one in (examples.kept, examples.broken))
    for how, left, left_end, right, right_end in SequenceMatcher(None, kept, broken, autojunk=False).get_opcodes():
        if how == "equal":
            yield from (f"  {text}" for text in kept[left:left_end])
        else:
            yield from (f"- {text}" for text in broken[right:right_end])
            yield from (f"+ {text}" for text in kept[left:left_end])


def index_page(sheets: Mapping[str, Sheet]) -> str:
    """The first page, with the sheets by the name of their file."""
    origins: dict[str, Origin] = {origin.name: origin for sheet in sheets.values() for origin in sheet.origins}
    return page("index", sheets=sheets, origins=tuple(origins.values()))
