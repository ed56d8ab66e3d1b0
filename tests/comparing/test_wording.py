"""The wording of a page: which blocks are to be read again, and which are as a person left them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.commands.derive_sources import written
from contracts.commands.vendor_data import hands
from contracts.comparing.changes import compare
from contracts.comparing.wording import DESCRIBED, blocks, described, review, wording_changes
from contracts.model.contract import Block, Contract
from contracts.model.drift import Change
from contracts.model.page import Page
from contracts.reading.hand import matching
from contracts.reading.page.layout import read_page
from contracts.reading.page.sentence_splitting import digest, sentences
from contracts.reading.page_draft import derive
from tests.comparing.tiny import ROWS, kinds
from tests.rules.synthetic import PAGE, ROOT, VENDOR_PAGES

LAMP = (ROOT / "tests" / "reading" / "pages" / "lamp.txt").read_text(encoding="utf-8")


def derived(text: str, name: str) -> tuple[Page, Contract]:
    """A page and its contract, with what is written by hand beside it."""
    page = read_page(text, name)
    return page, written(derive(page, matching(hands(), page.server, page.method, page.path))).contract


def read(*swaps: tuple[str, str]) -> tuple[Page, Contract]:
    """The page of the lamp with some of its text replaced, and its contract."""
    text = LAMP
    for old, new in swaps:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return derived(text, "lamp.txt")


def reread(*swaps: tuple[str, str], known: tuple[Block, ...] | None = None, **more: Any) -> tuple[Change, ...]:
    """What is to be read again after the replacements, held against the page as it was and the changes of meaning."""
    (page, contract), (before, old) = read(*swaps), read()
    changes = compare(old, contract, ROWS)
    given = blocks(before) if known is None else known
    return wording_changes(given, page, contract, ROWS, changes=changes, **more)


def split(text: str) -> Iterator[str]:
    """The digests of a text's sentences."""
    return (one.digest for one in sentences(enumerate(text.splitlines(), 1)))


def test_a_page_has_a_block_for_each_thing_it_explains() -> None:
    """The title, what stands outside the fields, and each field with sentences; silent fields have none."""
    page, _ = read()
    found = {(block.section, block.name): block.digests for block in blocks(page)}
    assert {("title", ""), ("", ""), ("auth", "Authorization"), ("path", "room"), ("response", "state")} <= found.keys()
    assert not found.keys() & {("response", "maker"), ("response", "number"), ("response", "installed")}
    assert found["response", "lampId"] == (digest("Number of the lamp"),)
    assert len(found["response", "last"]) == 3
    assert found["title", ""] == (digest("Look at a lamp"),)


def test_a_page_as_it_was_reviewed_has_nothing_to_read() -> None:
    """The review holds where, when and what; the same page differs from it nowhere."""
    page, contract = read()
    reviewed = review("https://docs.lamps.example/look", "2026-11-23", LAMP, page)
    assert (reviewed.url, reviewed.date, reviewed.blocks) == (
        "https://docs.lamps.example/look",
        "2026-11-23",
        blocks(page),
    )
    assert len(reviewed.digest) == 32
    assert wording_changes(reviewed.blocks, page, contract, ROWS) == ()
    same = review("", "", "\n" + LAMP.replace("\n", "  \r\n"), page)
    assert same.digest == reviewed.digest != review("", "", LAMP + "More.", page).digest


BLOCKS: list[tuple[tuple[str, str], str, str]] = [
    (("Number of the lamp\n\nmaker", "Number of this lamp\n\nmaker"), "/lampId", "Response, lampId, line 75"),
    (("What happened last.", "The last event."), "/last", "Response, last, line 103"),
    (("Room of the lamp", "Where the lamp hangs"), "#parameter/room", "Path Parameters, room, line 57"),
    (("Send the token as", "Give the token as"), "#authorization", "Authorizations, Authorization, line 47"),
    (("One lamp with what is known of it", "All about one lamp"), "#page", "outside the fields, line 69"),
    (("Look at a lamp", "Look at one lamp"), "#page", "Title, line 11"),
    (("Required by law.", ""), "/level", "Response, level, line 89"),
    (("maker\nstring | null\n", "maker\nstring | null\n\nWho made it\n"), "/maker", "Response, maker, line 80"),
    (("What happened last.", "What happened last. A gust, say."), "/last", "Response, last, line 103"),
]


@pytest.mark.parametrize(("swap", "pointer", "where"), BLOCKS)
def test_other_words_are_to_be_read_again(swap: tuple[str, str], pointer: str, where: str) -> None:
    """One change a block, with the line of what is new, or of the block's name where something is gone."""
    (change,) = reread(swap)
    assert (change.kind, change.pointer, change.severity) == ("wording.changed", pointer, "none")
    assert change.summary == f"re-read this: {where}"
    (cited,) = change.sources
    assert (cited.side, cited.source.page) == ("new", "lamp.txt")
    assert change.summary.endswith(f"line {cited.source.line}")


def test_what_is_new_and_what_is_gone_is_told() -> None:
    """New sentences by their text, gone ones by their digest: nothing else of them is known."""
    (change,) = reread(("What happened last.", "The last event."))
    assert (change.old, change.new) == ([digest("What happened last.")], ["The last event."])
    (change,) = reread(("Required by law.", ""))
    assert (change.old, change.new) == ([digest("Required by law.")], None)
    (other,) = reread(("What happened last.", "The last event!"))
    assert len({change.fingerprint, other.fingerprint, reread(("What happened last.", "It."))[0].fingerprint}) == 3


def test_a_promise_that_nothing_answers_for_is_graver() -> None:
    """It is told even where the field changed in meaning, but not again where the comparison quotes it."""
    swap = ("Number of the lamp\n\nmaker", "Number of the lamp. It must never be guessed.\n\nmaker")
    page, contract = read(swap)
    (change,) = wording_changes(blocks(read()[0]), page, contract, ROWS)
    assert (change.kind, change.severity, change.pointer) == ("wording.promise", "unknown", "/lampId")
    assert change.new == ["It must never be guessed."]
    assert change.summary.startswith("re-read this: Response, lampId, line 75; it sounds like a promise")
    changes = compare(read()[1], contract, ROWS)
    assert kinds(changes) == ["sentence.unaccounted /lampId"]
    assert reread(swap) == ()
    typed = replace(changes[0], kind="field.type", pointer="/lampId", new=None)
    assert wording_changes(blocks(read()[0]), page, contract, ROWS, changes=(typed,)) == (change,)


def test_what_changed_in_meaning_is_not_told_twice() -> None:
    """A field whose type changed and was reworded, a renamed one, a new one with its description: one change each."""
    assert reread(
        ("lampId\ninteger\nread-only\n\nNumber of the lamp", "lampId\nstring\nread-only\n\nName of the lamp"),
        ('"lampId": 7', '"lampId": "7"'),
    ) == ()  # fmt: skip
    assert reread(("installed\nstring<date-time>", "installed\nstring<date-time>\nheight\ninteger\n\nIn feet")) == ()
    scheme = ("Authorization: Bearer <token>", "Authorization: Basic <token>")
    assert reread(scheme, ("Send the token as", "Send name and password as")) == ()
    assert reread(("ownerId\ninteger", "lampOwnerId\ninteger"), ('"ownerId": null', '"lampOwnerId": null')) == ()


def test_a_field_that_went_with_its_description_is_not_to_be_read() -> None:
    """There is nothing there to read."""
    listed, shown = LAMP[LAMP.index("last\nLamp") : LAMP.index("installed\n")], LAMP[LAMP.index('  "last"') :]
    page, contract = read((listed, ""), (shown[: shown.index('  "inst')], ""))
    assert ("response", "last") not in {(block.section, block.name) for block in blocks(page)}
    assert wording_changes(blocks(read()[0]), page, contract, ROWS) == ()


def test_words_known_otherwise_are_no_news() -> None:
    """A page in the words of the contract's own transcription is read already; order alone is no change either."""
    swap = ("What happened last.", "The last event.")
    (words,) = (block for block in blocks(read(swap)[0]) if block.name == "last")
    first = (replace(words, digests=words.digests[:1]),)
    assert reread(swap, also_known=(words,)) == ()
    assert kinds(reread(swap, also_known=first)) == ["wording.changed /last"]
    assert kinds(reread(("What happened last.\n", "\n"), also_known=first)) == ["wording.changed /last"]
    assert kinds(reread(swap, also_known=(replace(words, name="level"),))) == ["wording.changed /last"]
    assert reread(("\nroom\n", "\nhall\n"), ("\n{room}\n", "\n{hall}\n"), ("rooms/{room}/", "rooms/{hall}/")) == ()
    page, contract = read()
    turned = tuple(replace(block, digests=block.digests[::-1]) for block in blocks(page))
    assert wording_changes(turned, page, contract, ROWS) == ()


def test_a_contract_that_was_never_reviewed_knows_its_descriptions() -> None:
    """Held against them, the page it was derived from says nothing new of the answer; other sections aren't known."""
    page, contract = read()
    known = described(contract, split)
    assert {block.section for block in known} == set(DESCRIBED)
    assert known == tuple(block for block in blocks(page) if block.section == "response")
    assert wording_changes(known, page, contract, ROWS, sections=DESCRIBED) == ()
    assert wording_changes(known, page, contract, ROWS) != ()
    told = reread(("What happened last.", "The last event."), known=known, sections=DESCRIBED)
    assert kinds(told) == ["wording.changed /last"]


texts = st.sampled_from(["It is one.", "It is two.", "It must be one.", "Here."])


@given(st.lists(texts, max_size=3), st.lists(texts, max_size=3))
def test_a_block_is_told_where_its_sentences_differ(old: list[str], new: list[str]) -> None:
    """As sets: neither order nor repetition is another wording; and reviewing the new page settles it."""
    (before, _), (page, contract) = (
        read(("What happened last.\n", " ".join(said) + "\n"), ("Required by law.", "")) for said in (old, new)
    )
    told = wording_changes(blocks(before), page, contract, ROWS)
    assert bool(told) is (set(old) != set(new))
    assert {change.kind for change in told} <= {"wording.changed", "wording.promise"}
    assert wording_changes(review("", "", "", page).blocks, page, contract, ROWS) == ()


def test_the_vendors_page_is_to_be_read_beside_the_transcription() -> None:
    """Each field that is told in other words once, none of them a promise that nothing answers for."""
    path = VENDOR_PAGES / "reply-get-a-contact-in-a-sequence.txt"
    if not path.exists():
        pytest.skip(f"no page of the vendor at {path}")
    page, contract = derived(path.read_text(encoding="utf-8"), "vendor.txt")
    _, ours = derived(PAGE.read_text(encoding="utf-8"), "ours.txt")
    changes = compare(ours, contract, ROWS)
    told = wording_changes(described(ours, split), page, contract, ROWS, changes=changes, sections=DESCRIBED)
    assert {change.kind for change in told} == {"wording.changed"}
    line = 1 + path.read_text(encoding="utf-8").splitlines().index("statusInSequence")
    (status,) = (change for change in told if change.pointer == "/statusInSequence")
    assert status.summary == f"re-read this: Response, statusInSequence, line {line + 3}"
    assert len({change.pointer for change in told}) == len(told)
    assert wording_changes(blocks(page), page, contract, ROWS) == ()
