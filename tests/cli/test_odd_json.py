"""JSON that is valid and odd: deep, long or half a character; never broken for that, in any command that reads it."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import contracts
from contracts.model.interaction import Interaction, Request, Response
from contracts.recording.scrubbing import Scrubber
from tests.cli.conftest import Run
from tests.cli.logs import CONTRACT, EXAMPLE, PATH, SERVER, archive, cassette, exchange, log


def body(name: str, value: str) -> str:
    """The documented example as text, with one more field whose value is this text."""
    return json.dumps(EXAMPLE).removesuffix("}") + f', "{name}": {value}}}'


def nested(levels: int, opening: str = "[", closing: str = "]") -> str:
    """So many levels of arrays, or of objects."""
    return opening * levels + "1" + closing * levels


ODD = {
    "400 levels of arrays": body("extra", nested(400)),
    "400 levels of objects": body("extra", nested(400, '{"a":', "}")),
    "5,000 levels": body("extra", nested(5_000)),
    "100,000 levels": body("extra", nested(100_000)),
    "100,000 levels of both": body("extra", nested(50_000, '{"a":[', "]}")),
    "a number of 5,000 digits": body("extra", "7" * 5_000),
    "a negative number of 5,000 digits": body("extra", "-" + "7" * 5_000),
    "a number of 5,000 digits in depth": body("extra", "[" * 300 + "7" * 5_000 + "]" * 300),
    "a fraction of 5,000 digits": body("extra", "0." + "7" * 5_000),
    "a number beyond every float": body("extra", "1e999"),
    "a number beyond every machine": body("extra", "-1.5E+99999999999999999999"),
    "half a character": body("extra", '"a\\ud800b"'),
    "half a character as a name": body("\\ud800", "1"),
    "the other half, in capitals": body("extra", '"\\uDC00"'),
    "two halves in the wrong order": body("extra", '"\\udc00\\ud800"'),
    "halves as two names": body("extra", '{"\\ud800": 1, "\\ud801": 2}'),
}
FEW = ("400 levels of arrays", "a number of 5,000 digits", "half a character")


@pytest.mark.parametrize("case", ODD)
def test_valid_json_is_never_broken(run: Run, tmp_path: Path, case: str) -> None:
    """The undocumented field is drift, whatever it holds, and every report can tell it."""
    reports = {kind: tmp_path / f"report.{kind}" for kind in ("json", "junit", "sarif", "markdown", "github", "html")}
    options = [part for kind, path in reports.items() for part in ("--report", f"{kind}={path}")]
    done = run("verify", log(tmp_path, exchange(body=ODD[case])), *options)
    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr
    assert "drift      response.undocumented-field" in done.stdout
    assert "violation" not in done.stdout
    for path in reports.values():
        path.read_bytes().decode()
    json.loads(reports["json"].read_text())


@pytest.mark.parametrize("maker", [archive, cassette])
@pytest.mark.parametrize("case", FEW)
def test_every_recording_holds_it(run: Run, tmp_path: Path, maker: object, case: str) -> None:
    """HAR and cassettes as well as logs."""
    assert callable(maker)
    done = run("verify", maker(tmp_path, exchange(body=ODD[case])))
    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr


@pytest.mark.parametrize("case", FEW)
def test_traffic_tells_the_new_field(run: Run, tmp_path: Path, case: str) -> None:
    """`drift --traffic` observes it like any other."""
    done = run("drift", "--traffic", log(tmp_path, exchange(body=ODD[case])), "--history", tmp_path / "past.sqlite")
    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr
    assert "undocumented-field" in done.stdout


@pytest.mark.parametrize("case", ODD)
def test_it_is_judged_in_a_test(case: str) -> None:
    """`contracts.judge` as well."""
    answer = Response(status=200, headers=(("Content-Type", "application/json"),), body=ODD[case].encode())
    request = Request(method="GET", url=SERVER + PATH)
    found = contracts.judge(CONTRACT, Interaction(request=request, response=answer, origin="given")).findings
    assert {one.rule for one in found} == {"response.undocumented-field"}


@pytest.mark.parametrize(("field", "value", "broken"), [
    ("contactId", "7" * 5_000, "violation  contactId.echoes-request"),
    ("emailAccountId", "7" * 5_000, "violation  emailAccountId.range"),
    ("emailAccountId", "1e999", "violation  emailAccountId.range"),
    ("email", "7" * 5_000, "violation  email.type"),
    ("email", nested(100_000), "violation  email.type"),
    ("statusInSequence", '"\\ud800"', "violation  statusInSequence.enum"),
])  # fmt: skip
def test_it_breaks_what_it_would_break_anyway(run: Run, tmp_path: Path, field: str, value: str, broken: str) -> None:
    """Such a value in a documented place is judged by that place's rules."""
    text = json.dumps(EXAMPLE).replace(f'"{field}": {json.dumps(EXAMPLE[field])}', f'"{field}": {value}')
    done = run("verify", log(tmp_path, exchange(body=text)))
    assert done.returncode == 1
    assert broken in done.stdout


@pytest.mark.parametrize("value", [
    "[" * 100_000, "[" * 300 + "]" * 301, "[" * 300 + "}" * 300, "[" * 500 + "x" + "]" * 500,
    '{"a": ' * 300 + '{"b": 1, "b": 2}' + "}" * 300, "[" * 300 + "NaN" + "]" * 300, "7" * 5_000 + "x",
])  # fmt: skip
def test_what_is_no_json_stays_broken_at_any_depth(run: Run, tmp_path: Path, value: str) -> None:
    """Depth hides nothing."""
    done = run("verify", log(tmp_path, exchange(body=body("extra", value))))
    assert done.returncode == 1
    assert "violation  response.json" in done.stdout


SECRET = "Bearer abcdef0123456789"
DEEP = body("extra", "[" * 400 + f'"{SECRET}"' + "]" * 400)


def test_nothing_hides_in_depth_from_the_scrubber() -> None:
    """What nests deeper than is read isn't kept as it stands, though nothing else had to be replaced."""
    request = Request(method="GET", url=SERVER + PATH)
    answer = Response(status=200, headers=(("Content-Type", "application/json"),), body=DEEP.encode())
    asked = Interaction(request=request, response=answer, origin="live")
    scrubbed = Scrubber(CONTRACT, b"of the team").scrub(asked)
    assert SECRET.encode() not in scrubbed.response.body
    before, after = (
        {one.fingerprint for one in contracts.judge(CONTRACT, each).findings}
        for each in (asked, replace(scrubbed, place=asked.place))
    )
    assert before == after


def test_nothing_hides_in_depth_from_the_search_for_leaks(run: Run, tmp_path: Path) -> None:
    """A key is found at any depth of a recording."""
    folder = tmp_path / "cassettes" / "reply" / CONTRACT.slug
    folder.mkdir(parents=True)
    cassette(folder, exchange(body=DEEP))
    shutil.copytree(Path(__file__).parents[2] / "schemas" / "reply", tmp_path / "schemas" / "reply")
    done = run("verify", "--against", "cassettes")
    assert done.returncode == 1
    assert "bearer token in response/body" in done.stdout
    assert SECRET not in done.stdout
