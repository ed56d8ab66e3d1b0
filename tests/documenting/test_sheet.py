"""What a sheet tells of fields, calls, rules, evidence and legal answers."""

from __future__ import annotations

import ast
import shlex
import subprocess
from dataclasses import replace

import pytest

from contracts.documenting.evidence import origin_of
from contracts.documenting.fields import FieldText, fields_of
from contracts.documenting.operation import Call
from contracts.documenting.rule_examples import ExampleSource
from contracts.documenting.sheet import Sheet
from contracts.model.contract import Field
from contracts.model.finding import Evidence, Judgement, Sighting
from tests.rules.synthetic import DRAFTS, SHOP, held, made


def place(sheet_: Sheet, name: str) -> FieldText:
    """The field of that dotted name."""
    return next(one for body in sheet_.bodies for one in body.fields if one.dotted == name)


def test_fields_in_a_readers_words(shop: Sheet) -> None:
    """Type, null, presence, values and limits of each field are those of its rules."""
    kind, name, tag = place(shop, "kind"), place(shop, "name"), place(shop, "tags[]")
    assert (kind.types, kind.null, kind.present) == (("string",), True, True)
    assert [value.shown for value in kind.values] == ['"small"', '"large"', "null"]
    assert (name.limits, name.depth, place(shop, "lines[].sku").depth) == (("at least 2 characters long",), 0, 2)
    assert (tag.name, tag.present, place(shop, "ratio").present) == ("each element", None, False)
    assert place(shop, "problem.code").present is False


def test_origins_stand_in_one_order() -> None:
    """Each branch names its origins in the same order, whichever was met first: the live API before any other."""
    names = ("staging.example.com", "reference", "recorded live", "live")
    seen = {name: {"kind=small": Sighting(count=1, first="one.yaml")} for name in names}
    known = Sheet(contract=SHOP, vendor="shop", judgement=Judgement(evidence=Evidence(seen=seen)))
    found = next(one for strip in known.evidence for one in strip.branches if one.name == "kind=small")
    assert [one.origin.name for one in found.shares] == [*reversed(names[1:]), names[0]]
    assert [one.name for one in known.origins] == [*reversed(names[1:]), names[0]]


def test_null_is_explained_by_conditions(shop: Sheet) -> None:
    """Where a place is null, and what holds then, is told at the place."""
    assert place(shop, "state.step").when == (
        'null wherever label is "Done"',
        'where it is null, label is "Done"',
    )


def test_values_have_the_meaning_that_the_description_gives_them() -> None:
    """A sentence that names one value alone is that value's meaning; one that names several is nobody's."""
    told = "One of a, b. Chosen by us: a when it rains. b is for later (e.g. tomorrow). Not ab at all. null is none."
    rules = (
        made("x.type", "type", "success", ("x",), {"types": ["string", "null"]}),
        made("x.enum", "enum", "success", ("x",), {"values": ["a", "b", "c"]}),
    )
    field = Field(at=("x",), target="success", description=told, annotations={"writable": ["a"]})
    (one,) = fields_of(held(replace(DRAFTS["shop"], rules=rules, fields=(field,), example=())), "success")
    meanings = {value.shown: (value.meaning, value.writable) for value in one.values}
    assert meanings == {
        '"a"': ("Chosen by us: a when it rains.", True),
        '"b"': ("b is for later (e.g. tomorrow).", False),
        '"c"': ("", False),
        "null": ("null is none.", None),
    }


def test_calls_can_be_copied(reply: Sheet) -> None:
    """The command is words for a shell, the program is Python; both take the key from the environment."""
    words = shlex.split("".join(line.removesuffix("\\") for line in reply.call.curl))
    assert words[:3] == ["curl", "--request", "GET"]
    assert words[-1] == "Authorization: Bearer $REPLY_API_KEY"
    ast.parse("\n".join(reply.call.python))
    assert '    headers={"Authorization": "Bearer " + os.environ["REPLY_API_KEY"]},' in reply.call.python


def test_calls_hold_whatever_a_page_says() -> None:
    """Quotes, dollars and backticks in a page neither leave their place in the shell nor in Python."""
    bad = "`reboot`$(reboot)\"';\\"
    known = DRAFTS["reply"]
    rules = tuple(
        replace(rule, says={"header": "X-" + bad, "scheme": bad}) if rule.kind == "authorization" else rule
        for rule in known.rules
    )
    contract = held(replace(known, server="https://x.example/" + bad, rules=rules))
    asked = "\n".join(Call(contract=contract, variable="KEY").curl).replace("curl", "printf '%s\\n'", 1)
    said = subprocess.run(["sh", "-c", asked], env={"KEY": "k"}, capture_output=True, text=True, check=True).stdout
    assert said.splitlines()[-1] == f"X-{bad}: {bad} k"
    ast.parse("\n".join(Call(contract=contract, variable="KEY").python))


@pytest.mark.parametrize(("name", "wanted"), [("A_KEY", "A_KEY"), ("", "API_KEY"), ("x; reboot", "API_KEY")])
def test_variable_is_a_name(name: str, wanted: str) -> None:
    """Only a plain name becomes the name of the variable."""
    assert Call(contract=SHOP, variable=name).key == wanted


def test_missing_server_is_named(reply: Sheet) -> None:
    """A page without a server gives calls to a stand-in."""
    assert "https://api.example.com/v3/" in Call(contract=replace(reply.contract, server=""), variable="KEY").curl[1]


@pytest.mark.parametrize("name", ["reply", "shop"])
def test_every_rule_that_binds_has_both_examples(name: str, request: pytest.FixtureRequest) -> None:
    """Each has a kept and a broken one, and the broken one has its spot marked."""
    one: Sheet = request.getfixturevalue(name)
    for promise in one.promises:
        assert bool(promise.examples.kept) == bool(promise.examples.broken), promise.rule.id
        if promise.examples.broken:
            assert any(line.marked for line in promise.examples.broken), promise.rule.id
            assert any(line.marked for line in promise.examples.kept), promise.rule.id


def test_condition_is_shown_with_its_trigger(shop: Sheet) -> None:
    """The kept example of a condition is an answer in which the trigger holds."""
    rule = shop.contract.rule("state.no-step-is-done")
    kept = ExampleSource(shop.contract, shop.cases).of(rule).kept
    marked = [line.text.strip() for line in kept if line.marked]
    assert marked == ['"step": null,', '"label": "Done"']


def test_broken_example_is_the_proofs(shop: Sheet) -> None:
    """The broken example was caught under the rule's own id."""
    binding = [promise for promise in shop.promises if promise.examples.broken]
    assert [promise.examples.caught for promise in binding] == [(promise.rule.id,) for promise in binding]


def test_counts_stay_apart(shop: Sheet) -> None:
    """Each branch lists its origins one by one; observed is what any of them showed."""
    shown = [one for strip in shop.evidence for one in strip.branches]
    both = next(one for one in shown if len(one.shares) > 2)
    assert [(seen.origin.name, seen.count) for seen in both.shares] == [
        ("live", 3),
        ("reference", 1),
        ("staging.example.com", 7),
    ]
    assert shop.observed == sum(bool(one.shares) for one in shown)


@pytest.mark.parametrize(
    ("name", "mark", "token"),
    [
        ("live", "●", "live"),
        ("recorded live", "◉", "recorded-live"),
        ("recorded", "■", "recorded"),
        ("reference", "▲", "reference"),
        ("x.example", "◆", "host"),
    ],
)
def test_origins_have_signs_of_their_own(name: str, mark: str, token: str) -> None:
    """No two sorts of origin share a sign."""
    assert (origin_of(name).mark, origin_of(name).token) == (mark, token)


def test_matrix_holds_every_case_once(shop: Sheet) -> None:
    """Every legal case has one cell, at its field, with what the client did."""
    cells = shop.matrix.cells
    assert sorted(cell.name for cell in cells) == sorted(case.name for case in shop.cases)
    assert [cell.name for cell in shop.matrix.whole] == ["example"]
    failed = [cell.name for cell in cells if cell.result and cell.result.outcome == "failed"]
    assert (len(failed), shop.survived) == (1, len(cells) - 1)


def test_sureness_is_that_of_the_best_source(reply: Sheet) -> None:
    """A rule counts as documented where any source is, and hand-written parts are told."""
    sure = {promise.rule.id: (promise.sure, promise.hand) for promise in reply.promises}
    assert sure["email.type"] == ("documented", False)
    assert sure["email.required"] == ("example", False)
    assert sure["contactId.echoes-request"] == ("assumed", True)
    assert sum(count for _, count in reply.sure) == len(reply.promises)
