"""`contracts drift` as a command: exit codes, what it prints and writes, and what it never shows."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from contracts.commands.group import main
from contracts.reports import REPORTS
from tests.cli.conftest import Run
from tests.commands.test_drift import (
    DROPPED,
    EXAMPLE,
    RENAMED,
    RENAMED_ANSWER,
    A,
    B,
    C,
    alone,  # noqa: F401  a fixture
    document,
    log,
    page,
    vendor,
)
from tests.reports.test_own_schemas import wrong
from tests.rules.synthetic import DOCUMENT
from tests.sources.conftest import Stand, here, stand  # noqa: F401  fixtures

SECRET = "sesame-4711"
ACCEPTED = """\
[[accepted]]
rule = "field.removed"
pointer = "/isOptedOut"
reason = "nobody reads it"
until = {until}
"""

pytestmark = pytest.mark.usefixtures("here")


def last(done: subprocess.CompletedProcess[str]) -> str:
    """The line with the verdict."""
    return done.stdout.splitlines()[-1]


@pytest.mark.usefixtures("alone")
def test_each_outcome_has_its_exit_code(run: Run) -> None:
    """0 kept, 1 broken, 2 usage or no input, 3 nothing checked; the last line is the verdict."""
    kept = run("drift", "schemas/reply/openapi.json")
    assert (kept.returncode, kept.stderr, last(kept)) == (
        0,
        "",
        "verdict    kept: nothing changed; no traffic was looked at",
    )
    broken = run("drift", page(*DROPPED, name="new.txt"))
    assert (broken.returncode, broken.stderr) == (1, "")
    assert last(broken).startswith("verdict    broken: 1 breaking change")
    nothing = run("drift", "--traffic", log({"a": 1}, url="https://h/x"))
    assert (nothing.returncode, nothing.stderr) == (3, "")
    assert last(nothing).startswith("verdict    not checked: ")
    unreachable = run("drift", "--traffic", "live")
    assert (unreachable.returncode, unreachable.stdout) == (3, "")
    assert unreachable.stderr.startswith("contracts: the live API was not asked: ")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((), "nothing to compare: name a page, two things, or --traffic"),
        (("a", "b", "c"), "3 things to compare; give one page, or two things"),
        (("nope.txt",), "nope.txt: no such file; name a documentation page, a contract document or a recording"),
        (("--accept",), "--accept takes one page, and nothing beside it"),
        (("--accept", "a", "b"), "--accept takes one page, and nothing beside it"),
        (("--accept", "a", "--traffic", "live"), "--accept takes one page, and nothing beside it"),
        (("--accept", "a", "--history", "h"), "--accept takes one page, and nothing beside it"),
        (("--accept", "a", "--accepted", "h"), "--accept takes one page, and nothing beside it"),
        (("--accept", "a", "--report", "junit=h"), "--accept takes one page, and nothing beside it"),
        (("--accept", "a", "--format", "json"), "--accept takes one page, and nothing beside it"),
    ],
)
def test_what_makes_no_sense_is_one_line(run: Run, tmp_path: Path, args: tuple[str, ...], message: str) -> None:
    """Exit 2, nothing on standard output, nothing written."""
    done = run("drift", *args)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"contracts: {message}\n")
    assert list(tmp_path.iterdir()) == []


def test_any_change_can_break(run: Run) -> None:
    """`--fail-on any` minds a harmless one, too; without, it is told."""
    old, new = page(name="old.txt"), page(("Given name", "The first name"))
    lenient, strict = run("drift", old, new), run("drift", old, new, "--fail-on", "any")
    assert (lenient.returncode, strict.returncode) == (0, 1)
    assert "re-read this: Response, firstName, line " in lenient.stdout


@pytest.mark.usefixtures("alone")
def test_a_page_is_accepted(run: Run) -> None:
    """One line says what was written; then nothing is new, and `derive` carries it over and notes what changed."""
    given = page()
    done = run("drift", "--accept", given)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "contracts: wrote schemas/reply/openapi.json\n")
    assert last(run("drift", given, "--fail-on", "any")).startswith("verdict    kept: nothing changed")
    other = page(("isOptedOut\nboolean", "isOptedOut\nboolean | null"), name="other.txt")
    refused = run("drift", "--accept", other)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == (
        "contracts: other.txt: differs from the contract in meaning (`isOptedOut` may now be null.); "
        "change the contract first, with `contracts derive`\n"
    )
    assert run("derive", other, "--out", "schemas/reply").returncode == 0
    assert last(run("drift", other, "--fail-on", "any")).startswith("verdict    kept: nothing changed")
    changelog = json.loads(Path("schemas/reply/get-a-contact-in-a-sequence.changelog.json").read_text())
    assert [change["kind"] for change in changelog[-1]["changes"]] == ["field.nullable"]


def test_a_vendor_s_document_of_several_files_is_cited_by_line(run: Run) -> None:
    """YAML with its version last, a schema in a file beside it; what changed in it is cited by line."""
    for name, kind in (("old", "string"), ("new", "integer")):
        Path(name).mkdir()
        Path(name, "thing.yaml").write_text("type: object\nproperties:\n  a: {type: " + kind + "}\n")
        Path(name, "api.yaml").write_text(VENDOR)
    done = run("drift", "old/api.yaml", "new/api.yaml", "--fail-on", "any")
    assert (done.returncode, done.stderr) == (1, "")
    assert "breaking   field.type  /a\n" in done.stdout
    more = run("drift", "old/api.yaml", edited()).stdout
    assert "breaking   alternative.added  /b\n" in more
    assert "old at   old/api.yaml:17 (documented)\n" in more
    same = run("drift", "old/api.yaml", "old/api.yaml", "--fail-on", "any")
    assert (same.returncode, last(same)) == (0, "verdict    kept: nothing changed")


VENDOR = """\
info: {title: Things, version: "1"}
servers: [{url: "https://things.example"}]
paths:
  /things/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses:
        "200":
          description: It.
          content:
            application/json:
              schema:
                allOf:
                  - {$ref: "thing.yaml"}
                  - properties:
                      b:
                        oneOf: [{type: string}, {type: object, properties: {c: {type: string}}}]
openapi: 3.0.3
"""


def edited() -> str:
    """The vendor's document with one more form of `b`."""
    Path("old", "edited.yaml").write_text(VENDOR.replace("oneOf: [", "oneOf: [{type: boolean}, "))
    return "old/edited.yaml"


def test_swagger_2_is_told_apart(run: Run) -> None:
    """What came before OpenAPI 3 ends with 2 and the line that says how to convert it."""
    Path("old.yaml").write_text("swagger: '2.0'\ninfo: {title: x, version: '1'}\npaths: {}\n")
    done = run("drift", "old.yaml", "old.yaml")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("contracts: old.yaml: a Swagger 2.0 document")
    assert "npx swagger2openapi" in done.stderr


# --- for machines -------------------------------------------------------------------------------------------------

SHOWN: dict[str, Callable[[], tuple[str, ...]]] = {
    "a page": lambda: (page(*DROPPED),),
    "a page and traffic": lambda: (page(*RENAMED), "--traffic", log(RENAMED_ANSWER, {**EXAMPLE, "score": 7})),
    "two documents": lambda: (document("old.json", a=A, b=B), document("new.json", a=A, b=C)),
    "two logs": lambda: (log(EXAMPLE, name="old.ndjson"), log({**EXAMPLE, "score": None})),
    "nothing": lambda: ("--traffic", log({"a": 1}, url="https://h/x")),
    "nobody": lambda: (page(), "--traffic", "http://127.0.0.1:9"),
}


@pytest.mark.usefixtures("schemas")
@pytest.mark.parametrize("name", SHOWN)
def test_json_is_of_its_schema(run: Run, name: str) -> None:
    """Whatever is compared, it is one object of the described shape, and the exit code says its verdict."""
    done = run("drift", *SHOWN[name](), "--format", "json")
    found = json.loads(done.stdout)
    assert wrong("drift", found) == []
    assert done.returncode == {"kept": 0, "broken": 1, "not checked": 3}[found["verdict"]]


@pytest.mark.usefixtures("schemas")
@pytest.mark.parametrize("name", SHOWN)
def test_two_runs_print_the_same_bytes(run: Run, name: str) -> None:
    """In each format, and in each report."""
    args = SHOWN[name]()
    reports = [part for form in REPORTS for part in ("--report", f"{form}=out/{form}")]
    seen = []
    for _ in range(2):
        printed = [run("drift", *args, "--format", form, *reports).stdout for form in ("text", "json")]
        seen.append((printed, {path.name: path.read_bytes() for path in Path("out").iterdir()}))
    assert seen[0] == seen[1]
    assert sorted(seen[0][1]) == sorted(REPORTS)


def test_no_process_prints_another_order(process: Run) -> None:
    """Nothing hangs on how a process happens to order its sets."""
    args = SHOWN["a page and traffic"]()
    first, second = (
        process("drift", *args, "--format", "json", "--report", f"sarif={seed}", env={"PYTHONHASHSEED": seed})
        for seed in ("1", "2")
    )
    assert (first.stdout, first.returncode) == (second.stdout, 1)
    assert Path("1").read_bytes() == Path("2").read_bytes()


# --- what comes from outside --------------------------------------------------------------------------------------

EVIL = "\x1b[31mred\x1b[0m\n::error file=a.py::gotcha\r\n<script>alert(1)</script>\u202e|`*"


def evil(*args: str) -> dict[str, str]:
    """What a hostile server's answers come to, printed and in each report."""
    reports = [part for form in REPORTS for part in ("--report", f"{form}=out/{form}")]
    done = CliRunner().invoke(main, ["drift", *args, *reports], catch_exceptions=False)
    shown = {path.name: path.read_text(encoding="utf-8") for path in Path("out").iterdir()}
    return shown | {"text": done.stdout, "errors": done.stderr}


@pytest.mark.parametrize("side", ["name", "value", "log"])
def test_hostile_traffic_stays_inert(side: str) -> None:
    """Names, values and file names of others draw nothing, start no line of their own, and are no markup."""
    body = (
        {**EXAMPLE, EVIL: 1}
        if side == "name"
        else {**EXAMPLE, "isOptedOut": EVIL}
        if side == "value"
        else {**EXAMPLE, "x": 1}
    )
    given = log(body, name=f"{EVIL.replace('/', '')}.ndjson" if side == "log" else "log.ndjson")
    shown = evil(page(), "--traffic", given)
    for name, text in shown.items():
        assert not {"\x1b", "\r", "\u202e"} & set(text), name
        assert not [line for line in text.splitlines() if line.startswith("::error file=a.py")], name
    assert "gotcha" in shown["text"]
    assert all("<script>alert" not in shown[name] for name in ("html", "junit"))


def test_a_hostile_page_stays_inert() -> None:
    """Its sentences and names as well, in what is printed and in every report."""
    marks = "<script>alert(1)</script> ::error file=a.py::gotcha |`* must always be set."
    shown = evil(page(("Given name", marks), ("isOptedOut", "isOpted|Out")))
    for name, text in shown.items():
        assert not [line for line in text.splitlines() if line.startswith("::error file=a.py")], name
    assert "gotcha" in shown["text"]
    assert all("<script>alert" not in shown[name] for name in ("html", "junit"))


@pytest.mark.usefixtures("alone")
def test_what_may_be_a_key_is_never_shown(run: Run, stand: Stand) -> None:  # noqa: F811
    """A URL's query is in nothing that is printed or written, whatever comes of it."""
    url = f"{stand.url}/page?key={SECRET}"
    for body in (page(*DROPPED), str(DOCUMENT), page()):
        stand.answers = [(200, {}, Path(body).read_bytes())]
        reports = [part for form in REPORTS for part in ("--report", f"{form}=out/{form}")]
        seen = [run("drift", url, "--format", form, *reports) for form in ("text", "json")]
        seen += [run("drift", "--accept", url), run("drift", url, str(DOCUMENT)), run("drift", "--traffic", url)]
        seen += [run("drift", f"http://{SECRET}:x@127.0.0.1:9/"), run("drift", "--traffic", f"http://x:{SECRET}@h/")]
        assert all(SECRET not in done.stdout + done.stderr for done in seen)
    assert run("drift", "--accept", url).returncode == 0
    files = [path for path in Path().rglob("*") if path.is_file()]
    assert {"out", "schemas"} <= {path.parts[0] for path in files}
    assert [path for path in files if SECRET.encode() in path.read_bytes()] == []


# --- options that it shares with verify ---------------------------------------------------------------------------


@pytest.mark.usefixtures("alone")
def test_an_accepted_change_is_told_and_breaks_nothing(run: Run) -> None:
    """Exit 0 with its reason; expired or unused exit 1 with their own words; JSON keeps it apart."""
    new, file = page(*DROPPED, name="new.txt"), Path("accepted.toml")
    file.write_text(ACCEPTED.format(until="2999-12-31"))
    done = run("drift", new, "--accepted", file)
    assert done.returncode == 0
    assert "nobody reads it" in done.stdout
    found = json.loads(run("drift", new, "--accepted", file, "--format", "json").stdout)
    assert wrong("drift", found) == []
    assert [one["change"]["kind"] for one in found["accepted"]] == ["field.removed"]
    unused = run("drift", page(), "--accepted", file)
    assert (unused.returncode, "accepted.unused" in unused.stdout) == (1, True)
    file.write_text(ACCEPTED.format(until="2020-01-01"))
    expired = run("drift", new, "--accepted", file)
    assert (expired.returncode, "accepted.expired" in expired.stdout) == (1, True)
    assert "field.removed  /isOptedOut" in expired.stdout


def test_a_bad_file_of_accepted_changes_is_told_first(run: Run, stand: Stand) -> None:  # noqa: F811
    """Exit 2 before anything is fetched or asked."""
    Path("accepted.toml").write_text("[[accepted]]\nrule = 5\n")
    done = run("drift", stand.url, "--traffic", stand.url, "--accepted", "accepted.toml")
    assert (done.returncode, done.stdout, stand.asked) == (2, "", [])
    assert done.stderr.startswith("contracts: accepted.toml:1: ")


def test_changes_of_one_of_several_operations_can_be_accepted(run: Run) -> None:
    """The pointer as it is printed is one that the file takes."""
    vendor("shop", a=A, b=B)
    new = document("new.json", server="https://shop.example.com", a=A, b=C)
    found = json.loads(run("drift", new, "--format", "json").stdout)["changes"]
    breaking = [change for change in found if change["severity"] in {"breaking", "unknown"}]
    assert breaking
    tables = [
        f'[[accepted]]\nrule = "{one["kind"]}"\npointer = "{one["pointer"]}"\nreason = "x"\nuntil = 2999-12-31\n'
        for one in breaking
    ]
    Path("accepted.toml").write_text("".join(tables))
    assert run("drift", new, "--accepted", "accepted.toml").returncode == 0


@pytest.mark.usefixtures("alone")
def test_a_severity_can_be_set(run: Run, tmp_path: Path) -> None:
    """A project's own table counts; a name in it that is none is exit 2."""
    new, project = page(*DROPPED), tmp_path / "pyproject.toml"
    project.write_text('[tool.contracts.severities]\n"field.removed" = "additive"\n')
    assert run("drift", new).returncode == 0
    project.write_text('[tool.contracts.severities]\n"field.vanished" = "additive"\n')
    done = run("drift", new)
    assert (done.returncode, done.stdout) == (2, "")
    assert "'field.vanished' is no kind of change" in done.stderr


def test_what_can_t_be_written_takes_nothing_from_what_is_printed(run: Run) -> None:
    """Exit 2, one line with everything that failed; the verdict is printed, the other report there."""
    Path("folder").mkdir()
    plain = run("drift", page())
    done = run("drift", page(), "--report", "junit=folder", "--report", "sarif=good", "--history", "folder")
    assert (done.returncode, done.stdout) == (2, plain.stdout)
    assert done.stderr == (
        "contracts: folder: can't be written: Is a directory; "
        "folder: a folder; name a history file, or one that doesn't exist yet\n"
    )
    assert Path("good").is_file()
