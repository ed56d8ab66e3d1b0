"""The reader of rendered pages: what it finds, what it reports, what it refuses."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import PageRefused
from contracts.model.page import Entry, Page, Section
from contracts.reading.page.layout import read_page
from contracts.reading.page.text import LARGEST
from tests.reading.scores import SHARED

HERE = Path(__file__).parent
LAMP = (HERE / "pages" / "lamp.txt").read_text(encoding="utf-8")
SHELF = (HERE / "pages" / "shelf.txt").read_text(encoding="utf-8")
VENDOR = SHARED / "reply-get-a-contact-in-a-sequence.txt"

needs_shared = pytest.mark.skipif(not VENDOR.exists(), reason="the vendor's pages (../shared/pages) are not at hand")

REFUSALS = {
    "by-hand-without-response": "page:17: the page has no Response section; it stops at '}': copy the whole page",
    "binary": "page:1: not a text: it holds the character U+0000; save the page as UTF-8 text",
    "cut-after-heading": "page:65: the Response section lists no field, but the example has 'lampId': is the page cut?",
    "cut-before-field-example": "page:65: the page stops before an example; copy the whole page",
    "cut-before-response": "page:63: the page has no Response section; it stops at 'Number of the lamp': "
    "copy the whole page",
    "cut-bracket": "page:112: the page stops in the description of 'ownerId', where ( is never "
    "closed: copy the whole page",
    "cut-curl": "page:13: the page stops inside the curl command; copy the whole page",
    "cut-curl-data": "page:11: the curl command opens a quotation mark ' that is never closed; is the page cut?",
    "cut-curl-quote": "page:14: the page stops inside the curl command; copy the whole page",
    "cut-enum": "page:82: the page stops at 'state', whose type is an enum, before its options: copy the whole page",
    "cut-example": "page:25: the page stops inside a JSON example; copy the whole page",
    "cut-example-string": "page:17: the page stops inside a JSON example; copy the whole page",
    "cut-field-example": "page:66: the page stops inside a JSON example; copy the whole page",
    "cut-list": "page:105: the list of fields stops at 'last', but the example goes on with "
    "'installed': is the page cut?",
    "cut-name": "page:89: the page stops after the name 'level', before its type: copy the whole page",
    "cut-name-after-description": "page:77: the page stops after the name 'maker', before its type: copy the whole "
    "page",
    "cut-options": "page:86: an option list breaks off; the page is cut or damaged here",
    "cut-options-word": "page:84: an option list breaks off; the page is cut or damaged here",
    "cut-path": "page:3: the page stops inside its path; copy the whole page",
    "cut-range": "page:95: the page stops inside 'Required range:'; copy the whole page",
    "cut-sentence": "page:112: the page stops in the description of 'ownerId', inside a sentence: copy the whole page",
    "cut-type": "page:78: the type 'string |' of 'maker' can't be read; is the page cut?",
    "cut-type-word": "page:99: the page stops after the name 'str', before its type: copy the whole page",
    "cut-type-word-after-description": "page:78: the page stops at 'str', which is no type of 'maker': "
    "copy the whole page",
    "cut-type-bracket": "page:110: the type 'integer<int' of 'ownerId' can't be read; is the page cut?",
    "cut-type-null": "page:110: the page stops at the type of 'ownerId', which the example shows as "
    "null: is the line cut?",
    "empty": "page: the page is empty; copy the whole page, from the method to the last field",
    "example-broken": "page:19: the JSON example can't be read: a colon is missing after 'level'",
    "example-deep": "page:19: the JSON example can't be read: more than 32 levels deep",
    "example-nan": "page:19: the JSON example can't be read: 'NaN' is no JSON value",
    "example-twice": "page:17: the JSON example can't be read: the property 'lampId' stands twice",
    "no-url": "page:13: the curl command names no URL; is the page cut?",
    "old-layout": "page:91: 'requiredbrightness': line breaks were lost; copy the page again",
    "prose": "page:1: no method and path: not an API reference page, or its top is missing",
    "reader-mode": "page:1: no method and path: this looks like a reader-mode copy, which drops field names and types; "
    "copy the page as the browser shows it",
    "reader-mode-with-top": "page:48: no field on the page has a name and a type: a reader-mode copy drops them, "
    "or the page is cut",
    "white-space": "page: the page is empty; copy the whole page, from the method to the last field",
}


def page(fields: str, example: str = "", before: str = "") -> Page:
    """A small page around the fields of its Response section; `before` stands above that section."""
    top = "GET\n/\nthings\nA thing\ncurl --request GET \\\n  --url https://a.example/things\n"
    return read_page(f"{top}{example}\n\n{before}Response\n\nFound\n\n{fields}\n", "page")


def outcome(text: str) -> Page | str:
    """The page, or why it was refused."""
    try:
        return read_page(text, "page")
    except PageRefused as refused:
        return str(refused)


def entry(found: Page, name: str, section: Section = "response") -> Entry:
    """The entry of that name."""
    return next(one for one in found.section(section) if one.name == name)


def problems(found: Page) -> list[str]:
    """The texts of the problems."""
    return [one.problem for one in found.problems]


def undescribed(found: Page) -> Page:
    """The page without the last entry's marker and prose: what a cut after its type loses, and nobody can tell."""
    last = found.entries[-1]
    lines = {part: line for part, line in last.lines.items() if part not in {"description", "required"}}
    bare = replace(last, required=False, description="", sentences=(), lines=lines)
    return replace(found, entries=(*found.entries[:-1], bare))


# --- a page in full ---------------------------------------------------------------------------------------------


def test_operation() -> None:
    """Method, server, path, title and credential are read, each with its line."""
    found = read_page(LAMP, "lamp")
    assert (found.method, found.server) == ("GET", "https://api.lamps.example")
    assert (found.path, found.title) == ("/v2/rooms/{room}/lamps/{lamp_id}", "Look at a lamp")
    assert (found.auth, found.scheme) == ("Authorization", "Bearer")
    assert (found.status, found.media_type, found.array) == (None, None, False)
    assert found.lines == {
        "method": 2,
        "path": 3,
        "title": 11,
        "server": 13,
        "example": 15,
        "auth": 42,
        "response": 65,
    }
    assert found.problems == ()


def test_fields_in_order() -> None:
    """Every field is read once, in the page's order, under its section."""
    found = read_page(LAMP, "lamp")
    assert [one.name for one in found.section("path")] == ["room", "lamp_id"]
    names = ["lampId", "maker", "state", "level", "number", "colours", "last", "installed", "ownerId"]
    assert [one.name for one in found.section("response")] == names


def test_field_in_full() -> None:
    """Type, markers, options, constraints, description and sentences belong to their field, with their lines."""
    found = read_page(LAMP, "lamp")
    state, level = entry(found, "state"), entry(found, "level")
    assert state.enum == ("off", "dimmed", "out of order", "lit")
    assert state.lines == {"name": 79, "type": 80, "enum": 84, "description": 82}
    assert (level.types, level.required) == (("number",), True)
    assert level.constraints == (("minimum", 0), ("maximum", 1))
    assert level.lines["minimum"] == 95
    assert [one.text for one in level.sentences] == [
        "Brightness, e.g. 0.5 for half.",
        "null when the lamp can't be dimmed.",
        "Required by law.",
    ]
    assert {one.field for one in level.sentences} == {"level"}
    assert entry(found, "last").description.count("\n\n") == 1
    assert [one.line for one in entry(found, "last").sentences] == [103, 105, 105]
    assert entry(found, "lampId").read_only
    owner = entry(found, "ownerId")
    assert (owner.types, owner.format, owner.nullable) == (("integer",), "int64", True)


def test_example_lines() -> None:
    """Every place of the example has its line; in an example on one line, that line."""
    lamp, shelf = read_page(LAMP, "lamp"), read_page(SHELF, "shelf")
    assert lamp.example_lines["/last/by"] == 26
    assert lamp.example_lines["/colours/0"] == 22
    assert shelf.example_lines["/0/id"] == shelf.example_lines["/0/kind"] == 17
    assert shelf.example_lines["/0/tags"] == 18


def test_prose_outside_fields() -> None:
    """Introductions are the page's own sentences; the note on the documentation's index is not."""
    found = read_page(LAMP, "lamp")
    assert [(one.line, one.text) for one in found.sentences] == [
        (32, "Shows one lamp, lit or not."),
        (67, "The lamp was found"),
        (69, "One lamp with what is known of it"),
    ]


def test_request_body_status_and_footer() -> None:
    """A page with request data, a status line and a footer: the response example is the one after the curl command."""
    found = read_page(SHELF, "shelf")
    assert (found.method, found.auth, found.scheme) == ("POST", "X-Shelf-Key", "")
    assert (found.status, found.media_type, found.array) == (201, "application/json", True)
    assert found.example == ([{"id": 1, "kind": "text", "meta": None, "tags": ["a", "b"]}],)
    assert found.title == ""
    assert problems(found) == ["the field 'dryRun' has no type line"]
    assert entry(found, "dryRun", "query").constraints == (("default", False),)
    assert entry(found, "page", "query").constraints == (("default", 1), ("exclusiveMinimum", 0))
    assert entry(found, "tags").item_types == ("object", "string")
    assert entry(found, "meta").example == (None,)


def test_body_fields() -> None:
    """Constraints, defaults, one-line options, de-indented examples and names that are type words are read."""
    found = read_page(SHELF, "shelf")
    label, weights = entry(found, "label", "body"), entry(found, "weights", "body")
    assert label.constraints == (("minLength", 1), ("maxLength", 64), ("pattern", "^[a-z ]+$"))
    assert weights.constraints == (("minItems", 1), ("maxItems", 100))
    assert (weights.types, weights.item_types, weights.item_format) == (("array",), ("number",), "double")
    assert weights.example == ([0.5, {"unit": "kg"}],)
    assert entry(found, "kind", "body").enum == ("text", "number")
    assert entry(found, "kind", "body").constraints == (("default", "text"),)
    assert entry(found, "note", "body").example == ("first", "second")
    assert entry(found, "object", "body").types == ("object",)
    assert entry(found, "rank", "body").enum == (1, 2, 3)


@pytest.mark.parametrize("spoil", [lambda text: text.replace("\n", "\r\n"), lambda text: "\ufeff" + text])
@pytest.mark.parametrize("text", [LAMP, SHELF])
def test_copies_differ_in_white_space(text: str, spoil: Any) -> None:
    """Line ends, a byte order mark, trailing blanks and zero-width spaces change nothing."""
    assert read_page(spoil(text), "page") == read_page(text, "page")
    spaced = "\n".join(f"\u200b{line} \t" for line in text.split("\n"))
    assert read_page(spaced, "page") == read_page(text, "page")


# --- traps ------------------------------------------------------------------------------------------------------


def test_option_that_is_a_type_word() -> None:
    """The last option is the line without a comma, even when it is a type's name."""
    found = page("kind\nenum<string>\nAvailable options:\ntext,\nnumber\nmeta\nstring | null\nobject\nboolean")
    assert [(one.name, one.enum) for one in found.entries] == [
        ("kind", ("text", "number")),
        ("meta", ()),
        ("object", ()),
    ]


def test_marker_words_as_names() -> None:
    """`required` and `deprecated` before a type are names; before a name they are markers."""
    found = page("a\nstring\nrequired\nobject\nstring\ndeprecated\nboolean\nrequired")
    assert [(one.name, one.required) for one in found.entries] == [("a", True), ("object", False), ("deprecated", True)]


def test_orphan_after_options() -> None:
    """A description below an option list belongs to no field: it is reported and glued to none."""
    found = page(
        "a\nenum<string>\nAvailable options:\nx,\ny\n\nHow the lost one is.\n\nAvailable options:\nz\nb\nstring",
        '{\n"a": "x",\n"lost": "z",\n"b": ""\n}',
    )
    assert entry(found, "a").enum == ("x", "y")
    assert entry(found, "a").description == ""
    assert "text after a field's end that belongs to no field; its name and type may be missing" in problems(found)
    assert "the example has 'lost', the list hasn't" in problems(found)
    assert [one.name for one in found.entries] == ["a", "b"]


def test_orphan_after_a_description() -> None:
    """A second paragraph is set apart when the example has a field there that the list lacks."""
    found = page("a\nstring\n\nThe first.\n\nThe lost one.\n\nb\nstring", '{\n"a": "",\n"lost": "z",\n"b": ""\n}')
    assert entry(found, "a").description == "The first."
    assert "set apart from 'a': it may describe lost, which the list hasn't" in problems(found)
    assert "The lost one." in [one.text for one in found.sentences]


def test_field_twice() -> None:
    """A name that stands twice in a section is reported, and the first counts."""
    found = page("a\nstring\na\ninteger\nb\nstring")
    assert [(one.name, one.types) for one in found.entries] == [("a", ("string",)), ("b", ("string",))]
    assert problems(found) == ["the field 'a' stands twice in its section; the first counts"]


def test_breadcrumb_against_curl() -> None:
    """The curl command's path counts; a breadcrumb that isn't its end is reported, one without the base path not."""
    other = LAMP.replace("rooms\n", "houses\n", 1)
    assert read_page(other, "lamp").path == "/v2/rooms/{room}/lamps/{lamp_id}"
    assert ["isn't the end of the curl command's" in one for one in problems(read_page(other, "lamp"))] == [True]


def test_parameters_against_the_path() -> None:
    """Parameters described but not in the path, or the other way round, are reported."""
    found = read_page(LAMP.replace("\nroom\nstring<uuid>", "\nroam\nstring<uuid>"), "lamp")
    said = ["the path's parameter 'room' isn't described", "the parameter 'roam' isn't in the path"]
    assert all(any(text.startswith(one) for text in problems(found)) for one in said)


def test_error_as_the_only_example() -> None:
    """An example that shows an error is not the response's example."""
    found = page("id\nstring", '{\n"title": "No",\n"status": 400\n}')
    assert (found.example, problems(found)) == ((), ["the only example is an error; it is not the response"])


def test_whole_response() -> None:
    """`The response is of type object[].` stands for the list."""
    found = page("The response is of type object[].", '[\n{"a": 1}\n]')
    assert (found.array, found.entries, problems(found)) == (True, (), [])


def test_variants() -> None:
    """Tabs above a list are reported: the page shows the fields of one shape only."""
    found = page("  • Simple\n  • Full\n\na\nstring", '{\n"a": "",\n"b": ""\n}')
    assert sum("one of several shapes" in one for one in problems(found)) == 2


def test_example_is_null_in_the_middle() -> None:
    """Properties of the example that the list lacks in the middle are reported, one by one."""
    found = page("a\nstring\nd\nstring", '{\n"a": "",\n"b": 1,\n"d": ""\n}')
    assert problems(found) == ["the example has 'b', the list hasn't"]


def test_type_without_a_name() -> None:
    """A type that stands alone is reported, not taken for prose in silence."""
    found = page("a\nstring\n\nIts text.\n\nstring | null\n\nb\nstring")
    assert problems(found) == ["the type 'string | null' stands without a name"]


def test_query_credential() -> None:
    """A credential outside the headers is reported, not taken for a header."""
    found = page("a\nstring", before="Authorizations\n\nkey\nstring\nquery\nrequired\n\n")
    assert (found.auth, problems(found)) == ("", ["the credential 'key' isn't sent in a header; it is not read"])


def test_without_curl() -> None:
    """A page without a curl command has no server; a word in the credential's description gives its scheme."""
    text = (
        "GET\n/\nkeys\n{\n}\n\nAuthorizations\n\nAuthorization\nstring\nheader\n\nA Bearer token\n\nResponse\n\nFound\n"
    )
    found = read_page(text, "page")
    assert (found.method, found.server, found.path) == ("GET", "", "/keys")
    assert (found.auth, found.scheme) == ("Authorization", "Bearer")


# --- refusals ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted({path.stem for path in HERE.glob("negative/*.txt")} | set(REFUSALS)))
def test_refused(name: str) -> None:
    """A text that isn't a whole page is refused in one line, which names the place."""
    text = (HERE / "negative" / f"{name}.txt").read_bytes().decode("utf-8")
    with pytest.raises(PageRefused) as caught:
        read_page(text, "page")
    assert str(caught.value) == REFUSALS[name]


def test_huge() -> None:
    """A text larger than any page is refused at once."""
    with pytest.raises(PageRefused, match="characters are no documentation page"):
        read_page("GET\n" * LARGEST, "page")


@pytest.mark.parametrize("text", [LAMP, SHELF, pytest.param("vendor", marks=needs_shared)])
def test_cut_after_every_line(text: str) -> None:
    """A page cut after any line is refused, says what it lacks, or tells all but its last field's end."""
    text = VENDOR.read_text(encoding="utf-8") if text == "vendor" else text
    whole = undescribed(read_page(text, "page"))
    lines = text.split("\n")
    kept = 0
    for count in range(len(lines)):
        try:
            found = read_page("\n".join(lines[:count]), "page")
        except PageRefused:
            continue
        kept += 1
        lost = {one.problem for one in found.problems} - {one.problem for one in whole.problems}
        assert lost or undescribed(found) == whole, f"cut after line {count}: {lines[count - 1]!r}"
    assert kept < 10


@needs_shared
def test_vendor_page_cut_inside_a_line() -> None:
    """The vendor's page cut after any character never loses more than the last field's own format and prose."""
    text = VENDOR.read_text(encoding="utf-8")
    whole = read_page(text, "page")
    kept: list[int] = []
    for count in range(0, len(text), 3):
        try:
            found = read_page(text[:count], "page")
        except PageRefused:
            continue
        kept.append(count)
        assert found.entries[:-1] == whole.entries[:-1]
        assert (found.entries[-1].types, found.entries[-1].nullable) == (("integer",), True)
    assert len(kept) < 50


# --- laws -------------------------------------------------------------------------------------------------------


@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    """No text makes the reader raise anything but its refusal."""
    with pytest.raises(PageRefused):
        read_page(text, "page")


# --- the vendors' pages -----------------------------------------------------------------------------------------


@needs_shared
def test_vendor_page_lines() -> None:
    """Line numbers on the vendor's page, counted by hand."""
    found = read_page(VENDOR.read_text(encoding="utf-8"), "page")
    step = entry(found, "currentStep")
    assert (step.lines["name"], step.lines["type"]) == (156, 157)
    assert [one.line for one in step.sentences] == [159, 159, 159]
    assert entry(found, "statusInSequence").lines["enum"] == 121
    assert found.example_lines["/emailDisposition/isReplied"] == 30
    assert found.example_lines["/currentStep/stepId"] == 34
    assert [one.line for one in entry(found, "emailDisposition").sentences] == [152, 154, 154, 154]
    assert found.problems == ()


# --- tables -----------------------------------------------------------------------------------------------------

BOAT = (HERE / "pages" / "board-a-boat.txt").read_text(encoding="utf-8")
UNPLACED = "text after a field's end that belongs to no field; its name and type may be missing"


def test_a_row_that_is_no_field_and_what_follows_a_table_are_told() -> None:
    """A header among the parameters, an unknown type, and a sentence below a table describe no field above them."""
    assert [(one.line, one.problem) for one in read_page(BOAT, "boat").problems] == [
        (11, UNPLACED), (20, UNPLACED), (22, UNPLACED),
    ]  # fmt: skip
    assert all("null" not in one.description and "Team" not in one.description for one in read_page(BOAT, "b").entries)


@pytest.mark.parametrize("head", ["| Name | Type | Since |", "| Code | Meaning |", "| Name | Name | Type |"])
def test_a_table_of_something_else_is_no_list_of_fields(head: str) -> None:
    """A table is read where each of its columns is known, once: what it says besides would be lost else."""
    table = f"{head}\n|---|---|---|\n| kind | string | 2020 |\n| 1 | open |\n"
    page = f"Get a boat\n\nGET /v1/boats\n\n## Response\n\n{table}\n" + '```json\n{"kind": "sail"}\n```\n'
    assert not read_page(page, "boat").entries


def test_a_cell_of_presence_in_words_is_kept_as_a_sentence() -> None:
    """What a column says of presence beyond yes and no is one of the field's sentences."""
    page = BOAT.replace("| full | query | boolean | |", "| full | query | boolean | For captains |")
    assert "Required: For captains" in [one.text for one in entry(read_page(page, "boat"), "full", "query").sentences]
