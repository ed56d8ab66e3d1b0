"""`contracts verify PATH` on recordings as they come: what is judged, what is passed by and why, and the exit code."""

from __future__ import annotations

import base64
import gzip
import io
import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from contracts.commands.documents import contracts_here
from contracts.commands.targets import PATHS, Plan, check
from contracts.errors import Exit
from tests import alone
from tests.cli.conftest import ROOT, Run

URL = "https://api.reply.io/v3/sequences/100/contacts/12345"
JSON = {"Content-Type": ["application/json"]}

pytestmark = pytest.mark.usefixtures("schemas")

(_item,) = alone.document()["paths"].values()
EXAMPLE: dict[str, Any] = _item["get"]["responses"]["200"]["content"]["application/json"]["example"]
GOOD = json.dumps(EXAMPLE)
BROKEN = json.dumps({**EXAMPLE, "callStatus": "busy"})


def exchange(body: Any = GOOD, *, url: str = URL, status: Any = 200, headers: Any = JSON) -> dict[str, Any]:
    """One interaction of a cassette; its body as vcrpy writes it."""
    return {
        "request": {"method": "GET", "uri": url, "body": None, "headers": {}},
        "response": {"status": {"code": status, "message": ""}, "headers": headers, "body": {"string": body}},
    }


def entry(content: dict[str, Any] | None = None, *, url: str = URL, status: Any = 200) -> dict[str, Any]:
    """One entry of an archive."""
    content = {"text": GOOD, "mimeType": "application/json"} if content is None else content
    headers = [{"name": "content-type", "value": "application/json"}]
    return {
        "request": {"method": "GET", "url": url, "headers": []},
        "response": {"status": status, "headers": headers, "content": content},
    }


@pytest.fixture
def tape(tmp_path: Path) -> Any:
    """Writes a cassette of these interactions, of the given name."""

    def tape(*entries: dict[str, Any], name: str = "tape.yaml") -> str:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(yaml.dump({"interactions": [deepcopy(one) for one in entries], "version": 1}))
        return name

    return tape


@pytest.fixture
def har(tmp_path: Path) -> Any:
    """Writes an archive of these entries."""

    def har(*entries: dict[str, Any]) -> str:
        (tmp_path / "a.har").write_text(json.dumps({"log": {"version": "1.2", "entries": list(entries)}}, indent=1))
        return "a.har"

    return har


PROBLEM = {"Content-Type": ["text/plain"]}
WITHOUT: list[tuple[dict[str, Any], Exit, Exit]] = [
    (exchange("down", status=500, headers=PROBLEM), Exit.NOT_CHECKED, Exit.BROKEN),
    (exchange("", status=204, headers={}), Exit.NOT_CHECKED, Exit.BROKEN),
    (exchange(GOOD, status=201), Exit.NOT_CHECKED, Exit.BROKEN),
    (exchange("", status=302, headers={}), Exit.NOT_CHECKED, Exit.BROKEN),
    (exchange("{", status=404, headers={"Content-Type": ["application/problem+json"]}), Exit.BROKEN, Exit.BROKEN),
]


@pytest.mark.parametrize(("only", "code", "strict"), WITHOUT)
def test_nothing_is_kept_without_a_success(run: Run, tape: Any, only: dict[str, Any], code: Exit, strict: Exit) -> None:
    """A violation breaks; anything less is told and is no verdict, unless it is asked to break."""
    path = tape(only)
    done = run("verify", path)
    assert done.returncode == code
    assert run("verify", path, "--fail-on", "drift").returncode == strict
    assert "\nviolation " in done.stdout or "\ndrift " in done.stdout
    if code == Exit.NOT_CHECKED:
        assert done.stdout.splitlines()[-1].endswith(": the recordings hold no success answer")
    both = tape(only, exchange())
    assert run("verify", both).returncode == (Exit.KEPT if code == Exit.NOT_CHECKED else Exit.BROKEN)


def test_the_contract_s_own_recordings_and_traffic_are_not_kept_without_a_success(run: Run, tmp_path: Path) -> None:
    """The same of `--against cassettes` and of `drift --traffic`."""
    folder = tmp_path / "cassettes/reply/get-a-contact-in-a-sequence"
    folder.mkdir(parents=True)
    text = yaml.dump({"interactions": [exchange("down", status=500, headers=PROBLEM)], "version": 1})
    (folder / "one.yaml").write_text(text)
    assert run("verify", "--against", "cassettes").returncode == Exit.NOT_CHECKED
    assert run("verify", "--against", "cassettes", "--fail-on", "drift").returncode == Exit.BROKEN
    page = ROOT / "contracts/reply/get-a-contact-in-a-sequence.txt"
    assert run("drift", page, "--traffic", str(folder)).returncode == Exit.NOT_CHECKED
    assert run("drift", page, "--traffic", str(folder), "--fail-on", "any").returncode == Exit.BROKEN


OTHER = "https://cdn.example.org/x"
ODD: list[dict[str, Any]] = [
    exchange("", url=OTHER, headers={"X": [None]}),
    exchange("", url=OTHER, headers={"Set-Cookie": None}),
    exchange("", url=OTHER, headers={"Content-Length": 5}),
    exchange({"parsed": 1}, url=OTHER),
    exchange("", url=OTHER, status=0),
    exchange(gzip.compress(b"{}", mtime=0)[:-9], url=OTHER, headers={"Content-Encoding": ["gzip"]}),
    exchange("", url=OTHER) | {"response": None},
    exchange("", url="http://["),
    exchange("", url="http://user:secret@cdn.example.org:80/x"),
    exchange("", url="http://cdn.example.org:port/x"),
    exchange("", url="/x"),
]


@pytest.mark.parametrize("odd", ODD)
def test_another_operation_is_passed_by_whatever_it_holds(run: Run, tape: Any, odd: dict[str, Any]) -> None:
    """Strictness comes after the question whose it is; the address is told without its password."""
    done = run("verify", tape(odd, exchange()))
    assert (done.returncode, done.stderr) == (Exit.KEPT, "")
    assert "(beside 1 other request to " in done.stdout
    assert " to )" not in done.stdout
    assert "secret" not in done.stdout
    assert "\nunreadable " not in done.stdout


def test_an_archive_s_other_entries_are_passed_by(run: Run, har: Any) -> None:
    """Firefox says base64 where none stands, a proxy leaves out a value, an extension gives a status of its own."""
    nameless = entry(url=OTHER)
    nameless["request"]["headers"] = [{"name": "Content-Type"}]
    odd = (
        entry({"text": "<svg>", "encoding": "base64"}, url=OTHER),
        nameless,
        entry(url=OTHER, status=-999),
        entry(url=OTHER, status="200"),
    )
    done = run("verify", har(*odd, entry()))
    assert done.returncode == Exit.KEPT
    assert "(beside 4 other requests to cdn.example.org, 4 unreadable)" in done.stdout
    (found,) = json.loads(run("verify", "a.har", "--format", "json").stdout)["runs"]
    reasons = {one["reason"].partition(";")[0]: one["what"] for one in found["targets"][0]["unreadable"]}
    assert set(reasons.values()) == {"other answer"}
    assert "response.status must be a whole number, not text" in reasons


CHANGED: list[tuple[dict[str, Any], str]] = [
    (exchange(b"\x0b\x01\x80{}\x03", headers={**JSON, "Content-Encoding": ["br"]}), "response.body: is coded as br"),
    (exchange(b"\x28\xb5\x2f\xfd\x04\x00\x00\x01\x02", headers={**JSON, "Content-Encoding": ["zstd"]}), "as zstd"),
    (exchange(gzip.compress(GOOD.encode(), mtime=0)[:-9]), "is cut in the middle of its compressed data"),
    (exchange(gzip.compress(GOOD.encode(), mtime=0).decode("utf-8", "replace")), "stored as text, and lost"),
    (exchange(None), "response.body: was not stored"),
    (exchange({"a": 1}), "response.body.string must be text, not a mapping"),
    (exchange(status="200"), "response.status.code must be a whole number, not text"),
    (exchange(headers={"Content-Type": None}), "response.headers.Content-Type has no value"),
    ({"request": {}}, "request.method is missing"),
]


@pytest.mark.parametrize(("odd", "reason"), CHANGED)
def test_an_answer_that_can_t_be_read_is_named_with_its_reason(
    run: Run, tape: Any, odd: dict[str, Any], reason: str
) -> None:
    """It is never broken: counted beside the others, or exit 3 where there is no other; in text and in JSON."""
    alone = run("verify", tape(odd))
    assert alone.returncode == Exit.NOT_CHECKED
    path = tape(odd, odd, exchange())
    done = run("verify", path)
    assert done.returncode == Exit.KEPT
    assert "1 recording in tape.yaml (beside 2 unreadable answers): 1 answer" in done.stdout
    line = next(line for line in done.stdout.splitlines() if line.startswith("unreadable "))
    assert line.startswith("unreadable 2 answers, the first at tape.yaml:2: ")
    assert reason in line
    for text in (run("verify", path, "--format", "json").stdout, run("verify", tape(odd), "--format", "json").stdout):
        document = json.loads(text)
        jsonschema.validate(document, json.loads((ROOT / "schemas/own/verify.schema.json").read_text()))
        (told,) = document["runs"][0]["targets"][0]["unreadable"]
        assert (told["what"], told["place"], told["line"], told["index"]) == ("answer", "tape.yaml", 2, 0)
        assert reason in told["reason"]


def test_drift_names_what_it_could_not_read(run: Run, tape: Any) -> None:
    """Also in JSON."""
    page = ROOT / "contracts/reply/get-a-contact-in-a-sequence.txt"
    path = tape(exchange(None), exchange())
    assert "\nunreadable tape.yaml:2: response.body: was not stored\n" in run("drift", page, "--traffic", path).stdout
    document = json.loads(run("drift", page, "--traffic", path, "--format", "json").stdout)
    jsonschema.validate(document, json.loads((ROOT / "schemas/own/drift.schema.json").read_text()))
    assert [one["count"] for one in document["traffic"]["unreadable"]] == [1]


CODED = gzip.compress(GOOD.encode(), mtime=0)
READ: list[dict[str, Any]] = [
    exchange(CODED),
    exchange(CODED.decode("latin-1"), headers={**JSON, "Content-Encoding": ["gzip"]}),
    exchange(CODED + b"\r\n", headers={**JSON, "Content-Encoding": ["gzip"]}),
    exchange(gzip.compress(CODED, mtime=0), headers={**JSON, "Content-Encoding": ["gzip", "gzip"]}),
    exchange(GOOD, headers={**JSON, "Content-Encoding": ["aws-chunked", "gzip"]}),
    exchange(GOOD, headers={**JSON, "Content-Encoding": ["utf-8"]}),
    exchange(GOOD, headers={**JSON, "Content-Length": [5], "Server": [b"nginx"], "X": True, "Set-Cookie": None}),
    exchange(GOOD, url=URL + "/"),
]


@pytest.mark.parametrize("odd", READ)
def test_what_a_recorder_did_is_not_the_vendor_s_doing(run: Run, tape: Any, odd: dict[str, Any]) -> None:
    """Whatever it decoded, kept coded, dropped or wrote in its own types: the answer is the one that was sent."""
    done = run("verify", tape(odd))
    assert (done.returncode, "findings   none" in done.stdout) == (Exit.KEPT, True), done.stdout


@pytest.mark.parametrize("body", ["{", "", b"\xff{}", "\ufeff" + GOOD, '"1f8b"'])
def test_what_was_sent_for_sure_is_judged(run: Run, tape: Any, body: str | bytes) -> None:
    """A broken body that nothing speaks against is broken."""
    done = run("verify", tape(exchange(body), exchange()))
    assert done.returncode == Exit.BROKEN
    assert "\nunreadable " not in done.stdout


EXPORTED: list[tuple[dict[str, Any], Exit]] = [
    ({"size": -1, "mimeType": "application/json"}, Exit.NOT_CHECKED),
    ({"size": 0}, Exit.NOT_CHECKED),
    ({"size": 9, "text": ""}, Exit.NOT_CHECKED),
    ({"size": 900, "text": GOOD[:200]}, Exit.NOT_CHECKED),
    ({"size": 10, "text": GOOD[:200]}, Exit.BROKEN),
    ({"text": CODED.hex(), "encoding": "hex"}, Exit.NOT_CHECKED),
    ({"text": CODED.hex(), "_isBinary": True}, Exit.NOT_CHECKED),
    ({"text": base64.b64encode(CODED).decode(), "encoding": "base64"}, Exit.KEPT),
    ({"text": "!", "encoding": "base64"}, Exit.NOT_CHECKED),
    ({"text": EXAMPLE}, Exit.NOT_CHECKED),
    ({"size": -1, "_file": "body.json"}, Exit.KEPT),
    ({"size": -1, "_file": "../body.json"}, Exit.NOT_CHECKED),
    ({"size": -1, "_file": "/etc/hostname"}, Exit.NOT_CHECKED),
]


@pytest.mark.parametrize(("content", "code"), EXPORTED)
def test_what_an_exporter_left_out_is_not_the_vendor_s_doing(
    run: Run, har: Any, tmp_path: Path, content: dict[str, Any], code: Exit
) -> None:
    """A body that is missing, cut, elsewhere or in a form of its own is read where that can be told."""
    (tmp_path / "body.json").write_text(GOOD)
    (tmp_path.parent / "body.json").write_text(BROKEN)
    done = run("verify", har(entry(content)))
    assert done.returncode == code, done.stdout
    assert ("\nunreadable a.har:" in done.stdout) is (code == Exit.NOT_CHECKED)


def test_where_the_contract_asks_for_no_body_an_absent_one_is_the_body(run: Run, har: Any) -> None:
    """A refusal that may be empty, and a status that the contract doesn't know."""
    unauthorized = entry({"size": 0}, status=401)
    unauthorized["response"]["headers"] = [{"name": "WWW-Authenticate", "value": "Bearer"}]
    done = run("verify", har(unauthorized, entry({"size": 0}, status=404), entry({}, status=204), entry()))
    assert done.returncode == Exit.KEPT
    assert "3 recordings in a.har (beside 1 unreadable answer)" in done.stdout


def test_a_header_of_several_lines_is_read_whole(run: Run, tape: Any) -> None:
    """A challenge that is documented may be the second one."""
    headers = {"WWW-Authenticate": ["Basic realm=x", "Bearer"]}
    done = run("verify", tape(exchange("", status=401, headers=headers), exchange()))
    assert (done.returncode, "findings   none" in done.stdout) == (Exit.KEPT, True), done.stdout


def test_one_file_of_a_folder_hides_no_other(run: Run, tape: Any, tmp_path: Path) -> None:
    """Cassettes of other tools, cut ones and packed ones are named and counted; named themselves they are refused."""
    tape(exchange(), name="d/good.yaml")
    (tmp_path / "d/go.yaml").write_text("version: 2\ninteractions:\n- id: 0\n  request: {url: x}\n")
    (tmp_path / "d/ruby.yml").write_text("http_interactions:\n- request: {}\nrecorded_with: VCR 6.2.0\n")
    (tmp_path / "d/betamax.json").write_text('{"http_interactions": [], "recorded_with": "betamax/0.9.0"}')
    (tmp_path / "d/cut.yaml").write_text((tmp_path / "d/good.yaml").read_text() + "x: [")
    (tmp_path / "d/tag.yaml").write_text("interactions:\n- request: !!python/object/new:app.Body {}\n")
    (tmp_path / "d/packed.yaml.gz").write_bytes(CODED[:9])
    done = run("verify", "d")
    assert (done.returncode, done.stderr) == (Exit.KEPT, "")
    assert "(beside 6 left-out files)" in done.stdout
    for name, kind in (
        ("go.yaml", "a cassette of go-vcr"),
        ("ruby.yml", "a cassette of Ruby's VCR"),
        ("betamax.json", "a cassette of betamax"),
        ("cut.yaml", "is not YAML"),
        ("tag.yaml", "what is not plain data"),
        ("packed.yaml.gz", "is cut in the middle of what is packed with gzip"),
    ):
        assert any(f"d/{name}" in line and kind in line for line in done.stdout.splitlines()), name
        named = run("verify", f"d/{name}")
        assert (named.returncode, named.stdout) == (Exit.UNUSABLE, "")
        assert kind in named.stderr


def test_one_line_of_a_log_hides_no_other(run: Run, tmp_path: Path) -> None:
    """What is no JSON, no exchange, or sent to no address."""
    good = {"request": {"method": "GET", "url": URL}, "response": {"status": 200, "headers": JSON, "body": EXAMPLE}}
    lines = ("{", "[]", json.dumps({**good, "request": {"method": "GET", "url": "http://["}}), json.dumps(good))
    (tmp_path / "log.ndjson").write_text("\n".join(lines))
    done = run("verify", "log.ndjson")
    assert done.returncode == Exit.KEPT
    assert "beside 1 other request to an address without a host and 2 unreadable answers" in done.stdout
    assert "\nunreadable log.ndjson:1: is not JSON" in done.stdout


def test_a_path_below_a_prefix_is_told_and_is_no_answer(run: Run, tape: Any) -> None:
    """A proxy's address isn't the operation's: exit 3, and the line says what was seen."""
    below = URL.replace("api.reply.io", "proxy.example.org/reply")
    secret = URL.replace("api.reply.io", "proxy.example.org/key=0123456789abcdef0123456789")
    done = run("verify", tape(exchange(url=below), exchange(url=secret)))
    assert (done.returncode, done.stdout) == (Exit.NOT_CHECKED, "")
    assert "2 other requests to proxy.example.org" in done.stderr
    assert "1 to the operation's path below /reply" in done.stderr
    assert "0123456789" not in done.stderr


def test_aliases_are_expanded_and_bombs_are_refused(run: Run, tmp_path: Path) -> None:
    """What vcrpy wrote once and meant twice is read; what would fill the memory is one line."""
    headers = {"Content-Type": ["application/json"]}
    text = yaml.dump({"interactions": [exchange(headers=headers), exchange(headers=headers)]})
    assert "*id001" in text
    (tmp_path / "tape.yaml").write_text(text)
    assert run("verify", "tape.yaml").returncode == Exit.KEPT
    bomb = "".join(f"- &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 40))
    (tmp_path / "bomb.yaml").write_text(f"interactions:\n- &a0\n  request: {{}}\n{bomb}")
    done = run("verify", "bomb.yaml")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (Exit.UNUSABLE, "", 1)
    assert "by YAML aliases" in done.stderr


def test_a_cassette_by_hand_takes_over_what_it_names(run: Run, tmp_path: Path) -> None:
    """Names merged by `<<`, and plain data with its tag, are what vcrpy plays, and are judged at their own lines."""
    first = json.dumps(exchange()).replace('"response": {', '"response": &answer {')
    first = first.replace('"code": 200', '"code": !!int "200"')
    second = f"- <<: *one\n  response:\n    <<: *answer\n    body: {{string: '{BROKEN}'}}"
    text = f"interactions:\n- &one {first}\n{second}\n"
    (tmp_path / "tape.yaml").write_text(text)
    (found,) = json.loads(run("verify", "tape.yaml", "--format", "json").stdout)["runs"][0]["findings"]
    assert (found["count"], found["broken"]["index"], found["broken"]["line"]) == (1, 1, 3)


@pytest.mark.parametrize("kind", ["yaml", "json", "har", "ndjson"])
def test_every_finding_has_its_line(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """Told by the reader: the file isn't opened again, however many there are."""
    path = tmp_path / f"a.{kind}"
    entries = [exchange(BROKEN if number % 2 else GOOD) for number in range(300)]
    if kind == "yaml":
        path.write_text(yaml.dump({"interactions": entries}))
    elif kind == "json":
        path.write_text(json.dumps({"interactions": entries, "version": 1}, indent=1))
    elif kind == "har":
        bodies = [{"text": each["response"]["body"]["string"]} for each in entries]
        path.write_text(json.dumps({"log": {"entries": [entry(body) for body in bodies]}}, indent=1))
    else:
        answer = {"status": 200, "headers": JSON}
        lines = [{"response": answer | {"body": each["response"]["body"]["string"]}} for each in entries]
        path.write_text("\n".join(json.dumps(one | {"request": {"method": "GET", "url": URL}}) for one in lines))
    opened: list[str] = []
    genuine = io.open

    def counted(file: Any, *given: Any, **named: Any) -> Any:
        opened.append(str(file))
        return genuine(file, *given, **named)

    monkeypatch.setattr(io, "open", counted)
    (found,) = json.loads(run("verify", path.name, "--format", "json").stdout)["runs"][0]["findings"]
    assert 1 <= opened.count(path.name) <= 2, "once to see what it is, once to read it"
    assert (found["count"], found["broken"]["index"]) == (150, 1)
    first = path.read_text().splitlines()[found["broken"]["line"] - 1]
    assert first.lstrip().startswith(("- request", "{"))
    assert found["broken"]["line"] > 1


ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 999)
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from([URL, "GET"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["string", "code", "text", "encoding", "_file", "name", "a"]), inner, max_size=3
        )
    ),
    max_leaves=5,
)
STEPS = st.lists(st.integers(0, 9), min_size=1, max_size=4)


def put(data: Any, steps: list[int], value: Any) -> Any:
    """The data with another value at a place that the steps lead to."""
    if not steps or not isinstance(data, dict | list) or not data:
        return value
    keys = list(data) if isinstance(data, dict) else list(range(len(data)))
    key = keys[steps[0] % len(keys)]
    data[key] = put(data[key], steps[1:], value)
    return data


@given(steps=STEPS, value=ANY)
def test_no_entry_hides_another(tmp_path_factory: pytest.TempPathFactory, steps: list[int], value: Any) -> None:
    """Whatever stands anywhere in one entry of any kind of recording, the one beside it is judged, and kept."""
    folder = tmp_path_factory.mktemp("any")
    tape = {"interactions": [put(deepcopy(exchange()), steps, value), exchange()], "version": 1}
    (folder / "a.json").write_text(json.dumps(tape))
    (folder / "a.har").write_text(json.dumps({"log": {"entries": [put(deepcopy(entry()), steps, value), entry()]}}))
    answer = {"status": 200, "headers": JSON, "body": GOOD}
    line: dict[str, Any] = {"request": {"method": "GET", "url": URL, "headers": {}, "body": None}, "response": answer}
    both = (put(deepcopy(line), steps, value), line)
    (folder / "a.ndjson").write_text("\n".join(json.dumps(one) for one in both))
    for name in ("a.json", "a.har", "a.ndjson"):
        checked = check(contracts_here()[0], PATHS, Plan(paths=(folder / name,)), {})
        assert checked.judgement.successes >= 1
        assert all("\n" not in one.reason for one in checked.unreadable)
