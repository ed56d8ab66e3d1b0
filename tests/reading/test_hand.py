"""Hand-written data: what it may say, and the one line that answers everything else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import Unusable
from contracts.model.json import ITEM, dotted
from contracts.reading.hand import Hand, Limit, matching, parse_path, read_hand

REPLY = Path("contracts/reply")

VENDOR = """\
server = "https://api.example.com/"
key_variable = "EXAMPLE_KEY"

[[limits]]
requests = 10
seconds = 60

[[answers]]
status = 200
description = "fine"
media = ["application/json"]
body = "success"

[[answers]]  # by hearsay
status = 401
description = "who?"
body = "problem"
may_be_empty = true
source = "assumed"

[[headers]]
name = "Retry-After"
statuses = [401]
pattern = "^[0-9]+$"

[[problem]]
name = "errors"
type = "array"

[[problem]]
name = "errors[]"
type = "object"

[[problem]]
name = "errors[].pointer"
type = "string"
required = true
"""

OPERATION = """\
server = "https://api.example.com"
method = "get"
path = "/things/{id}"

[[rules]]
id = "id.echoes-request"
kind = "echo"
field = "id"
expression = "$request.path.id"
summary = "It is the thing."

[[rules]]
id = "state.over-has-no-step"
kind = "condition"
field = "state"
level = "drift"
source = "documented"
when = { field = "state", is = ["over"] }
then = { field = "step.id", null = true }
summary = "What is over has no step."
sentences = ["0123456789abcdef"]

[[waivers]]
field = "state"
reason = "Nothing to see."
digests = ["0123456789abcdef"]
"""


def test_a_vendors_file_gives_its_facts() -> None:
    """Variable, limits, answers and rules are read as written, each rule with its own line."""
    hand = read_hand(VENDOR, "v.toml")
    assert (hand.server, hand.variable) == ("https://api.example.com", "EXAMPLE_KEY")
    assert hand.limits == (Limit(requests=10, seconds=60),)
    assert [(one.key, one.status, one.success, one.empty) for one in hand.answers] == [
        ("200", 200, True, False),
        ("401", 401, False, True),
    ]
    assert [(rule.id, rule.level, rule.sources[0].line) for rule in hand.rules] == [
        ("response.retry-after", "violation", 21),
        ("problem.type", "violation", 26),
        ("problem.errors.type", "violation", 26),
        ("problem.errors[].type", "violation", 30),
        ("problem.errors[].pointer.required", "violation", 34),
        ("problem.errors[].pointer.type", "violation", 34),
        ("problem.undocumented-field", "drift", 26),
    ]
    assert all(rule.sources[0].hand and rule.sources[0].page == "v.toml" for rule in hand.rules)


def test_an_assumed_answer_stands_among_a_problem_rules_sources() -> None:
    """That a status carries a problem document at all may be weaker than what the document holds."""
    rule = read_hand(VENDOR, "v.toml").rules[1]
    assert [(source.line, source.kind) for source in rule.sources] == [(26, "documented"), (14, "assumed")]
    assert rule.answers == ("401",)


def test_an_operations_file_gives_rules_and_waivers() -> None:
    """Echoes and conditions are read into what their kinds say; the places they speak of are kept for checking."""
    hand = read_hand(OPERATION, "o.toml")
    echo, condition = hand.own
    assert (hand.method, hand.path) == ("GET", "/things/{id}")
    assert (echo.rule.at, echo.rule.says, echo.kind) == (("id",), {"expression": "$request.path.id"}, "assumed")
    assert condition.rule.at == ()
    assert condition.rule.says == {
        "when": {"path": ["state"], "is": ["over"]},
        "then": {"path": ["step", "id"], "is": [None]},
    }
    assert (condition.rule.level, condition.kind, condition.place) == ("drift", "documented", "o.toml:12")
    assert condition.sentences == ("0123456789abcdef",)
    assert ("step", "id") in condition.fields
    assert [(item.waiver.field, item.place) for item in hand.waivers] == [("state", "o.toml:23")]


def test_matching_joins_the_vendor_with_the_operation_and_nothing_else() -> None:
    """Data is found by server, method and path; another vendor's or operation's stays out."""
    vendor, own = read_hand(VENDOR, "v.toml"), read_hand(OPERATION, "o.toml")
    both = matching((vendor, own), "https://api.example.com", "GET", "/things/{id}")
    assert (both.rules, both.own, both.variable) == (vendor.rules, own.own, "EXAMPLE_KEY")
    assert not matching((vendor, own), "https://api.example.com", "GET", "/things").own
    assert not matching((vendor, own), "https://api.example.com", "PUT", "/things/{id}").own
    assert matching((vendor, own), "https://other.example", "GET", "/things/{id}") == Hand(
        server="https://other.example", method="GET", path="/things/{id}"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "f.toml: `server` is missing"),
        ("server = 3", "f.toml: `server` must be str"),
        ("server", "f.toml: not valid TOML: "),
        ("\0\1", "f.toml: not valid TOML: "),
        ("a = " + "[" * 9000, "f.toml: not valid TOML: nested too deep"),
        (f"server = {'9' * 4301}", "f.toml: not valid TOML: a number that doesn't fit into 64 bits"),
        (VENDOR.replace("requests = 10", f"requests = {'9' * 4300}"), "f.toml: not valid TOML: a number that doesn't"),
        (VENDOR.replace("requests = 10", f"requests = 0x{'f' * 17}"), "f.toml: not valid TOML: a number that doesn't"),
        ('server = "s"\nkey = 1', "f.toml: unknown key `key`; known are server"),
        ('server = "s"\nmethod = "GET"', "f.toml: `method` and `path` stand together or not at all"),
        ('server = "s"\nanswers = 3', "f.toml: write each entry of `answers` under a [[answers]] header of its own"),
        ('server = "s"\nlimits = [{requests = 1, seconds = 1}]', "f.toml: write each entry of `limits` under"),
        (VENDOR.replace("requests = 10", "requests = 0"), "f.toml:4: `requests` and `seconds` must be 1 or more"),
        (VENDOR.replace("requests = 10", "requests = true"), "f.toml:4: `requests` must be int"),
        (VENDOR.replace("status = 200", "status = 2000"), "f.toml:8: 2000 is no HTTP status"),
        (VENDOR.replace('"application/json"', "4"), "f.toml:8: `media` must be a list of str"),
        (VENDOR.replace('"success"', '"good"'), "f.toml:8: `body` must be one of success, problem"),
        (VENDOR.replace('"assumed"', '"heard"'), "f.toml:14: `source` must be one of documented, example, assumed"),
        (VENDOR.replace("^[0-9]+$", "(["), "f.toml:21: `pattern` is no regular expression"),
        (VENDOR.replace('"array"', '"list"'), "f.toml:26: `type` must be one of string"),
        (VENDOR.replace('"errors[]"', '"mistakes[]"'), "f.toml:30: `mistakes[]` stands twice, or before the field"),
        (VENDOR.replace('body = "problem"', 'body = "success"'), "f.toml:26: no [[answers]] entry has the body"),
        (
            VENDOR + OPERATION.partition("\n\n")[2],
            "f.toml: [[rules]] stands in a file of an operation: add `method` and `path`",
        ),
        (
            OPERATION + VENDOR.partition("\n\n")[2],
            "f.toml: [[limits]] stands in a file of a vendor: leave `method` and `path` out",
        ),
        (OPERATION.replace('id = "id.echoes-request"\n', ""), "f.toml:5: `id` is missing"),
        (OPERATION.replace('"echo"', '"type"'), "f.toml:5: `kind` must be one of echo, condition"),
        (OPERATION.replace("$request.path.id", "path.id"), "f.toml:5: an echo has an `expression` like"),
        (OPERATION.replace('"drift"', '"error"'), "f.toml:12: `level` must be one of violation, drift, note"),
        (OPERATION.replace('is = ["over"]', "is = []"), "f.toml:12: `when` must be like"),
        (OPERATION.replace('is = ["over"]', "is = [[1]]"), "f.toml:12: `when` must be like"),
        (OPERATION.replace("null = true", "null = false"), "f.toml:12: `then` must be like"),
        (OPERATION.replace("when = {", "when = 3 # {"), "f.toml:12: `when` must be dict"),
        (OPERATION.replace("when = {", "# {"), "f.toml:12: a condition has a `when` and a `then`"),
        (OPERATION.replace("reason = ", "why = "), "f.toml:23: unknown key `why`; known are field, reason, digests"),
        (OPERATION.replace("Nothing to see.", " "), "f.toml:23: a waiver needs a reason"),
        (OPERATION.replace('digests = ["0123456789abcdef"]', "digests = []"), "f.toml:23: a waiver needs a reason"),
        (OPERATION.replace('digests = ["0', 'digests = ["x'), "f.toml:23: `x123456789abcdef` is no digest"),
    ],
)
def test_bad_data_is_refused_in_one_line(text: str, message: str) -> None:
    """Whatever is wrong with a file, the message names the file, the line where there is one, and the key."""
    with pytest.raises(Unusable) as caught:
        read_hand(text, "f.toml")
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


@given(st.text())
def test_any_other_text_is_refused(text: str) -> None:
    """No text crashes the reader; one that ends in a bare word is never data."""
    with pytest.raises(Unusable, match=r"^f\.toml: "):
        read_hand(text + "\nserver", "f.toml")


@given(st.lists(st.one_of(st.just(ITEM), st.from_regex(r"[a-zA-Z_]\w{0,5}", fullmatch=True)), max_size=6))
def test_a_paths_name_leads_back_to_it(steps: list[str]) -> None:
    """Reading a dotted name is the inverse of writing it, the root apart."""
    path = tuple(steps)
    if path:
        assert parse_path(dotted(path)) == path


@pytest.mark.parametrize("file", ["vendor.toml", "get-a-contact-in-a-sequence.toml"])
def test_the_committed_data_can_be_read(file: str) -> None:
    """The data beside the transcribed page is good, and every rule's line is that of its entry."""
    text = (REPLY / file).read_text(encoding="utf-8")
    hand = read_hand(text, file)
    lines = text.split("\n")
    assert all(lines[rule.sources[0].line - 1].startswith("[[") for rule in hand.rules)
    assert all(lines[int(own.place.rsplit(":", 1)[1]) - 1] == "[[rules]]" for own in hand.own)


def test_the_vendors_limits_and_key_are_there() -> None:
    """A live run knows its budget and where its key is."""
    hand = read_hand((REPLY / "vendor.toml").read_text(encoding="utf-8"), "vendor.toml")
    assert hand.variable == "REPLY_API_KEY"
    assert hand.limits == (Limit(requests=100, seconds=60), Limit(requests=3000, seconds=3600))
    assert [answer.status for answer in hand.answers] == [200, 400, 401, 403, 404, 429]
    assert [answer.status for answer in hand.answers if answer.empty] == [401]
