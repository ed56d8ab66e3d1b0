"""Page, contract and wire compared, in every combination that a user can name; and a page's wording accepted."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from contracts.commands.documents import contracts_here
from contracts.commands.drift import compare
from contracts.commands.drift_documents import accept_wording
from contracts.commands.reference import reference
from contracts.commands.targets import Plan
from contracts.errors import ContractsError, Exit, Unreachable, Unusable
from contracts.model.drift import Drift
from contracts.provider.serving import serve
from contracts.writing import text
from tests import alone as first
from tests.comparing.test_pages import OWN, STORY
from tests.rules.synthetic import CASSETTES, DOCUMENT, PAGE, REPLY, ROOT
from tests.rules.vendors import derive_page
from tests.sources.conftest import here, written  # noqa: F401  a fixture

TEXT = PAGE.read_text(encoding="utf-8")
EXAMPLE: Any = REPLY.example[0]
URL = "https://api.reply.io/v3/sequences/100/contacts/12345"
FIELD = TEXT[TEXT.index("isOptedOut\nboolean") : TEXT.index("callStatus\nenum")]
SCHEMA = DOCUMENT.parent / "get-a-contact-in-a-sequence.schema.json"

V4 = (("\nv3\n", "\nv4\n"), ("/v3/", "/v4/"))
RENAMED = (("statusInSequence", "statusOfContact"),)
RETITLED = (("contactId", "contactIdInReply"),)
SAID = ' When no step is under way (e.g. the sequence is over), displayName is "Finished" and stepId is null.'
DROPPED = ((FIELD, ""), ('  "isOptedOut": false,\n', ""))

OURS = "schemas/reply/openapi.json"

pytestmark = pytest.mark.usefixtures("here")


@pytest.fixture
def single(here: Path) -> Path:  # noqa: F811
    """The first contract of this repository here, and no other."""
    return first.write_schemas(here)


@pytest.fixture
def alone(here: Path) -> Path:  # noqa: F811
    """A contract here that was derived from the page alone."""
    return written(str(here / OURS), text(derive_page(PAGE).document))


def page(*changed: tuple[str, str], name: str = "page.txt", whole: str = TEXT) -> str:
    """The page with texts replaced, in a file here."""
    for old, new in changed:
        assert old in whole
        whole = whole.replace(old, new)
    return str(written(name, whole))


def log(*bodies: Any, name: str = "log.ndjson", url: str = URL, status: int = 200) -> str:
    """A log of answers with these bodies, in a file here."""
    rows = [
        {
            "request": {"method": "GET", "url": url, "headers": {"Authorization": "Bearer x"}},
            "response": {"status": status, "headers": {"Content-Type": "application/json"}, "body": body},
        }
        for body in bodies
    ]
    return str(written(name, "".join(json.dumps(row) + "\n" for row in rows)))


def compared(*sides: str, traffic: str | None = None, **parts: Any) -> Drift:
    """What a comparison finds, of a single contract where traffic takes part."""
    (found,) = compare(sides, traffic, **parts).parts
    return found


def told(found: Drift) -> list[str]:
    """Severity, kind and pointer of each change in meaning."""
    return [
        f"{change.severity} {change.kind} {change.pointer}"
        for change in found.changes
        if not change.kind.startswith("wording.")
    ]


def moved(found: Drift) -> list[str]:
    """The verdict and pointer of each difference that was sorted out, wordings left aside."""
    return [f"{one.moved}: {one.pointer}" for one in found.triage if not one.what.startswith("re-read this")]


def refused(*sides: str, traffic: str | None = None) -> ContractsError:
    """The error for a comparison that can't be made."""
    with pytest.raises(ContractsError) as caught:
        compared(*sides, traffic=traffic)
    assert "\n" not in str(caught.value)
    return caught.value


# --- two documents or pages ---------------------------------------------------------------------------------------

PAGES: dict[str, tuple[Sequence[tuple[str, str]], list[str]]] = {
    "same": ((), []),
    "moved": (V4, ["breaking operation.moved #operation"]),
    "renamed": (RETITLED, ["breaking field.renamed /contactId"]),
    "another-name": (RENAMED, ["breaking field.removed /statusInSequence", "additive field.added /statusOfContact"]),
    "dropped": (DROPPED, ["breaking field.removed /isOptedOut"]),
    "unsaid": (((SAID, ""),), ["unknown condition.removed /currentStep/stepId"]),
    "elsewhere": ((("api.reply.io", "api.example.com"),), ["breaking operation.server #operation"]),
    "moved-and-renamed": (
        (*V4, *RETITLED),
        ["breaking operation.moved #operation", "breaking field.renamed /contactId"],
    ),
}


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_changed(name: str) -> None:
    """Against the contract here, an older page and a document it is the same: each root cause once.

    That goes for fields and paths that the hand-written rules name, too: what they say follows, or is no longer said.
    """
    changed, expected = PAGES[name]
    old, new = page(name="old.txt"), page(*changed)
    for sides in ((new,), (old, new), (OURS, new)):
        found = compared(*sides)
        assert told(found) == expected
        assert found.verdict == ("broken" if expected else "kept")
        assert (found.new, found.traffic, found.triage) == (new, None, ())


def test_what_took_part() -> None:
    """The contract here is named; two things given have none."""
    old, new = page(name="old.txt"), page()
    found = compared(new)
    assert (found.old, found.contract) == (f"the contract of {REPLY.operation}", REPLY)
    assert (compared(old, new).old, compared(old, new).contract) == (old, None)


@pytest.mark.usefixtures("alone")
def test_a_page_and_a_document_the_other_way() -> None:
    """A document as the newer side: what it doesn't have is gone."""
    added = page(*DROPPED)
    assert told(compared(added, OURS)) == ["additive field.added /isOptedOut"]


def test_two_pages_nobody_knows() -> None:
    """The story of an evolution, each change once; words that changed with the meaning are not told again."""
    found = compared(str(OWN / "parcel.v1.txt"), str(OWN / "parcel.v2.txt"))
    assert told(found) == STORY
    assert len(found.changes) == len(STORY)


@pytest.mark.usefixtures("single")
def test_a_schema_is_compared_by_its_body_alone() -> None:
    """With the contract here or another schema, whatever it doesn't speak of is no difference."""
    assert compared(str(SCHEMA)).changes == ()
    schema = json.loads(SCHEMA.read_text())
    del schema["properties"]["isOptedOut"]
    schema["required"].remove("isOptedOut")
    new = str(written("new.schema.json", json.dumps(schema)))
    expected, whole = ["breaking field.removed /isOptedOut"], str(Path(OURS))
    assert told(compared(new)) == told(compared(str(SCHEMA), new)) == told(compared(whole, new)) == expected


def operation(summary: str, *fields: str) -> dict[str, Any]:
    """One operation that answers with these texts."""
    schema = {"type": "object", "properties": {name: {"type": "string"} for name in fields}, "required": [*fields]}
    answer = {"description": "", "content": {"application/json": {"schema": schema}}}
    return {"get": {"summary": summary, "responses": {"200": answer}}}


def document(name: str, server: str = "https://api.example.com", **paths: dict[str, Any]) -> str:
    """An OpenAPI document of these operations, in a file here."""
    whole = {"openapi": "3.1.0", "info": {"title": name, "version": "1"}, "servers": [{"url": server}]}
    return str(written(name, json.dumps(whole | {"paths": {f"/{path}": one for path, one in paths.items()}})))


A, B, C = operation("Get A", "a"), operation("Get B", "b"), operation("Get C", "c", "d")


def test_documents_of_several_operations() -> None:
    """Each is compared with its own; changes say whose they are, outside the body as inside."""
    old = document("old.json", a=A, b=B)
    new = document("new.json", a=operation("Get A", "a", "z"), b=operation("Get B"), c=C)
    found = compared(old, new)
    assert told(found) == [
        "breaking field.removed #GET /b /b",
        "additive field.added #GET /a /z",
        "additive operation.added #operation",
    ]
    assert found.changes[0].summary == "GET /b: `b` is gone."
    assert "breaking operation.removed #operation" in told(compared(new, old))


def test_a_page_speaks_of_its_operation_alone(alone: Path) -> None:
    """Of a document of several only that one is compared, whichever side the page is on."""
    whole = json.loads(alone.read_text())
    whole["paths"]["/other"] = A
    both = str(written("both.json", json.dumps(whole)))
    assert told(compared(both, page())) == told(compared(page(), both)) == []
    assert told(compared(both, page(*DROPPED))) == ["breaking field.removed /isOptedOut"]
    others = document("others.json", a=A, b=B)
    error = refused(others, page())
    assert str(error) == "others.json, page.txt: a page is of one operation, which the other doesn't have"


# --- several contracts here ---------------------------------------------------------------------------------------


def vendor(name: str, **paths: dict[str, Any]) -> None:
    """A vendor's contracts here."""
    document(f"schemas/{name}/openapi.json", server=f"https://{name}.example.com", **paths)


def test_a_document_is_compared_with_all_of_its_contracts_here() -> None:
    """None is passed by: each that it speaks of, and each that it has lost; what nobody has here is no change."""
    vendor("shop", a=A, b=B)
    vendor("other", d=C)
    new = document("new.json", server="https://shop.example.com", a=A, b=operation("Get B"), e=C)
    found = compared(new)
    assert (found.old, found.contract) == ("the contracts here", None)
    assert told(found) == ["breaking field.removed #GET /b /b"]
    lost = document("lost.json", server="https://shop.example.com", b=B, x=operation("Get X"), y=operation("Get Y"))
    assert told(compared(lost)) == ["breaking operation.removed #operation"]
    assert told(compared(document("one.json", server="https://shop.example.com", a=A))) == []


def test_a_contract_of_another_vendor_is_nobody_s_counterpart() -> None:
    """What is left over on each side is not put together across vendors."""
    vendor("first", a=A)
    vendor("shop", b=B)
    found = compared(document("new.json", server="https://shop.example.com", b=B, c=C))
    assert (found.contract and found.contract.operation, told(found)) == ("GET /b", [])


def test_traffic_is_held_to_every_contract() -> None:
    """Each with what was sent of it; of what nothing was sent is idle; a page or document, or a name, says which."""
    vendor("shop", a=A, b=B)
    traffic = log({"a": "x"}, url="https://shop.example.com/a")
    found = compare((), traffic)
    assert [(one.old, one.verdict) for one in found.parts] == [("the contract of GET /a", "kept")]
    assert [(one.contract.operation, one.why) for one in found.idle] == [("GET /b", f"no answer in {traffic}")]
    assert found.verdict == "kept"
    both = compare((document("new.json", server="https://shop.example.com", a=A, b=B),), traffic)
    assert [one.new for one in both.parts] == ["new.json"]
    for one in (
        compared(document("one.json", server="https://shop.example.com", a=A), traffic=traffic),
        compared(traffic=traffic, names=("GET /a",)),
    ):
        assert (one.verdict, one.traffic and one.traffic.judgement.successes) == ("kept", 1)


def test_a_page_of_no_contract_here() -> None:
    """Exit 2, and the contracts there are."""
    vendor("shop", a=A, b=B)
    error = refused(page())
    assert error.exit_code == Exit.UNUSABLE
    assert str(error) == (
        "page.txt: is of no operation that has a contract here: GET /a, GET /b; make one with "
        "`contracts derive PAGE --out schemas/<name>`"
    )


def test_traffic_of_several_operations_with_older_traffic() -> None:
    """Each operation's answers are compared, and a change says whose it is."""
    vendor("shop", a=A, b=B)
    old = log({"a": "x"}, url="https://shop.example.com/a", name="old.ndjson")
    new = log({"a": 1}, url="https://shop.example.com/a", name="new.ndjson")
    assert told(compared(old, new)) == ["breaking observed.broken #GET /a /a"]


# --- traffic ------------------------------------------------------------------------------------------------------


def test_traffic_alone_is_held_to_the_contract_here() -> None:
    """Named as a side or with --traffic: findings, what is documented nowhere, what never came and on how many."""
    traffic = log({**EXAMPLE, "score": 7, "isOptedOut": None}, {**EXAMPLE, "isOptedOut": None})
    for found in (compared(traffic), compared(traffic=traffic)):
        assert (found.verdict, found.changes, found.triage, found.new) == ("broken", (), (), traffic)
        assert [one.count for one in found.met if one.first.rule == "isOptedOut.type"] == [2]
        assert found.traffic is not None
        assert found.traffic.observed.places["score",] == {"integer": 1}
        unseen = {one.name: one.observations for one in found.traffic.unseen_branches}
        assert (unseen["isOptedOut=true"], unseen["status=404"]) == (2, 2)
        assert found.traffic.recorded


@pytest.mark.usefixtures("single")
def test_a_folder_of_recordings() -> None:
    """The committed recordings keep the contract; so they do by their name as a target, where they are looked after."""
    found = compared(str(CASSETTES))
    assert (found.verdict, found.met) == ("kept", ())
    shutil.copytree(CASSETTES, CASSETTES.relative_to(ROOT))
    named = compared(traffic="cassettes")
    assert (named.verdict, named.traffic and named.traffic.recorded) == ("kept", True)


@pytest.mark.parametrize("sides", ["document-first", "document-last"])
def test_a_document_and_traffic(sides: str) -> None:
    """In both orders: the traffic held to that document, and not to the contract here."""
    new, traffic = page(*DROPPED), log(EXAMPLE)
    given = (new, traffic) if sides == "document-first" else (traffic, new)
    found = compared(*given)
    assert (found.old, found.new, found.verdict, found.changes) == (new, traffic, "kept", ())
    assert [(one.first.rule, one.first.pointer) for one in found.met] == [
        ("response.undocumented-field", "/isOptedOut")
    ]
    assert compared(*given, fail_on="any").verdict == "broken"


def test_a_document_of_no_or_several_operations_and_traffic() -> None:
    """Exit 2: it isn't said whose answers are meant."""
    for name in (str(SCHEMA), document("new.json", a=A, b=B)):
        error = refused(name, log(EXAMPLE))
        assert str(error) == f"{name}: names no operation, or several; give a document of one to hold traffic to"


@pytest.mark.usefixtures("single")
def test_traffic_and_older_traffic() -> None:
    """What is new, what no longer comes, and values of another type; the same traffic has no difference."""
    old, new = log(EXAMPLE, name="old.ndjson"), log({**EXAMPLE, "score": 7, "isOptedOut": None}, name="new.ndjson")
    assert told(compared(old, new)) == [
        "breaking observed.broken /isOptedOut",
        "additive observed.field-added /score",
    ]
    assert told(compared(new, old))[-1:] == ["unknown observed.field-not-seen /score"]
    assert (told(compared(old, old)), compared(old, old).verdict) == ([], "kept")


@pytest.mark.usefixtures("single")
def test_traffic_that_says_nothing_is_not_kept() -> None:
    """Of another operation, empty, or in a folder without recordings: not checked, exit 3."""
    others, empty = log({"a": 1}, url="https://h/x", name="others.ndjson"), Path("empty")
    empty.mkdir()
    for traffic in (others, str(empty)):
        for found in (
            compared(traffic),
            compared(traffic=traffic),
            compared(page(), traffic),
            compared(page(), traffic=traffic),
        ):
            assert found.verdict == "not checked"
            assert found.traffic
            assert found.traffic.unchecked.startswith(f"no answer of {REPLY.operation} in {traffic}")
    for sides in ((log(EXAMPLE), others), (others, log(EXAMPLE))):
        error = refused(*sides)
        assert error.exit_code == Exit.NOT_CHECKED
        assert (
            str(error)
            == f"{sides[0]}, {sides[1]}: not both hold a success answer of a contract here; nothing was compared"
        )


def test_a_folder_by_the_name_of_a_target_is_a_folder() -> None:
    """What stands here is read; nobody is asked because a folder is called like a target."""
    for name in ("live", "reference", "cassettes"):
        log({**EXAMPLE, "score": 7}, name=f"{name}/log.ndjson")
        for found in (compared(name), compared(page(), name)):
            assert [one.first.pointer for one in found.met] == ["/score"]


def test_traffic_beside_two_things_or_traffic() -> None:
    """Exit 2: a user who names too much is told what goes together."""
    message = (
        "--traffic stands beside one page or contract document, or a page and a description; "
        "give these, or none for the contract here"
    )
    for sides in ((page(), page(name="old.txt")), (log(EXAMPLE),)):
        assert str(refused(*sides, traffic=log(EXAMPLE))) == message
    assert str(refused()) == "nothing to compare: name a page, two things, or --traffic"
    assert str(refused(traffic="")) == "--traffic is empty; name recordings, live or a URL"


@pytest.mark.usefixtures("alone")
def test_an_api_is_asked_once_for_page_and_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of the API breaks both: the verdict is that it drifted; at first hand, not recorded."""
    held = contracts_here()[0]
    provider = reference(held, faults=("isOptedOut.type",))
    monkeypatch.setenv("REPLY_API_KEY", provider.key)
    ids = ",".join(map("/".join, provider.operations[0].known[:2]))
    with serve(provider) as url:
        found = compared(page(), traffic=url, plan=Plan(max_examples=1), ids=(ids,))
    assert found.verdict == "broken"
    assert (found.traffic and found.traffic.recorded) is False
    assert "API drifted from the page: /isOptedOut" in moved(found)


@pytest.mark.usefixtures("alone")
def test_an_api_that_can_t_be_had_takes_nothing_from_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the page says is told, and the traffic is not checked; without a page, that is all there is to say."""
    monkeypatch.delenv("REPLY_API_KEY", raising=False)
    for target in ("live", "http://127.0.0.1:9"):
        found = compared(page(*DROPPED), traffic=target)
        assert (found.verdict, told(found)) == ("broken", ["breaking field.removed /isOptedOut"])
        assert found.traffic
        assert "no answer" in found.traffic.unchecked or "not asked" in found.traffic.unchecked
        assert compared(page(), traffic=target).verdict == "not checked"
        with pytest.raises(Unreachable):
            compared(traffic=target)


# --- which side moved ---------------------------------------------------------------------------------------------

RENAMED_ANSWER = {("statusOfContact" if name == "statusInSequence" else name): value for name, value in EXAMPLE.items()}
CONTRADICTS = "page contradicts itself: /emailDisposition"

TRIAGE: dict[str, tuple[Sequence[tuple[str, str]], Any, str, list[str]]] = {
    "nothing moved": ((), EXAMPLE, URL, []),
    "the page": (DROPPED, {name: EXAMPLE[name] for name in EXAMPLE}, URL, ["page changed: /isOptedOut"]),
    "the API": ((), {**EXAMPLE, "isOptedOut": None}, URL, ["API drifted from the page: /isOptedOut"]),
    "page and API": (
        RENAMED,
        RENAMED_ANSWER,
        URL,
        [
            "contract out of date with the page: /statusInSequence",
            "contract out of date with the page: /statusOfContact",
        ],
    ),
    "the path": (V4, EXAMPLE, URL.replace("/v3/", "/v4/"), ["contract out of date with the page: #operation"]),
    "the path on paper": (V4, EXAMPLE, URL, ["page changed: #operation"]),
    "nobody knows it": ((), {**EXAMPLE, "score": 7}, URL, ["only observed, documented nowhere: /score"]),
}


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("name", TRIAGE)
def test_which_side_moved(name: str) -> None:
    """Page, contract and traffic tell it together: a line for each difference, and for what the page leaves open."""
    changed, body, url, expected = TRIAGE[name]
    found = compared(page(*changed), traffic=log(body, url=url))
    assert moved(found) == [*expected, CONTRADICTS]
    assert all(one.page or one.contract or one.traffic for one in found.triage)


def test_a_schema_takes_part_in_the_triage() -> None:
    """It is of the operation that it is compared with, so the same answers are held to it."""
    schema = json.loads(SCHEMA.read_text())
    schema["properties"]["isOptedOut"]["type"] = ["boolean", "null"]
    new = str(written("new.schema.json", json.dumps(schema)))
    found = compared(new, traffic=log({**EXAMPLE, "isOptedOut": None}))
    assert moved(found) == ["contract out of date with the description: /isOptedOut"]


# --- a page's wording, accepted -----------------------------------------------------------------------------------

TODAY = datetime(2030, 6, 30, 23, 59, tzinfo=UTC)
WORDS = ("Given name", "The name that parents gave")


def accepted(given: str) -> dict[str, bytes]:
    """What stands under `schemas/` after a page was accepted."""
    path = accept_wording(given, lambda: TODAY)
    assert path == Path("schemas/reply/openapi.json")
    return {str(one): one.read_bytes() for one in sorted(Path("schemas").rglob("*")) if one.is_file()}


def reviewed() -> Any:
    """What the contract's document here holds of the page."""
    return contracts_here()[0].contract.reviewed


def reworded(found: Drift) -> list[str]:
    """The blocks to be read again."""
    return [change.summary for change in found.changes]


def test_an_accepted_page_says_nothing_new() -> None:
    """Digests, date and page are written into `schemas/` here, wherever the contract came from; the rest stays."""
    given = page()
    assert {change.kind for change in compared(given).changes} == {"wording.changed"}
    first = accepted(given)
    assert (reviewed().url, reviewed().date, len(reviewed().digest)) == ("", "2030-06-30", 32)
    assert compared(given).changes == ()
    document = json.loads(first["schemas/reply/openapi.json"])
    shipped = json.loads(DOCUMENT.read_text())
    assert document != shipped
    assert document["paths"].keys() == shipped["paths"].keys()
    for kind in ("schema", "changelog"):  # as they were
        name = f"get-a-contact-in-a-sequence.{kind}.json"
        assert first[f"schemas/reply/{name}"] == (DOCUMENT.parent / name).read_bytes()
    assert accepted(given) == first, "the same page on the same day changes no byte"


def test_a_sentence_that_changed_is_to_be_read_again() -> None:
    """Section, field and line of the block, and no more; accepted, it is known."""
    accepted(page())
    new = page(WORDS, ("The contact as this sequence sees it", "This is the contact"))
    lines = Path(new).read_text().splitlines()
    told = [f"re-read this: Response, firstName, line {lines.index(WORDS[1]) + 1}"]
    told.insert(0, f"re-read this: outside the fields, line {lines.index('This is the contact') + 1}")
    found = compared(new)
    assert (sorted(reworded(found)), found.verdict) == (sorted(told), "kept")
    assert compared(new, fail_on="any").verdict == "broken"
    accepted(new)
    assert compared(new).changes == ()


def test_a_page_that_was_fetched_is_remembered_without_its_query() -> None:
    """The URL is part of where the contract comes from; what may be a key isn't."""

    def served(_environ: Any, start: Any) -> list[bytes]:
        start("200 OK", [("Content-Type", "text/plain")])
        return [TEXT.encode()]

    with serve(served) as url:
        found = accepted(f"{url}/page?key=sesame-4711")
        assert reviewed().url == f"{url}/page"
    assert all(b"sesame" not in content for content in found.values())


@pytest.mark.parametrize("name", [name for name in PAGES if name != "same"])
def test_a_page_that_differs_in_meaning_is_not_accepted(name: str) -> None:
    """Exit 2, and the first difference; nothing is written."""
    with pytest.raises(Unusable, match=r"page\.txt: differs from the contract in meaning \(.+\); change the contract"):
        accept_wording(page(*PAGES[name][0]))
    assert not Path("schemas").exists()


def test_harmless_differences_are_not_accepted_either(here: Path) -> None:  # noqa: F811
    """A narrower promise is another one, whatever its severity; so is a sentence that a project calls harmless."""
    prose = TEXT[TEXT.index("LinkedIn profile that") :].splitlines()[0]
    narrower = page(
        ("linkedInAccountId\ninteger<int64> | null", "linkedInAccountId\ninteger<int64>"),
        (prose, "LinkedIn profile"),
        ('"linkedInAccountId": null', '"linkedInAccountId": 5'),
    )
    assert {change.severity for change in compared(narrower).changes} == {"none"}
    (here / "pyproject.toml").write_text('[tool.contracts.severities]\n"sentence.unaccounted" = "none"\n')
    promise = page(("Given name", "Given name. It is always in capital letters."), name="promise.txt")
    for given in (narrower, promise):
        with pytest.raises(Unusable, match="differs from the contract in meaning"):
            accept_wording(given)


def test_only_a_page_can_be_accepted() -> None:
    """Exit 2 for documents and traffic."""
    for given in (str(DOCUMENT), str(SCHEMA), log(EXAMPLE)):
        with pytest.raises(Unusable, match="only a documentation page can be accepted"):
            accept_wording(given)


def test_what_another_hand_added_stays() -> None:
    """The wording is written into the document as it is, and nothing else of it changes."""
    path = written("schemas/reply/openapi.json", DOCUMENT.read_text().replace('"info": {', '"info": {"x-mine": 1,', 1))
    before = json.loads(path.read_text())
    assert accept_wording(page()) == path
    after = json.loads(path.read_text())
    reviewed = [
        item["get"]["x-contract"].pop("reviewed", {}) for tree in (before, after) for item in tree["paths"].values()
    ]
    assert reviewed[0] != reviewed[1]
    assert after == before


@pytest.mark.parametrize("name", ["openapi.json", "openapi.yaml"])
def test_a_vendor_s_own_document_keeps_no_wording(name: str) -> None:
    """What `derive` didn't write is the vendor's: exit 2, one line, and it stays as it was published."""
    tree = first.document()
    (item,) = tree["paths"].values()
    del item["get"]["x-contract"]
    path = written(f"schemas/reply/{name}", json.dumps(tree))
    before = path.read_bytes()
    with pytest.raises(Unusable, match=r"^schemas/reply: the document of GET .* isn't one that"):
        accept_wording(page())
    assert (path.read_bytes(), sorted(Path("schemas/reply").iterdir())) == (before, [path])


def test_what_was_there_stays_where_it_can_t_be_accepted() -> None:
    """A document that can't be read: exit 2, one line, no byte changed."""
    shutil.copytree(ROOT / "schemas" / "reply", "schemas/reply")
    Path("schemas/reply/openapi.json").write_text("{")
    before = {path: path.read_bytes() for path in Path("schemas/reply").iterdir()}
    with pytest.raises(Unusable, match="begins like JSON but is none at line 1"):
        accept_wording(page())
    assert {path: path.read_bytes() for path in Path("schemas/reply").iterdir()} == before


@pytest.mark.parametrize("base", ["", "/v1"])
def test_what_is_not_understood_is_told_and_the_rest_compared(base: str) -> None:
    """What is excluded and changed is unknown where it stands, in its own operation; the others are compared."""
    tree = {"type": "object", "properties": {"c": {"$ref": "#/components/schemas/Tree"}}}
    names = []
    for number, kind in enumerate(("string", "integer")):
        schemas: dict[str, Any] = {
            "/a": {"type": "object", "properties": {"a": {"type": kind}}},
            "/choice": {"type": "object", "properties": {"a": {"not": {"oneOf": [tree, {"type": kind}]}}}},
            "/tree": tree,
        }
        paths: dict[str, Any] = {
            path: {"get": {"responses": {"200": {"content": {"application/json": {"schema": schema}}}}}}
            for path, schema in schemas.items()
        }
        document: dict[str, Any] = {"openapi": "3.0.3", "paths": paths, "components": {"schemas": {"Tree": tree}}}
        document["servers"] = [{"url": f"https://a.test{base}"}]
        names.append(f"{number}.json")
        Path(names[-1]).write_text(json.dumps(document))
    found = compared(*names)
    assert {(change.kind, change.pointer) for change in found.changes} == {
        ("field.type", f"#GET {base}/a /a"),
        ("operation.unread", f"#GET {base}/choice /a"),
    }
    assert found.verdict == "broken"


@pytest.mark.usefixtures("single")
def test_values_that_never_came_before_are_told_of_traffic() -> None:
    """Old and new recordings are held to the contract here: a value that it doesn't list is breaking, and once."""
    old = log(EXAMPLE, EXAMPLE, name="old.ndjson")
    new = log(EXAMPLE, {**EXAMPLE, "callStatus": "missed"}, {**EXAMPLE, "callStatus": "missed"}, name="new.ndjson")
    assert told(compared(old, new)) == ["breaking observed.broken /callStatus"]
    assert told(compared(new, new)) == []
