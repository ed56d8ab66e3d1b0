"""From a page to its contract: which promise comes from where, and what is never guessed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import Unusable
from contracts.model.draft import Draft
from contracts.model.identity import digest
from contracts.model.json import ITEM, Json
from contracts.model.page import Entry, Page, PageProblem, Section
from contracts.reading.hand import Hand, read_hand
from contracts.reading.page.sentence_splitting import sentences
from contracts.reading.page_draft import derive
from tests.rules.synthetic import held, rule_of


def field(name: str, *types: str, prose: str = "", section: Section = "response", **more: Any) -> Entry:
    """A listed field; `prose` is its description."""
    told = sentences([(7, prose)], name)
    return Entry(name=name, section=section, types=types, sentences=told, description=prose, **more)


def page(*entries: Entry, example: Json | None = None, **more: Any) -> Page:
    """A small page of one operation."""
    held = () if example is None else (example,)
    parts: dict[str, Any] = {"path": "/things/{id}", "title": "Get a thing", "example": held, **more}
    return Page(name="page.txt", method="GET", server="https://api.example.com", entries=entries, **parts)


def made(*entries: Entry, example: Json | None = None, **more: Any) -> Draft:
    """The contract of a small page without hand-written data."""
    return derive(page(*entries, example=example, **more), Hand())


def kinds(contract: Draft, rule_id: str) -> list[str]:
    """How sure each source of a rule is."""
    return [source.kind for source in rule_of(contract, rule_id).sources]


def ids(contract: Draft) -> set[str]:
    """The ids of the success body's rules."""
    return {rule.id for rule in contract.about("success")}


def test_the_request_side_is_derived() -> None:
    """The credential and every parameter is a rule; one that only the template names is assumed to be text."""
    contract = made(
        field("top", "integer", section="query", constraints=(("maximum", 9), ("default", 3))),
        field("kind", "string", section="query", prose="One of: a, b."),
        field("X-Team", "string", section="header", required=True),
        auth="X-Key",
    )
    assert {rule.id: rule.says for rule in contract.about("request")} == {
        "request.authorization": {"header": "X-Key", "scheme": ""},
        "request.top": {"in": "query", "required": False, "type": "integer", "maximum": 9},
        "request.kind": {"in": "query", "required": False, "type": "string", "enum": ["a", "b"]},
        "request.X-Team": {"in": "header", "required": True, "type": "string"},
        "request.id": {"in": "path", "required": True, "type": "string"},
    }
    assert kinds(contract, "request.id") == ["assumed"]
    assert contract.unaccounted == ()


def test_parameters_of_one_name_keep_apart() -> None:
    """Ids stay unique where the same name stands in two places."""
    contract = made(field("id", "integer", section="path"), field("id", "string", section="query"))
    assert {rule.id for rule in contract.about("request")} == {"request.path.id", "request.query.id"}


def test_bounds_formats_and_options_become_rules() -> None:
    """Every part of a listed field is a rule at its own place, items of arrays included."""
    contract = made(
        field("n", "integer", format="int32", constraints=(("minimum", 0),)),
        field("s", "string", format="uuid", constraints=(("maxLength", 40), ("pattern", "^x"))),
        field("e", "string", nullable=True, enum=("a", "b")),
        field("l", "array", item_types=("string",), item_format="date", enum=("c",), constraints=(("minItems", 1),)),
    )
    said = {rule.id: rule.says for rule in contract.about("success")}
    assert said == {
        "body.type": {"types": ["object"]},
        "n.type": {"types": ["integer"]},
        "n.range": {"format": "int32", "minimum": 0, "maximum": 2**31 - 1},
        "s.type": {"types": ["string"]},
        "s.format": {"format": "uuid"},
        "s.length": {"maxLength": 40},
        "s.pattern": {"pattern": "^x"},
        "e.type": {"types": ["string", "null"]},
        "e.enum": {"values": ["a", "b"]},
        "l.type": {"types": ["array"]},
        "l.count": {"minItems": 1},
        "l[].type": {"types": ["string"]},
        "l[].enum": {"values": ["c"]},
        "l[].format": {"format": "date"},
        "response.undocumented-field": {},
    }
    assert rule_of(contract, "l[].type").at == ("l", ITEM)


@pytest.mark.parametrize(
    ("entry", "example", "expected"),
    [
        (field("a", "string", required=True), {}, ["documented"]),
        (field("a", "string", required=True), {"a": "x"}, ["documented"]),
        (field("a", "string", prose="Always present."), {"a": "x"}, ["documented", "example"]),
        (field("a", "string"), {"a": "x"}, ["example"]),
        (field("a", "string"), {}, []),
        (field("a", "string"), {"a": "<string>"}, []),
        (field("a", "string", prose="Always present."), {"a": "<string>"}, ["documented"]),
    ],
)
def test_presence_is_as_sure_as_its_source(entry: Entry, example: Json, expected: list[str]) -> None:
    """A marker or a sentence documents presence, a real example shows it, a generated one doesn't."""
    contract = made(entry, example=example)
    assert [source.kind for rule in contract.about("success", "required") for source in rule.sources] == expected


def test_beside_required_markers_an_unmarked_field_is_optional() -> None:
    """Where the page marks fields as required, an example that holds another one proves nothing."""
    contract = made(field("a", "string", required=True), field("b", "string"), example={"a": "x", "b": "y"})
    assert [rule.id for rule in contract.about("success", "required")] == ["a.required"]


def test_nested_shapes_come_from_the_example() -> None:
    """Objects and items that no list describes take types and presence from the example."""
    contract = made(
        field("o", "object"),
        field("l", "array", item_types=("object",)),
        example={"o": {"n": 1.5, "s": None}, "l": [{"a": 1, "b": True}, {"a": "x"}], "extra": {"deep": [["y"]]}},
    )
    said = {rule.id: rule.says.get("types") for rule in contract.about("success", "type", "required")}
    assert said["o.n.type"] == ["number"]
    assert "o.s.type" not in said
    assert "o.s.required" in said
    assert said["l[].a.type"] == ["integer", "string"]
    assert "l[].a.required" in said
    assert "l[].b.required" not in said
    assert said["extra.deep[][].type"] == ["string"]
    assert kinds(contract, "extra.type") == ["example"]
    assert [held.at for held in contract.fields][:3] == [("o",), ("o", "n"), ("o", "s")]


def test_a_placeholder_number_may_be_an_integer_or_not() -> None:
    """123 is every number's placeholder, and in a generated example so is every integer."""
    contract = made(example={"a": 123, "b": 7})
    assert rule_of(contract, "a.type").says == {"types": ["number"]}
    assert rule_of(contract, "b.type").says == {"types": ["integer"]}
    generated = made(example={"b": 7, "c": "<string>"})
    assert rule_of(generated, "b.type").says == {"types": ["number"]}


def test_an_object_keyed_by_numbers_has_no_fields() -> None:
    """A dictionary of rows is an object whose names promise nothing."""
    contract = made(field("rows", "object"), example={"rows": {"17": "gone", "18": "gone"}})
    assert ids(contract) == {"body.type", "rows.type", "rows.required", "response.undocumented-field"}


def test_a_list_answer_has_its_fields_in_the_items() -> None:
    """The list of fields of an array answer describes one item."""
    contract = made(field("a", "string"), example=[{"a": "x", "b": 1}], array=True)
    said = {rule.id for rule in contract.about("success", "type")}
    assert said == {"body.type", "[].type", "[].a.type", "[].b.type"}
    assert rule_of(contract, "body.type").says == {"types": ["array"]}


def test_prose_makes_a_field_nullable_against_its_type_column() -> None:
    """The sentence wins, and the conflict names both places."""
    contract = made(
        field("o", "object", prose="null when nothing came. Otherwise an object with a and b flags.", lines={"type": 6})
    )
    assert rule_of(contract, "o.type").says == {"types": ["object", "null"]}
    assert rule_of(contract, "o.a.type").says == {"types": ["boolean"]}
    assert kinds(contract, "o.b.required") == ["documented"]
    assert [conflict.field for conflict in contract.conflicts] == ["o"]
    assert [source.line for source in contract.conflicts[0].sources] == [6, 7]
    assert contract.unaccounted == ()


def test_a_type_column_with_null_and_prose_agree() -> None:
    """Both places are sources, and nothing is in conflict."""
    contract = made(field("n", "integer", nullable=True, prose="null when nothing came."))
    assert kinds(contract, "n.type") == ["documented", "documented"]
    assert contract.conflicts == ()


STEP = 'When it is over, a is null and b is "Over".'


@pytest.mark.parametrize(
    ("entries", "example", "scope"),
    [
        ((field("o", "object", prose=STEP),), {"o": {"a": 1, "b": "x"}}, "o"),
        ((field("o", "array", item_types=("object",), prose=STEP),), {"o": [{"a": 1, "b": "x"}]}, "o[]"),
        ((field("a", "integer", nullable=True, prose=STEP), field("b", "string")), {"a": 1, "b": "x"}, "body"),
    ],
)
def test_a_condition_finds_the_object_that_has_both_fields(
    entries: tuple[Entry, ...], example: Json, scope: str
) -> None:
    """Below the described field, in its items, or beside it; the reverse is assumed."""
    contract = made(*entries, example=example)
    assert kinds(contract, f"{scope}.no-a-is-over") == ["documented"]
    assert kinds(contract, f"{scope}.over-is-no-a") == ["assumed"]
    place = "a" if scope == "body" else f"{scope}.a"
    assert rule_of(contract, f"{place}.type").says == {"types": ["integer", "null"]}
    assert contract.unaccounted == ()


@pytest.mark.parametrize(
    "entry",
    [
        field("o", "object", prose=STEP),
        field("o", "string", prose="Otherwise an object with a and b flags."),
        field("o", "object", prose="Otherwise an object with a and b flags."),
        field("o", "boolean", prose="One of: a, b."),
        field("o", "string", prose="The writable subset (a) can be set elsewhere."),
        field("o", "string", prose="null unless it came."),
    ],
)
def test_a_phrase_that_does_not_fit_its_field_is_unaccounted(entry: Entry) -> None:
    """A reading that the field contradicts is no reading."""
    contract = made(entry)
    assert [found.field for found in contract.unaccounted] == ["o"]
    assert ids(contract) == {"body.type", "o.type", "response.undocumented-field"}


def test_values_in_prose_without_options_are_the_options() -> None:
    """Text and whole numbers alike."""
    contract = made(field("a", "string", prose="One of: x, y."), field("b", "integer", prose="State (0 / 1)."))
    assert rule_of(contract, "a.enum").says == {"values": ["x", "y"]}
    assert rule_of(contract, "b.enum").says == {"values": [0, 1]}


def test_values_in_prose_that_differ_from_the_options_are_a_conflict() -> None:
    """The options win; both places are named."""
    contract = made(field("a", "string", enum=("x", "y"), prose="State (x / z)."))
    assert rule_of(contract, "a.enum").says == {"values": ["x", "y"]}
    assert [conflict.problem for conflict in contract.conflicts] == ["the options are x, y; the prose lists x, z"]


def test_a_writable_subset_is_an_annotation() -> None:
    """It stands on the field in the options' order and is no rule; a strange value is a conflict."""
    text = "The writable subset ({}) can be set elsewhere."
    contract = made(field("a", "string", enum=("x", "y", "z"), prose=text.format("z, x")))
    assert contract.fields[0].annotations == {"writable": ["x", "z"]}
    strange = made(field("a", "string", enum=("x", "y", "z"), prose=text.format("z, w")))
    assert strange.fields[0].annotations == {}
    assert len(strange.conflicts) == 1


def test_samples_in_prose_are_no_options() -> None:
    """An e.g. never closes a list."""
    contract = made(field("a", "string", prose="Kind (e.g. x / y)."))
    assert "a.enum" not in ids(contract)


@pytest.mark.parametrize(
    ("entry", "value"),
    [
        (field("a", "integer"), "x"),
        (field("a", "string", enum=("x",)), "y"),
        (field("a", "string", format="date-time"), "yesterday"),
        (field("a", "integer", constraints=(("minimum", 3),)), 2),
        (field("a", "number", constraints=(("exclusiveMaximum", 3),)), 3),
        (field("a", "string", constraints=(("maxLength", 3),)), "xxxx"),
        (field("a", "string", constraints=(("pattern", "^x"),)), "y"),
        (field("a", "array", item_types=("string",), constraints=(("minItems", 2),)), ["x"]),
        (field("a", "string"), None),
    ],
)
def test_an_example_that_breaks_its_page_is_not_kept(entry: Entry, value: Json) -> None:
    """The list wins, and the conflict is told."""
    contract = made(entry, example={"a": value})
    assert contract.example == ()
    assert [conflict.field for conflict in contract.conflicts] == ["a"]


def test_an_example_without_a_required_field_is_not_kept() -> None:
    """Presence and conditions are asked of the example too."""
    assert made(field("a", "string", required=True), example={"b": 1}).example == ()
    assert made(field("o", "object", prose=STEP), example={"o": {"a": None, "b": "x"}}).example == ()


def test_a_good_example_is_kept() -> None:
    """The documented answer travels with the contract."""
    assert made(field("a", "string"), example={"a": "x"}).example == ({"a": "x"},)


def test_what_could_not_be_placed_is_unaccounted() -> None:
    """Page problems, unknown formats, dictionaries and twins are told, each with its line."""
    contract = made(
        field("a", "string", format="colour", lines={"type": 3}),
        field("m.{key}", "string", lines={"name": 4}),
        field("b", "string"),
        field("b", "integer", lines={"name": 6}),
        problems=(PageProblem(line=9, problem="a table nobody can read"),),
    )
    assert [(found.field, found.line) for found in contract.unaccounted] == [
        ("", 9),
        ("m.{key}", 4),
        ("b", 6),
        ("a", 3),
    ]
    assert rule_of(contract, "b.type").says == {"types": ["string"]}
    assert "a.format" not in ids(contract)


def test_dotted_names_belong_below_the_field_that_they_name() -> None:
    """An expanded child stands in its parent, or in its parent's items."""
    contract = made(
        field("o", "object"),
        field("o.a", "string"),
        field("l", "array", item_types=("object",)),
        field("l.b", "integer"),
        field("free.text", "string"),
    )
    assert [held.at for held in contract.fields] == [
        ("o",), ("o", "a"), ("l",), ("l", ITEM), ("l", ITEM, "b"), ("free.text",),
    ]  # fmt: skip


def test_fields_called_like_parts_of_the_contract_keep_ids_of_their_own() -> None:
    """No two rules share an id."""
    contract = made(
        field("body", "string"), field("problem", "object"), field("request", "string"), example={"body": "x"}
    )
    names = [rule.id for rule in contract.rules]
    assert len(names) == len(set(names))
    assert "body.body.type" in names


def test_the_documented_status_is_the_success() -> None:
    """Silence means 200; 204 has no body; a status of the page outranks the vendor's."""
    vendor = read_hand(
        'server = "https://api.example.com"\n[[answers]]\nstatus = 200\ndescription = "fine"\nbody = "success"\n'
        '[[answers]]\nstatus = 404\ndescription = "gone"\nbody = "problem"\n[[problem]]\nname = "title"\ntype = '
        '"string"',
        "v.toml",
    )
    assert [answer.status for answer in made().answers] == [200]
    assert made(status=204).answers[0].empty
    assert made(status=204).answers[0].media == ()
    contract = derive(page(field("a", "string"), status=201, media_type="text/json"), vendor)
    assert [(answer.status, answer.media) for answer in contract.answers] == [(201, ("text/json",)), (404, ())]
    assert rule_of(contract, "a.type").answers == ("201",)
    assert kinds(contract, "response.status") == ["documented"]
    assert rule_of(contract, "problem.title.type").answers == ("404",)


OPERATION = """\
server = "https://api.example.com"
method = "GET"
path = "/things/{id}"

[[rules]]
id = "a.echoes-request"
kind = "echo"
field = "a"
expression = "$request.path.id"
summary = "It is the thing."

[[waivers]]
field = "a"
reason = "Nothing to see."
digests = ["DIGEST"]
"""


def operation(text: str, prose: str = "Never odd.") -> Draft:
    """The contract of a small page with one field `a`, beside hand-written data."""
    entry = field("a", "integer", prose=prose)
    return derive(page(entry, problems=()), read_hand(text.replace("DIGEST", entry.sentences[0].digest), "o.toml"))


def test_a_waiver_covers_its_sentence_alone() -> None:
    """The same wording elsewhere, or another wording, is unaccounted again."""
    assert operation(OPERATION).unaccounted == ()
    assert len(operation(OPERATION).waivers) == 1
    other = OPERATION.replace("DIGEST", "0123456789abcdef")
    assert [found.text for found in operation(other).unaccounted] == ["Never odd."]
    assert operation(other).waivers == ()
    elsewhere = OPERATION.replace('field = "a"\nreason', 'field = ""\nreason')
    assert len(operation(elsewhere).unaccounted) == 1


def test_a_waiver_of_one_field_leaves_the_same_sentence_of_another_open() -> None:
    """What is harmless of one field may be a promise of the next."""
    one, other = field("a", "integer", prose="Never odd."), field("b", "integer", prose="Never odd.")
    hand = read_hand(OPERATION.replace("DIGEST", one.sentences[0].digest), "o.toml")
    assert [found.field for found in derive(page(one, other), hand).unaccounted] == ["b"]


def test_a_hand_written_rule_accounts_for_the_sentences_it_names() -> None:
    """Its line is that of the sentence."""
    text = OPERATION.partition("[[waivers]]")[0] + 'sentences = ["DIGEST"]\n'
    contract = operation(text)
    assert contract.unaccounted == ()
    source = rule_of(contract, "a.echoes-request").sources[0]
    assert (source.line, source.hand, source.kind, source.page) == (7, True, "assumed", "page.txt")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('field = "a"\nexp', 'field = "b"\nexp', "o.toml:5: the page page.txt has no field `b` in its answer"),
        ('field = "a"\nrea', 'field = "b"\nrea', "o.toml:12: the page page.txt has no field `b`"),
        ("path.id", "path.key", "o.toml:5: the path /things/{id} has no parameter `key`"),
        ('id = "a.echoes-request"', 'id = "a.type"', "o.toml:5: the id `a.type` is taken by another rule"),
    ],
)
def test_hand_written_data_that_names_nothing_is_refused(old: str, new: str, message: str) -> None:
    """A name that the page doesn't have is an error of the data, told with its line."""
    with pytest.raises(Unusable) as caught:
        operation(OPERATION.replace(old, new))
    assert str(caught.value) == message


NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=6)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)


@given(VALUES)
def test_every_example_keeps_the_contract_derived_from_it(example: Json) -> None:
    """Whatever a page shows, the contract of that page alone is kept by it, and no two rules share an id."""
    contract = derive(page(example=example, array=isinstance(example, list)), Hand())
    assert contract.conflicts == ()
    assert example is None or contract.example == (example,)
    assert all(rule.summary for rule in contract.rules)
    assert len({rule.id for rule in contract.rules}) == len(contract.rules)


def test_identity_leaves_out_wording_and_nothing_else() -> None:
    """Descriptions, page names, lines and what is only noted don't make another contract; a promise does."""
    one = made(field("a", "string", enum=("x",), prose="Never odd."))
    same = derive(page(field("a", "string", enum=("x",), prose="Never even."), lines={"response": 40}), Hand())
    other = made(field("a", "string", enum=("y",), prose="Never odd."))
    silent = made(field("a", "string", enum=("x",)))
    digests = [digest(held(draft)) for draft in (one, same, other, silent)]
    assert digests[0] == digests[1] == digests[3]
    assert digests[2] != digests[0]
    assert all(len(text) == 32 for text in digests)
