"""The page of a contract: complete, sound, inert, and small enough to open."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from contracts.documenting.rendering import contract_page, index_page
from contracts.documenting.sheet import Sheet
from contracts.model.contract import Contract, Field
from contracts.model.finding import Judgement
from contracts.rules import ordered
from tests.documenting.reader import Reader
from tests.rules.synthetic import DRAFTS, Said, held, made

NAMES = ["shop", "reply", "nasty"]


@pytest.fixture(params=NAMES)
def shown(request: pytest.FixtureRequest) -> tuple[Sheet, Reader]:
    """A sheet and its page, read."""
    one: Sheet = request.getfixturevalue(request.param)
    return one, Reader(contract_page(one, {"Markdown": "one.md"}))


def test_page_is_sound(shown: tuple[Sheet, Reader]) -> None:
    """Tags are balanced, ids are unique, every link leads somewhere, every table has headers, headings don't jump."""
    _, read = shown
    assert len(read.ids()) == len(set(read.ids()))
    inside = [link[1:] for link in read.links() if link.startswith("#")]
    assert set(inside) <= set(read.ids())
    assert {link for link in read.links() if not link.startswith("#")} <= {"index.html", "one.md"}
    levels = [int(tag[1]) for tag, _ in read.elements if tag in {"h1", "h2", "h3", "h4"}]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all("scope" in attributes for tag, attributes in read.elements if tag == "th")


def test_every_rule_can_be_linked_to(shown: tuple[Sheet, Reader]) -> None:
    """Each rule stands on the page once, under `rule-<id>`."""
    one, read = shown
    anchors = [name for name in read.ids() if name.startswith("rule-") and name != "rule-list"]
    assert anchors == [f"rule-{rule.id}" for rule in one.contract.rules]


def test_every_field_stands_on_the_page_in_order(shown: tuple[Sheet, Reader]) -> None:
    """Each documented field has its place, in documented order."""
    one, read = shown
    wanted = [f"field-{place.dotted}" for body in one.bodies for place in body.fields]
    assert [name for name in read.ids() if name.startswith("field-") and name != "field-list"] == wanted


def test_nothing_from_outside_runs_or_hides(nasty: Sheet) -> None:
    """Markup from page, person, client or server is text; no direction or control character is left."""
    document = contract_page(nasty, {}) + index_page({"a.html": nasty})
    read = Reader(contract_page(nasty, {}))
    assert (read.count("script"), read.count("img")) == (1, 0)
    assert not [name for _, attributes in read.elements for name in attributes if name.startswith("on")]
    assert "\\u202e" in read.text
    assert not [one for one in document if not one.isprintable() and one != "\n"]


def test_page_works_without_script(shop: Sheet) -> None:
    """What only a script could do is hidden until one runs; no text waits for one."""
    read = Reader(contract_page(shop, {}))
    asking = [attributes for tag, attributes in read.elements if tag in {"button", "form"}]
    assert asking
    assert all("hidden" in attributes for attributes in asking)


@pytest.mark.parametrize(
    "text",
    [
        "python -m client",  # the client
        "2 of",
        "the live API, asked directly",
        "the reference provider, a stand-in",
        "staging.example.com",
        "never observed",
        "one.yaml#1",
        "SHOP_KEY",
        "shop.txt, line 7: documented",
        "breaking",
        "id is an object",
        "The record begins here.",
        "null wherever",
        "— no ",
    ],
)
def test_what_is_known_is_shown(shop: Sheet, text: str) -> None:
    """Origins, first sightings, client, changes, sources and examples are on the page, in words."""
    assert text in Reader(contract_page(shop, {})).text


def test_origins_are_told_apart(shop: Sheet) -> None:
    """A branch that two origins showed has a sign and a count for each, and no sum."""
    text = Reader(contract_page(shop, {})).text
    assert "● live 3" in text
    assert "▲ reference 1" in text


def test_unconfirmed_contract_says_so_first(reply: Sheet, shop: Sheet) -> None:
    """Where nothing came from the live API, the first screen says it."""
    assert "Not confirmed by the live API. Nothing counts as checked: none." in Reader(contract_page(reply, {})).text
    assert "Not confirmed" not in Reader(contract_page(shop, {})).text


def test_older_gate_is_named(shop: Sheet) -> None:
    """A client that met another contract is shown with a warning."""
    assert shop.survival is not None
    old = replace(shop, survival=replace(shop.survival, digest="0" * 32))
    assert "older contract" in Reader(contract_page(old, {})).text
    assert "older contract" not in Reader(contract_page(shop, {})).text


def test_index_leads_to_every_contract(shop: Sheet, reply: Sheet) -> None:
    """Every contract is linked with its operation, and the filter comes where there are many."""
    few = Reader(index_page({"a.html": shop, "b c.html": reply}))
    assert few.links() == ["#main", "a.html", "b c.html"]
    assert (reply.contract.path in few.text, few.count("form")) == (True, 0)
    many = Reader(index_page({f"{number}.html": reply for number in range(4)}))
    assert (len(many.ids()), many.count("form")) == (len(set(many.ids())), 1)


def large(fields: int) -> Contract:
    """A contract with so many fields, three rules each."""
    places = [(f"field{number:03}",) for number in range(fields)]
    kinds: Said = {"required": {}, "type": {"types": ["string", "null"]}, "length": {"maxLength": 40}}
    said = [made(f"{at[0]}.{kind}", kind, "success", at, says) for at in places for kind, says in kinds.items()]
    known = tuple(Field(at=at, target="success", description="What it is.") for at in places)
    body = made("body.type", "type", "success", (), {"types": ["object"]})
    return held(replace(DRAFTS["shop"], rules=ordered((body, *said), known), fields=known, example=()))


def test_large_contract_stays_small() -> None:
    """A rule takes as much room among a hundred fields as among twenty: the page grows with the contract, no faster."""
    sizes = [
        len(contract_page(Sheet(contract=large(count), vendor="x", judgement=Judgement()), {})) for count in (20, 100)
    ]
    assert sizes[1] < 5.2 * sizes[0]
    assert sizes[1] < 1_200_000
