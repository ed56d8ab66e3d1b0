"""Pages against each other: the story of an API that moved, a page said in other words, and vendors' own pages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contracts.commands.derive_sources import written
from contracts.errors import PageRefused
from contracts.model.contract import Contract
from contracts.reading.hand import Hand
from contracts.reading.page.layout import read_page
from contracts.reading.page_draft import derive
from tests.comparing.tiny import compared
from tests.rules.synthetic import ROOT, VENDOR_PAGES

OWN = Path(__file__).parent / "pages"

STORY = [
    "breaking operation.moved #operation", "breaking authorization.changed #authorization",
    "breaking field.renamed /status", "breaking enum.case /phase", "breaking field.type /carrier",
    "breaking field.nullable /receivedBy", "breaking field.removed /colour", "breaking field.removed /volume",
    "breaking field.removed /insured",
]  # fmt: skip
BACK = [
    "breaking operation.moved #operation", "breaking authorization.changed #authorization",
    "breaking field.renamed /statusOfDelivery", "breaking enum.case /phase", "breaking field.type /carrier",
    "additive field.added /colour", "additive field.added /volume", "additive field.added /insured",
    "none field.not-nullable /receivedBy",
]  # fmt: skip


def page(path: Path) -> Contract:
    """What a page promises, with nothing written by hand beside it."""
    return written(derive(read_page(path.read_text(encoding="utf-8"), path.name), Hand())).contract


def own(name: str) -> Contract:
    """The contract of a page written for this story."""
    return page(OWN / f"{name}.txt")


def vendors(name: str) -> Contract:
    """The contract of a vendor's page, which isn't part of the project."""
    path = VENDOR_PAGES / "dev" / f"{name}.txt"
    if not path.is_file():
        pytest.skip(f"the vendor's page {name} is not there: the set of pages is not part of this checkout")
    return page(path)


def told(old: Contract, new: Contract) -> list[str]:
    """Severity, kind and pointer of each change, in order."""
    return [f"{change.severity} {change.kind} {change.pointer}" for change in compared(old, new)]


def test_the_story_backwards() -> None:
    """Backwards, what was dropped is new, and a null that never comes any longer harms nobody."""
    assert told(own("parcel.v2"), own("parcel.v1")) == BACK


def test_an_entry_says_what_where_and_by_which_rules() -> None:
    """An entry has both sides in JSON, one plain sentence, the rules' ids, and the line of each page."""
    changes = {change.kind: change for change in compared(own("parcel.v1"), own("parcel.v2"))}
    renamed, retyped, recased = (changes[kind] for kind in ("field.renamed", "field.type", "enum.case"))
    assert (renamed.old, renamed.new) == ("status", "statusOfDelivery")
    assert renamed.summary == "`status` is now called `statusOfDelivery`."
    assert (retyped.old, retyped.new, retyped.rules) == (["integer"], ["object"], ("carrier.type",))
    assert recased.old == ["in_transit", "handed_over", "lost"]
    assert json.loads(json.dumps(recased.new)) == ["InTransit", "HandedOver", "Lost"]
    cited = [(one.side, one.source.page, one.source.line > 1) for one in retyped.sources]
    assert cited == [("old", "parcel.v1.txt", True), ("new", "parcel.v2.txt", True)]
    assert [one.side for one in changes["operation.moved"].sources] == ["old", "new"]


def test_other_words_are_no_other_promises() -> None:
    """A page with other descriptions, another title and another order of its fields promises what it promised."""
    old, new = own("parcel.v1"), own("parcel.v1-reworded")
    assert {field.description for field in old.fields} != {field.description for field in new.fields}
    assert [field.at for field in old.fields] != [field.at for field in new.fields]
    assert (told(old, new), told(new, old)) == ([], [])


def test_a_list_that_replaces_a_placeholder_example_is_no_breaking_change() -> None:
    """Where a page had only an example and now has a list, every field is documented, and nothing more is said."""
    old, new = vendors("browserbase-list-sessions.v1"), vendors("browserbase-list-sessions.v2")
    known = {f"/*/{field.at[-1]}" for field in new.fields if len(field.at) == 2}
    assert len(known) == 15
    assert set(told(old, new)) == {f"none field.documented {name}" for name in known}
    back = told(new, old)
    assert {line.split()[1] for line in back} == {"field.less-promised", "field.only-shown"}
    assert not any(line.startswith("breaking") for line in back)


def test_a_moved_path_with_other_parameters() -> None:
    """The request's side of a new version; the answer, which only an example shows, is the same."""
    assert told(vendors("infisical-list-folders.v1"), vendors("infisical-list-folders.v2")) == [
        "breaking operation.moved #operation",
        "breaking parameter.renamed #parameter/workspaceId",
        "breaking parameter.became-required #parameter/path",
        "unknown parameter.unclear #parameter/lastSecretModified",
        "unknown parameter.removed #parameter/directory",
    ]


def test_a_new_field_is_additive_and_a_lost_one_breaks() -> None:
    """The vendor's answer gained a field; read backwards, it lost one."""
    old, new = vendors("reply-get-current-user.v1"), vendors("reply-get-current-user.v2")
    assert told(old, new) == ["additive field.added /username"]
    assert told(new, old) == ["breaking field.removed /username"]


def test_a_mark_that_the_list_lost_is_unknown() -> None:
    """The credential changed, and four fields are no longer marked as required.

    The example still shows them, as an example shows optional fields too: whether they can be missing now, or the
    vendor only stopped marking them, is not written anywhere. So it is neither breaking nor nothing. The two fields
    that were never marked promise no more and no less than before.
    """
    old, new = vendors("reply-get-a-holiday-calendar.v0"), vendors("reply-get-a-holiday-calendar.v2")
    assert told(old, new) == [
        "breaking authorization.changed #authorization",
        "unknown presence.only-shown /id",
        "unknown presence.only-shown /name",
        "unknown presence.only-shown /calendarType",
        "unknown presence.only-shown /countryCode",
    ]


def test_a_page_is_like_itself() -> None:
    """No page that can be read differs from itself, whatever is on it."""
    read = 0
    for path in (*sorted(VENDOR_PAGES.glob("**/*.txt")), *sorted(OWN.glob("*.txt"))):
        try:
            contract = page(path)
        except PageRefused:
            continue
        assert compared(contract, page(path)) == (), path.name
        read += 1
    assert read >= len(list(OWN.glob("*.txt")))


LAMP = (ROOT / "tests" / "reading" / "pages" / "lamp.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("swap", "there", "back"),
    [
        (
            ("Authorization: Bearer <token>", "Authorization: Basic <token>"),
            "breaking authorization.changed #authorization",
            "breaking authorization.changed #authorization",
        ),
        (("lampId\ninteger\n", "lampId\nnumber\n"), "breaking field.type /lampId", "none field.type-narrowed /lampId"),
        (
            ("string<date-time>", "string"),
            "breaking format.removed /installed",
            "none format.added /installed",
        ),
        (
            ("Room of the lamp", "Room of the lamp. It must never be empty."),
            "unknown sentence.unaccounted #parameter/room",
            "",
        ),
    ],
    ids=["scheme", "number", "format", "sentence"],
)
def test_an_edit_of_a_page_is_one_entry(swap: tuple[str, str], there: str, back: str) -> None:
    """There and back, with the severity of each direction."""
    assert LAMP.count(swap[0]) == 1
    old, new = (written(derive(read_page(text, "lamp.txt"), Hand())).contract for text in (LAMP, LAMP.replace(*swap)))
    assert (told(old, new), told(new, old)) == ([there], [back] if back else [])
