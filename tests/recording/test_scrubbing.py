"""Scrubbing: the contract says the same before and after, and no open value is left."""

from __future__ import annotations

import itertools
import json
import random
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from string import ascii_lowercase
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.checking import Checker
from contracts.errors import Unusable
from contracts.model.contract import Contract, Field
from contracts.model.finding import Judgement
from contracts.model.interaction import Interaction, header
from contracts.model.json import Json
from contracts.recording.fixed_values import leaves
from contracts.recording.leaks import leaks
from contracts.recording.scrubbing import Scrubber
from contracts.rules import spoil
from contracts.rules.edits import encoded, with_body
from contracts.rules.legal_exchanges import legal_interaction
from contracts.rules.parsing import NotJsonError, parse
from tests.recorded import recorded
from tests.rules.synthetic import CASSETTES, CONTRACTS, DRAFTS, REPLY, SHOP, answered, held, raw, rule_of

CHECKERS = {name: Checker(contract) for name, contract in CONTRACTS.items()}
SCRUBBERS = {name: Scrubber(contract, b"a secret") for name, contract in CONTRACTS.items()}
REPLY_SCRUBBER = SCRUBBERS["reply"]
PERSON: dict[str, Any] = {
    **REPLY.example[0],  # type: ignore[dict-item]
    "contactId": 77001234,
    "sequenceId": 40404,
    "email": "margarethe.oyelaran@globex.io",
    "firstName": "Margarethe",
    "lastName": "Oyelaran",
    "company": "Globex Gmbh",
    "title": "Chief of Everything",
    "addingDate": "2025-11-30T23:59:60.125Z",
    "currentStep": {"stepId": 909090, "displayName": "3"},
    "emailAccountId": 2**53 + 11,
}


def verdict(name: str, interaction: Interaction) -> tuple[object, ...]:
    """All that must not change: findings without values, and evidence."""
    judged: Judgement = CHECKERS[name].judge(interaction)
    findings = sorted((found.rule, found.level, found.fingerprint) for found in judged.findings)
    branches = {
        origin: {branch: seen.count for branch, seen in found.items()} for origin, found in judged.evidence.seen.items()
    }
    return findings, branches, judged.checked, judged.successes


def asked(interaction: Interaction, url: str) -> Interaction:
    """The same answer to another request."""
    return replace(interaction, request=replace(interaction.request, url=url))


def person(**changed: Json) -> Interaction:
    """An answer full of personal data."""
    body = PERSON | changed
    url = f"https://api.reply.io/v3/sequences/{PERSON['sequenceId']}/contacts/{PERSON['contactId']}"
    return asked(answered(REPLY, body), url)


def everything(interaction: Interaction) -> str:
    """Every text in an interaction."""
    texts = [interaction.request.url, unquote(interaction.request.url), interaction.place]
    for part in (interaction.request, interaction.response):
        texts += [value for _, value in part.headers]
        texts.append(part.body.decode("utf-8", "surrogateescape"))
        with suppress(NotJsonError):
            texts += [*named(parse(part.body)[0])]
    return "\n".join(texts)


def named(value: Json) -> Iterator[str]:
    """Every name and every single value below, as text."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from named(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from named(inner)
    else:
        yield str(value)


def body_of(interaction: Interaction) -> Any:
    """The response's JSON."""
    return parse(interaction.response.body)[0]


SPOILED = [
    pytest.param(name, broken, id=f"{name}-{rule.id}-{answer.status}")
    for name, contract in CONTRACTS.items()
    for rule in contract.rules
    for answer in contract.answers
    if (broken := spoil(rule, contract, legal_interaction(contract, answer.status))) is not None
]


@pytest.mark.parametrize(("name", "broken"), SPOILED)
def test_every_broken_rule_stays_broken_alone(name: str, broken: Interaction) -> None:
    """An answer that breaks a rule has the same findings and evidence after scrubbing, and no others."""
    assert verdict(name, SCRUBBERS[name].scrub(broken)) == verdict(name, broken)


@pytest.mark.parametrize("rule", REPLY.rules, ids=lambda rule: rule.id)
def test_every_rule_broken_amid_personal_data(rule: Any) -> None:
    """The same for an answer whose every open value is somebody's own."""
    broken = spoil(rule, REPLY, person())
    if broken is not None:
        assert verdict("reply", REPLY_SCRUBBER.scrub(broken)) == verdict("reply", broken)


@pytest.mark.parametrize("interaction", recorded(CASSETTES), ids=lambda each: each.place.split("/")[-1])
def test_recordings_keep_their_verdict(interaction: Interaction) -> None:
    """Every recording that comes with the package says the same about the contract when scrubbed."""
    scrubbed = REPLY_SCRUBBER.scrub(interaction)
    assert verdict("reply", scrubbed) == verdict("reply", interaction)
    assert leaks(scrubbed, REPLY, None) == ()


KEPT = "\n".join((
    everything(legal_interaction(REPLY, 200)),
    everything(legal_interaction(SHOP, 200)),
    json.dumps([[rule.says for rule in contract.rules] for contract in (REPLY, SHOP)]),
    json.dumps([answer.media for answer in SHOP.answers + REPLY.answers]),
    *(field.at[-1] for contract in (REPLY, SHOP) for field in contract.fields if field.at),
    "undocumented example.com example.net example.org",
))  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=30),
    st.text("abcXYZ0189 -.@", min_size=1, max_size=30),
    st.from_regex(r"[a-z]{1,9}\.[A-Z]{1,9}@[a-z]{1,8}\.(com|io|co\.uk)", fullmatch=True),
    st.datetimes().map(lambda moment: moment.isoformat() + "Z"),
    st.uuids().map(str),
    st.from_regex(r"https?://[a-z]{1,9}\.[a-z]{2,3}(/[a-z0-9]{1,9}){0,3}", fullmatch=True),
)
NUMBERS = st.one_of(st.integers(0, 10**6), st.integers(), st.integers(-(2**70), 2**70))
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
NAMES = st.one_of(
    st.sampled_from(["note", "userId", "tags", "key", "sessionToken", "signature", "user_password", "api_keys"]), TEXTS
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, FLOATS, TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=6,
)


def open_texts(scrubbed: Interaction, values: Sequence[Json]) -> set[str]:
    """The texts of values that still stand somewhere, of five characters or more, that the contract doesn't hold."""
    shown = everything(scrubbed)
    return {
        value
        for value in map(str, values)
        if len(value) >= 5
        and value in shown
        and value not in KEPT
        and any(letter.isalnum() and letter != "0" for letter in value)
    }


def with_values(base: Any, changed: dict[str, Any], extra: Any) -> Any:
    """A body with other values at documented places, and something undocumented."""
    return {**base, **changed} | ({"undocumented": extra} if extra is not None else {})


@given(data=st.data(), name=st.sampled_from(sorted(CONTRACTS)))
def test_the_verdict_stays_and_no_open_text_survives(data: st.DataObject, name: str) -> None:
    """The law: any values at any places, documented or not; the contract says the same, and no open text is left."""
    contract = CONTRACTS[name]
    base: Any = body_of(legal_interaction(contract, 200))
    changed = data.draw(st.dictionaries(st.sampled_from(sorted(base)), VALUES, max_size=6))
    extra = data.draw(st.one_of(VALUES, st.dictionaries(TEXTS, VALUES, max_size=3)))
    given_ = answered(contract, with_values(base, changed, extra))
    parameter = data.draw(st.one_of(st.none(), TEXTS, NUMBERS.map(str)))
    if parameter is not None:
        path = contract.path.replace("{id}", quote(parameter, safe="")).replace("{contact_id}", "12345")
        given_ = asked(given_, f"{contract.server}{path}?unit=kg")
    scrubbed = SCRUBBERS[name].scrub(given_)
    assert verdict(name, scrubbed) == verdict(name, given_)
    known = {json.dumps(value) for rule in contract.rules for value in rule.says.get("values", ())}  # type: ignore[union-attr]
    opened = [
        leaf for leaf in leaves([*changed.values(), extra]) if isinstance(leaf, str) and json.dumps(leaf) not in known
    ]
    assert open_texts(scrubbed, opened) == set()


@given(st.sampled_from([400, 401, 403, 404, 429, 500]), TEXTS, NUMBERS, VALUES)
def test_problem_documents(status: int, detail: str, contact: int, extra: Json) -> None:
    """What statuses are called, the status itself and pointers to parameters stay; every other text is scrubbed."""
    problem: Json = {
        "title": "Not Found",
        "status": status,
        "code": "margarethe.notFound",
        "detail": f"{detail} {contact}",
        "errors": [{"pointer": "#/contact_id", "detail": detail}, {"pointer": "#/margarethe/4", "detail": ""}],
        "more": extra,
    }
    answer = replace(with_body(legal_interaction(REPLY, 404), encoded(problem)), origin="live")
    answer = asked(
        replace(answer, response=replace(answer.response, status=status)),
        f"https://api.reply.io/v3/sequences/100/contacts/{contact}",
    )
    scrubbed = REPLY_SCRUBBER.scrub(answer)
    assert verdict("reply", scrubbed) == verdict("reply", answer)
    body = body_of(scrubbed)
    assert [body[name] for name in ("title", "status")] == ["Not Found", status]
    assert body["errors"][0]["pointer"] == "#/contact_id"
    assert "margarethe" not in everything(scrubbed)
    assert open_texts(scrubbed, [detail, contact]) == set()


@pytest.mark.parametrize("title", ["Margarethe Oyelaran", "Not Found: Margarethe"])
def test_a_title_that_is_not_the_vendors_is_scrubbed(title: str) -> None:
    """A title of the recorded person's own survives neither in the title nor in the detail that repeats it."""
    problem: Json = {"title": title, "status": 404, "detail": f"{title} is away", "code": title}
    scrubbed = REPLY_SCRUBBER.scrub(answered(REPLY, problem, 404))
    assert "Margarethe" not in everything(scrubbed)


@given(st.one_of(st.binary(), st.text().map(str.encode)), st.sampled_from([200, 404, 500]))
def test_any_bytes_keep_their_verdict(body: bytes, status: int) -> None:
    """A body of any bytes gets the same verdict scrubbed, and stays JSON or none."""
    given_ = raw(REPLY, body, 200)
    given_ = replace(given_, response=replace(given_.response, status=status))
    scrubbed = REPLY_SCRUBBER.scrub(given_)
    assert verdict("reply", scrubbed) == verdict("reply", given_)


NOT_JSON = {
    "page": b"<html><body>Dear Margarethe, call 0049 30 123456</body></html>",
    "cut": encoded(PERSON)[:-30],
    "cut in a string": encoded(PERSON)[:90],
    "twice": b'{"firstName": "Margarethe", "firstName": "Oyelaran"}',
    "NaN": b'{"firstName": "Margarethe", "ratio": NaN}',
    "latin-1": '{"firstName": "Margarethe Größenwahn"}'.encode("latin-1"),
    "cyrillic": "Маргарита".encode("cp1251"),
    "byte order mark": b"\xef\xbb\xbf" + encoded(PERSON),
    "control": b'{"firstName": "Marga\nrethe \\u0041"}',
    "text": b"Margarethe",
}


@pytest.mark.parametrize("body", NOT_JSON.values(), ids=NOT_JSON)
def test_a_body_that_is_not_json_stays_none_for_the_same_reason(body: bytes) -> None:
    """Cut, doubled, badly coded or no JSON at all: the fault is there as before, the person isn't."""
    scrubbed = REPLY_SCRUBBER.scrub(raw(REPLY, body))
    told = []
    for each in (body, scrubbed.response.body):
        with pytest.raises(NotJsonError) as refused:
            parse(each)
        told.append(str(refused.value))
    assert told[0] == told[1]
    assert verdict("reply", scrubbed) == verdict("reply", raw(REPLY, body))
    for planted in (
        b"Margarethe",
        b"Oyelaran",
        b"123456",
        "Größenwahn".encode("latin-1"),
        "Маргарита".encode("cp1251"),
    ):
        assert planted not in scrubbed.response.body


@pytest.mark.parametrize("body", [
    b'{"firstName": "Margarethe \\ud800"}',
    b'{"firstName": "Margarethe", "n": 1e999}',
    b"[" * 300 + b'"Margarethe"' + b"]" * 300,
])  # fmt: skip
def test_odd_json_is_scrubbed_like_any_other(body: bytes) -> None:
    """Half a character, a number beyond every float, and depth: the verdict is the same, and the person is gone."""
    scrubbed = REPLY_SCRUBBER.scrub(raw(REPLY, body))
    assert verdict("reply", scrubbed) == verdict("reply", raw(REPLY, body))
    assert b"Margarethe" not in scrubbed.response.body


def test_one_value_has_one_pseudonym_in_url_header_and_body() -> None:
    """Ids and texts agree in the path, the query, the Location header and the body, also inside longer texts."""
    given_ = person(note="margarethe.oyelaran@globex.io knows 77001234 and Margarethe")
    given_ = asked(given_, given_.request.url + "?who=Margarethe&api_key=live-123456789")
    headers = (*given_.response.headers, ("Location", "/v3/sequences/40404/contacts/77001234"))
    given_ = replace(given_, response=replace(given_.response, headers=headers))
    scrubbed = REPLY_SCRUBBER.scrub(given_)
    body = body_of(scrubbed)
    path = f"/v3/sequences/{body['sequenceId']}/contacts/{body['contactId']}"
    assert scrubbed.request.url == f"https://api.reply.io{path}?who={body['firstName']}&api_key=SCRUBBED"
    assert header(scrubbed.response.headers, "location") == path
    assert body["note"].split()[::4] == [body["email"], body["firstName"]]
    assert body["note"].split()[2] == str(body["contactId"])


def test_shapes_stay_alike() -> None:
    """Lengths, letter case, scripts, widths of integers, clock times, nulls and constants are as they were."""
    body = body_of(REPLY_SCRUBBER.scrub(person(company="Ünal & Söhne 42", linkedInAccountId=None)))
    assert [len(body[name]) for name in ("email", "firstName", "company")] == [29, 10, 15]
    assert body["firstName"].istitle()
    assert body["company"][4:7] == " & "
    assert not body["company"][0].isascii()
    assert body["email"].partition("@")[2] in {"example.com", "example.net", "example.org"}
    assert body["email"][10] == "."
    assert body["addingDate"][10:] == "T23:59:60.125Z"
    assert len(str(body["contactId"])) == 8
    assert body["emailAccountId"] > 2**53
    assert body["linkedInAccountId"] is None
    kept = ("statusInSequence", "isOptedOut", "callStatus", "emailDisposition")
    assert [body[name] for name in kept] == [PERSON[name] for name in kept]


def test_the_documented_example_stays_as_it_is() -> None:
    """What the vendor's page shows is nobody's secret: its row is not touched, the credential aside."""
    example = legal_interaction(REPLY, 200)
    scrubbed = REPLY_SCRUBBER.scrub(example)
    assert scrubbed.response == example.response
    assert scrubbed.request.url == example.request.url
    assert dict(scrubbed.request.headers) == {"Authorization": "Bearer SCRUBBED"}


def test_constants_stay_and_their_neighbours_do_not() -> None:
    """`Finished` is the contract's word and stays; another display name is open."""
    finished = {"stepId": None, "displayName": "Finished"}
    assert body_of(REPLY_SCRUBBER.scrub(person(currentStep=finished)))["currentStep"] == finished
    other = body_of(REPLY_SCRUBBER.scrub(person(currentStep={"stepId": 909090, "displayName": "Finally"})))
    assert other["currentStep"]["displayName"] != "Finally"


def test_same_secret_same_pseudonyms() -> None:
    """A second scrubber with the secret says the same, one with another secret says something else everywhere."""
    again = Scrubber(REPLY, b"a secret").scrub(person())
    assert again == REPLY_SCRUBBER.scrub(person())
    other = Scrubber(REPLY, b"another").scrub(person())
    for name in ("contactId", "email", "firstName", "company", "addingDate"):
        assert len({body_of(each)[name] for each in (again, other, person())}) == 3


def test_dates_move_by_one_number_of_days() -> None:
    """The time between two dates stays."""
    moved = [
        body_of(REPLY_SCRUBBER.scrub(person(addingDate=f"{day}T00:00:00Z", note=day)))
        for day in ("2024-02-28", "2024-03-01")
    ]
    first, second = (each["addingDate"][:10] for each in moved)
    apart = date.fromisoformat(second) - date.fromisoformat(first)
    assert apart.days == 2
    assert [each["note"] for each in moved] == [first, second]


def test_headers_are_kept_by_an_allow_list() -> None:
    """Cookies, servers, lengths and unknown headers go; limits and media types stay; credentials are scrubbed."""
    given_ = person()
    request = replace(
        given_.request,
        headers=(("AUTHORIZATION", "Bearer live-key-123456"), ("Cookie", "a=b"), ("X-Api-Key", "k" * 20)),
    )
    headers = (
        ("Content-Type", "application/json"), ("X-Rate-Limit-Remaining", "99"), ("Set-Cookie", "s=1"),
        ("Content-Length", "10"), ("Retry-After", "30"), ("Allow", "GET"), ("X-Account", "Globex"),
    )  # fmt: skip
    scrubbed = REPLY_SCRUBBER.scrub(
        replace(given_, request=request, response=replace(given_.response, headers=headers))
    )
    assert scrubbed.request.headers == (("AUTHORIZATION", "Bearer SCRUBBED"),)
    assert [name for name, _ in scrubbed.response.headers] == [
        "Content-Type", "X-Rate-Limit-Remaining", "Retry-After", "Allow",
    ]  # fmt: skip


OPEN_NAMES = ("ann.real@globex.io", "Realsson, Ann", "+49 30 9012345", "4711", "p15551234567", "ghp_" + "a1B2" * 8)
FIELDS = ("first_name", "isOpen", "address1", "@type", "oauth2Scope", "last-seen", "Ann")


@pytest.mark.parametrize("name", OPEN_NAMES)
@pytest.mark.parametrize("place", ["root", "below", "broken"])
def test_a_name_that_is_a_value_is_scrubbed(name: str, place: str) -> None:
    """In a body, at any depth, broken JSON as well; its finding has the fingerprint that it had."""
    body: Any = {**PERSON, name: 1} if place == "root" else {**PERSON, "by": [{name: {"deep": name}}]}
    written = encoded(body) if place != "broken" else encoded(body)[:-1]
    given_ = raw(REPLY, written)
    scrubbed = REPLY_SCRUBBER.scrub(given_)
    assert name not in everything(scrubbed)
    assert verdict("reply", scrubbed) == verdict("reply", given_)


@pytest.mark.parametrize("name", FIELDS)
def test_a_plain_name_stays(name: str) -> None:
    """An undocumented field keeps its name, so that its finding can name it."""
    given_ = person(**{name: 1})
    scrubbed = REPLY_SCRUBBER.scrub(given_)
    assert name in body_of(scrubbed)
    assert [found.pointer for found in CHECKERS["reply"].judge(scrubbed).findings] == [f"/{name}"]


def test_every_key_of_a_map_is_scrubbed() -> None:
    """Where the contract documents an object and none of its fields, its names are values, a bare word too."""
    draft = DRAFTS["reply"]
    field, of = Field(at=("byName",), target="success"), rule_of(draft, "contactId.type")
    rule = replace(of, id="byName.type", at=("byName",), says={"types": ["object"]})
    contract = held(replace(draft, fields=(*draft.fields, field), rules=(*draft.rules, rule)))
    scrubbed = Scrubber(contract, b"x").scrub(answered(contract, {**PERSON, "byName": {"Ann": 1, "Bob": {"Ann": 2}}}))
    assert not {"Ann", "Bob"} & set(body_of(scrubbed)["byName"])
    assert len(body_of(scrubbed)["byName"]) == 2


@pytest.mark.parametrize("number", [4711, 47, -815, 3.25, 12.0])
def test_short_numbers_are_open_values(number: float) -> None:
    """A pin, an age, a price: whatever the contract doesn't name, as long as it was."""
    new = body_of(REPLY_SCRUBBER.scrub(person(pin=number)))["pin"]
    assert new != number
    assert (len(str(new)), type(new), new < 0) == (len(str(number)), type(number), number < 0)


HEADERS = {
    "Content-Type": ("application/json; charset=utf-8", 'application/json; charset=utf-8; owner="Realsson"'),
    "Retry-After": ("30", "Realsson"),
    "X-RateLimit-Remaining": ("99", "Realsson"),
    "X-Rate-Limit-Reset": ("1700000000", "ann.real@globex.io"),
    "X-RateLimit-Realsson": (None, "1"),
    "Allow": ("GET, POST", "GET, POST, Realsson"),
    "WWW-Authenticate": ('Bearer error="invalid_token"', 'Bearer realm="Realsson", error="invalid_token"'),
    "Location": (None, "https://ann:pw@realsson.io:8443/Realsson?who=Realsson&token=Realsson12#access_token=Realsson"),
}


@pytest.mark.parametrize(("name", "values"), HEADERS.items(), ids=HEADERS)
def test_a_kept_header_keeps_only_its_form(name: str, values: tuple[str | None, str]) -> None:
    """What such a header holds stays; anything else that stands there doesn't."""
    kept, given_value = values
    person_ = person()
    for value in (given_value, kept or given_value):
        given_ = replace(person_, response=replace(person_.response, headers=((name, value),)))
        headers = REPLY_SCRUBBER.scrub(given_).response.headers
        assert "ealsson" not in str(headers)
        assert "globex" not in str(headers)
        assert urlsplit(dict(headers).get("Location", "")).port is None
    assert kept is None or headers == ((name, kept),)


def test_what_a_rule_reads_of_a_text_stays() -> None:
    """A pattern with words of its own, a range of few numbers: the pseudonym keeps them, and is another value."""
    draft = DRAFTS["reply"]
    of = rule_of(draft, "contactId.type")
    field = [Field(at=(name,), target="success") for name in ("code", "rank", "apiKey")]
    rules = [
        replace(of, id="code.pattern", kind="pattern", at=("code",), says={"pattern": "^SEQ_[A-F]{4}-[0-9]+$"}),
        replace(of, id="rank.range", kind="range", at=("rank",), says={"minimum": 4710, "maximum": 4712}),
        replace(of, id="apiKey.pattern", kind="pattern", at=("apiKey",), says={"pattern": "^tok_[0-9a-f]{16}$"}),
    ]
    contract = held(replace(draft, fields=(*draft.fields, *field), rules=(*draft.rules, *rules)))
    planted: dict[str, Any] = {"code": "SEQ_BEAD-4711", "rank": 4711, "apiKey": "tok_09f8e7d6c5b4a392"}
    given_ = answered(contract, {**PERSON, **planted})
    scrubbed = Scrubber(contract, b"x").scrub(given_)
    judged = [sorted(found.rule for found in Checker(contract).judge(each).findings) for each in (given_, scrubbed)]
    assert judged[0] == judged[1]
    assert all(body_of(scrubbed)[name] != value for name, value in planted.items())
    assert leaks(scrubbed, contract, None) == ()


def test_only_what_collides_is_drawn_anew() -> None:
    """In a crowd of numbers no number stands in another's place, and most pseudonyms are those of a small body."""
    crowd = random.Random(3).sample(range(10_000, 100_000), 5_000)  # noqa: S311  a seeded crowd
    alone = body_of(REPLY_SCRUBBER.scrub(person(crowd=crowd[:1])))["crowd"]
    scrubbed = body_of(REPLY_SCRUBBER.scrub(person(crowd=crowd)))["crowd"]
    assert not set(crowd) & set(scrubbed)
    assert len(set(scrubbed)) == len(crowd)
    first = Scrubber(REPLY, b"a secret")._names.integer
    same = sum(new == first(old) for old, new in zip(crowd, scrubbed, strict=True))
    assert same > len(crowd) / 2
    assert len(alone) == 1


def test_survivors_are_an_error() -> None:
    """Where every text of a shape is somebody's, none can stand for another, and nothing is scrubbed by half."""
    with pytest.raises(Unusable, match="can't be scrubbed"):
        REPLY_SCRUBBER.scrub(person(everybody=[f"0000{letter}" for letter in ascii_lowercase]))


def test_work_grows_with_size() -> None:
    """Four times the texts and numbers take about four times as many steps."""
    draw = random.Random(5)  # noqa: S311  seeded

    def steps(rows: int) -> int:
        texts = ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz ", k=12)) for _ in range(rows)]
        given_ = person(rows=[{"t": text, "n": draw.randrange(10**6)} for text in texts])
        counted = itertools.count()
        sys.setprofile(lambda *_: next(counted) and None)
        try:
            Scrubber(REPLY, b"a secret").scrub(given_)
        finally:
            sys.setprofile(None)
        return next(counted)

    assert steps(2400) < 5 * steps(600)


@given(data=st.data())
def test_a_scrubbed_interaction_has_no_leak(data: st.DataObject) -> None:
    """The leak scan finds nothing in what was scrubbed, whatever the values were."""
    changed = data.draw(st.dictionaries(st.sampled_from(sorted(PERSON)), st.one_of(TEXTS, VALUES), max_size=5))
    assert leaks(REPLY_SCRUBBER.scrub(person(**changed)), REPLY, None) == ()


def test_echo_of_every_contract() -> None:
    """Each contract's own example, asked under other ids, keeps or breaks its echoes as before."""
    for name, contract in CONTRACTS.items():
        contract_: Contract = contract
        good = legal_interaction(contract_, 200)
        other = asked(good, good.request.url.replace("12345", "12346").replace("0000-4000", "0000-4001"))
        for each in (good, other):
            assert verdict(name, SCRUBBERS[name].scrub(each)) == verdict(name, each)
