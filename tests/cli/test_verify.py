"""`contracts verify` as a command: verdicts, exit codes, reports, and what it never shows."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from contracts.reports import WRITTEN
from tests.cli.conftest import COMMAND, ROOT, Run, Serve

FOLDER = Path("cassettes/reply/get-a-contact-in-a-sequence")
SLUG = FOLDER.name
OPERATION = "GET /v3/sequences/{id}/contacts/{contact_id}"
NO_SERVER = (
    "can't ask this server: its URL holds a user or password; give a URL like https://host or http://127.0.0.1:8000"
)
NOBODY = (
    "127.0.0.1:9: no answer to GET /v3/sequences/100/contacts/12345: no connection; "
    "is it running, and is the address right?"
)
KNOWN = ", ".join(WRITTEN)


def test_by_default_recordings_and_the_reference_provider_are_kept(run: Run, project: Path) -> None:
    """Exit 0; what was checked against what, findings, evidence, proof, and a verdict that names the origins."""
    done = run("verify", "--max-examples", "1")
    count = len(list((ROOT / FOLDER).glob("*.yaml")))
    shape = rf"""contract   {re.escape(OPERATION)}  \([0-9a-f]{{12}}\)
checked    {count} recordings of the reference provider: {count} answers, \d+ of them successes
checked    the reference provider: \d+ answers, \d+ of them successes
findings   none
evidence   (\d+) of (\d+) branches observed
           \1 from reference
           never observed: \S.*
proof      (\d+) of \3 rules can fail
verdict    kept by the reference provider and {count} recordings of it; the live API was not asked
"""
    assert re.fullmatch(shape, done.stdout), done.stdout
    assert (done.returncode, done.stderr) == (0, "contracts: asking reference ...\n")
    assert {path.name for path in project.iterdir()} == {"schemas", "cassettes"}


@pytest.mark.usefixtures("project")
def test_recordings_alone_say_what_was_not_run(run: Run) -> None:
    """Exit 0 without a word on standard error; the proof is said not to have been run."""
    done = run("verify", "--against", "cassettes", "--against", "cassettes")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert sum(line.startswith("checked") for line in lines) == 1
    assert lines[-2] == "proof      not run here; it runs with a provider target (reference, live or a URL)"
    assert re.fullmatch(
        r"verdict    kept by \d+ recordings of the reference provider; the live API was not asked", lines[-1]
    )


@pytest.mark.usefixtures("project")
def test_json_is_one_object(run: Run) -> None:
    """Verdict, targets, findings, evidence by origin and proof, for machines; progress stays on standard error."""
    done = run("verify", "--format", "json", "--max-examples", "1")
    document = json.loads(done.stdout)
    assert (done.returncode, document["verdict"]) == (0, "kept")
    (found,) = document["runs"]
    assert (found["operation"], found["verdict"], found["findings"]) == (OPERATION, "kept", [])
    assert [target["name"] for target in found["targets"]] == ["cassettes", "reference"]
    assert all(target["successes"] > 0 and target["unchecked"] is None for target in found["targets"])
    assert found["proof"] == {"rules": found["proof"]["rules"], "unproven": []}
    seen = {row["branch"]: row["seen"] for row in found["evidence"]}
    assert set(seen["currentStep.stepId=null"]) == {"reference"}
    assert seen["status=403"] == {}


def test_a_report_is_written_beside_what_is_printed(run: Run, project: Path) -> None:
    """The JUnit file is XML with a case for each rule; the text stays the same."""
    plain = run("verify", "--against", "cassettes")
    done = run("verify", "--against", "cassettes", "--report", "junit=new/report.xml")
    assert (done.returncode, done.stdout, done.stderr) == (0, plain.stdout, "")
    suites = ET.parse(project / "new" / "report.xml").getroot().findall("testsuite")  # noqa: S314  our own
    assert [(suite.get("name"), suite.get("failures")) for suite in suites] == [(f"{OPERATION} on cassettes", "0")]
    assert suites[0].get("tests") == str(len(suites[0].findall("testcase")))


def test_a_report_that_can_t_be_written_loses_nothing(run: Run, project: Path) -> None:
    """Exit 2 and one line for it; the verdict is printed, the other report written, no file left half."""
    (project / "folder").mkdir()
    done = run("verify", "--against", "cassettes", "--report", "junit=folder", "--report", "junit=good.xml")
    assert (done.returncode, done.stderr) == (2, "contracts: folder: can't be written: Is a directory\n")
    assert done.stdout.splitlines()[-1].startswith("verdict    kept by ")
    assert ET.parse(project / "good.xml").getroot().tag == "testsuites"  # noqa: S314  our own
    assert {path.name for path in project.iterdir()} == {"schemas", "cassettes", "folder", "good.xml"}


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--report", "junit"], f": 'junit' is not FORMAT=PATH with FORMAT one of {KNOWN}"),
        (["--report", "junit="], f": 'junit=' is not FORMAT=PATH with FORMAT one of {KNOWN}"),
        (["--report", "xml=x"], f": 'xml=x' is not FORMAT=PATH with FORMAT one of {KNOWN}"),
        (["--report", "junit=x", "--report", "junit=x"], ": x is named twice"),
        (["--max-examples", "0"], "10000"),
        (["--seed", "-1"], "0"),
        (["--format", "yaml"], "json"),
        (["--fail-on", "note"], "drift"),
    ],
)
def test_an_option_that_makes_no_sense_is_told(run: Run, args: list[str], message: str) -> None:
    """Exit 2, nothing run; the last line says what is wrong with which option, or what it may be."""
    done = run("verify", *args)
    assert (done.returncode, done.stdout) == (2, "")
    last = done.stderr.splitlines()[-1]
    assert args[-2] in last
    assert message in last


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (
            ["--against", "nonsense"],
            2,
            "--against nonsense: no target; give cassettes, reference, live or a URL",
        ),
        (
            ["--against", "http://user:secret@127.0.0.1:9"],
            2,
            NO_SERVER,
        ),
        (
            ["--against", "http://api.example.com"],
            2,
            "http://api.example.com: plain http is spoken on loopback only; use https",
        ),
        (
            ["--against", "http://127.0.0.1:9", "--contract", SLUG, "--ids", "100"],
            2,
            "--ids: row 1 ('100') is not of the form {id}/{contact_id}",
        ),
        (
            ["--against", "live", "--contract", SLUG],
            3,
            (
                "the live API was not asked: put its key into the environment variable REPLY_API_KEY"
                ", or give `verify` a file with --key-file"
            ),
        ),
        (
            ["--against", "http://127.0.0.1:9", "--contract", SLUG],
            3,
            NOBODY,
        ),
    ],
)
def test_a_target_that_can_t_be_asked_is_one_line(run: Run, args: list[str], code: int, message: str) -> None:
    """Exit 2 for what makes no sense, 3 for nobody there or no key; nothing on standard output."""
    done = run("verify", *args)
    told = [line for line in done.stderr.splitlines() if not line.startswith("contracts: asking ")]
    assert (done.returncode, done.stdout, told) == (code, "", [f"contracts: {message}"])


@pytest.mark.usefixtures("project")
def test_a_target_that_gave_no_answer_keeps_the_others_from_being_the_verdict(run: Run) -> None:
    """Recordings are checked beside a live API without key: that is said, and the exit is 3."""
    done = run("verify", "--against", "live", "--against", "cassettes")
    assert done.returncode == 3
    assert "\nchecked    22 recordings of the reference provider: " in done.stdout
    assert done.stdout.splitlines()[-1] == (
        "verdict    not checked: live: the live API was not asked: "
        "put its key into the environment variable REPLY_API_KEY, or give `verify` a file with --key-file"
    )


def test_no_recording_is_never_kept(run: Run, schemas: Path) -> None:
    """An empty cassettes folder is exit 3 and says how to fill it."""
    (schemas.parent / "cassettes").mkdir()
    done = run("verify", "--against", "cassettes")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == (
        f"contracts: {FOLDER} holds no recording of {OPERATION}; make some with `contracts record`\n"
    )  # fmt: skip


BEGIN = (
    "begin with `contracts derive PAGE --out schemas/<vendor>` and `contracts record --against live --ids ROWS`, "
    "or name recordings, a URL or live"
)


@pytest.mark.parametrize("target", ["", "cassettes", "reference"])
@pytest.mark.parametrize(
    ("missing", "lack"),
    [
        (("cassettes",), "no cassettes/"),
        (("schemas",), "no schemas/"),
        (("schemas", "cassettes"), "no schemas/ and no cassettes/"),
    ],
)
def test_a_folder_of_no_project_is_not_checked(
    run: Run, project: Path, missing: tuple[str, ...], lack: str, target: str
) -> None:
    """Whoever stands in the wrong directory hears so, and how to begin; never that somebody else's API is kept."""
    for name in missing:
        shutil.rmtree(project / name)
    done = run("verify", *(("--against", target) if target else ()), "--report", "json=report.json")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == f"contracts: nothing to check: {project} has {lack}; {BEGIN}\n"
    assert not (project / "report.json").exists()


def test_a_provider_is_asked_from_anywhere_and_no_recording_stands_in(run: Run, served: Serve) -> None:
    """A URL is held to the built-in contract; recordings named beside it are told not to be here, at exit 3."""
    with served("--contract", SLUG) as told:
        args = ("verify", "--contract", SLUG, "--against", told["url"], "--ids", told["rows"], "--max-examples", "1")
        alone, both = (
            run(*args, *more, env={"REPLY_API_KEY": told["key"]}) for more in ((), ("--against", "cassettes"))
        )
    assert (alone.returncode, both.returncode) == (0, 3), both.stdout
    assert both.stdout.splitlines()[-1] == (
        f"verdict    not checked: the recordings: {FOLDER} holds nothing to check: "
        "the working directory has no schemas/ and no cassettes/"
    )


@pytest.fixture
def recorded(project: Path) -> Path:
    """A copy of the committed cassettes in the working directory."""
    return project / FOLDER


def edited(path: Path, *changes: tuple[str, str]) -> None:
    """The file with each text, which stands in it once, replaced."""
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def test_an_edited_recording_is_broken_by_name_and_line(run: Run, recorded: Path) -> None:
    """A null step that isn't called finished: exit 1, the rule, the line of the page, the file and the pointer."""
    edited(recorded / "finished.yaml", ('"displayName": "Finished"', '"displayName": "2"'))
    done = run("verify", "--against", "cassettes")
    lines = (ROOT / "contracts/reply/get-a-contact-in-a-sequence.txt").read_text(encoding="utf-8").splitlines()
    line = 1 + next(number for number, text in enumerate(lines) if 'displayName is "Finished"' in text)
    assert (done.returncode, done.stderr) == (1, "")
    assert (
        f"""
violation  currentStep.no-step-is-finished
           In currentStep, displayName is "Finished" wherever stepId is null.
           promised at contracts/reply/get-a-contact-in-a-sequence.txt:{line} (documented)
           broken at   {FOLDER}/finished.yaml:10 /currentStep/displayName
           expected """
        in done.stdout
    )
    assert done.stdout.splitlines()[-1] == "verdict    broken: 1 finding"


def test_drift_breaks_only_where_asked_to(run: Run, recorded: Path) -> None:
    """An undocumented field is told at exit 0, and is exit 1 with `--fail-on drift`."""
    edited(recorded / "finished.yaml", ('"company":', '"nickname": "D", "company":'))
    lenient = run("verify", "--against", "cassettes")
    strict = run("verify", "--against", "cassettes", "--fail-on", "drift")
    assert (lenient.returncode, strict.returncode) == (0, 1)
    for done in (lenient, strict):
        assert "\ndrift      response.undocumented-field\n" in done.stdout
        assert f"broken at   {FOLDER}/finished.yaml:10 /nickname\n" in done.stdout


def test_a_recording_that_can_t_be_read_hides_no_other(run: Run, recorded: Path) -> None:
    """It is named with its reason and counted in the verdict, and what the others break is still found."""
    (recorded / "finished.yaml").write_bytes(b"\x00")
    done = run("verify", "--against", "cassettes")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(rf"^unreadable {FOLDER}/finished\.yaml: is not text: [^\n]+$", done.stdout, re.MULTILINE)
    assert "kept by 21 recordings of the reference provider (beside 1 left-out file);" in done.stdout.splitlines()[-1]
    edited(recorded / "paused.yaml", ('"callStatus": "none"', '"callStatus": "busy"'))
    assert run("verify", "--against", "cassettes").returncode == 1
    edited(recorded / "paused.yaml", ("- request:", "- request: {}\n- request:"))
    broken = run("verify", "--against", "cassettes")
    assert broken.returncode == 1
    assert f"{FOLDER}/paused.yaml:" in broken.stdout.partition("\nunreadable ")[2].partition("\n")[0]


def test_a_served_provider_is_kept(run: Run, served: Serve, tmp_path: Path) -> None:
    """The printed URL, key and rows are all it takes; the key shows nowhere, and no file stays behind."""
    with served("--contract", SLUG) as told:
        args = ("--contract", SLUG, "--against", told["url"], "--ids", told["rows"], "--max-examples", "1")
        done = run("verify", *args, "--report", "junit=report.xml", env={"REPLY_API_KEY": told["key"]})
        found = run("verify", *args, "--format", "json", env={"REPLY_API_KEY": told["key"]})
        wrong = run("verify", *args, env={"REPLY_API_KEY": "wrong-key"})
    assert (done.returncode, found.returncode, wrong.returncode) == (0, 0, 3), done.stdout + wrong.stdout
    assert done.stdout.splitlines()[-1] == f"verdict    kept by {told['url']}; the live API was not asked"
    assert told["key"] not in "".join(one.stdout + one.stderr for one in (done, found))
    assert told["key"] not in (tmp_path / "report.xml").read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["report.xml"]


def test_a_served_fault_breaks_the_contract_by_name(run: Run, served: Serve) -> None:
    """`contracts serve --fault RULE` makes `verify --against` exit 1 and name the rule, and never the key."""
    with served("--fault", "email.required") as told:
        done = run("verify", "--against", told["url"], "--max-examples", "1", env={"REPLY_API_KEY": told["key"]})
    assert done.returncode == 1
    assert re.search(r"^violation  email\.required(  \(\d+ times\))?$", done.stdout, re.MULTILINE)
    assert told["key"] not in done.stdout + done.stderr


def test_a_key_that_can_t_be_sent_is_not_repeated(run: Run) -> None:
    """Exit 2, and the message doesn't hold the key."""
    done = run("verify", "--against", "http://127.0.0.1:9", env={"REPLY_API_KEY": "two words of secret"})
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "contracts: the key holds blanks, control characters or none at all; check how it was copied\n"
    )  # fmt: skip


def test_an_empty_key_is_none(run: Run) -> None:
    """A variable that is set to nothing is as good as unset, for the live API and for a URL."""
    env = {"REPLY_API_KEY": ""}
    live = run("verify", "--against", "live", env=env)
    nobody = run("verify", "--against", "http://127.0.0.1:9", env=env)
    assert (live.returncode, nobody.returncode) == (3, 3)
    assert "put its key into the environment variable REPLY_API_KEY" in live.stderr


def test_levels_of_the_project_hold(run: Run, recorded: Path, tmp_path: Path) -> None:
    """`[tool.contracts.levels]` lowers a violation to a note, and raises a drift to a violation."""
    edited(recorded / "finished.yaml", ('"displayName": "Finished"', '"displayName": "2"'))
    edited(recorded / "paused.yaml", ('"company":', '"nickname": "D", "company":'))
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text('[tool.contracts.levels]\n"currentStep.no-step-is-finished" = "note"\n')
    lowered = run("verify", "--against", "cassettes", "--fail-on", "violation")
    pyproject.write_text('[tool.contracts.levels]\n"response.undocumented-field" = "violation"\n')
    raised = run("verify", "--against", "cassettes")
    assert (lowered.returncode, raised.returncode) == (0, 1)
    assert "\nnote       currentStep.no-step-is-finished\n" in lowered.stdout
    assert "\nviolation  response.undocumented-field\n" in raised.stdout
    assert raised.stdout.splitlines()[-1] == "verdict    broken: 2 different findings"


def test_a_level_that_is_none_is_one_line(run: Run, tmp_path: Path) -> None:
    """Exit 2 before anything is checked."""
    (tmp_path / "pyproject.toml").write_text('[tool.contracts.levels]\n"email.type" = "fatal"\n')
    done = run("verify", "--against", "cassettes")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        'contracts: pyproject.toml: the level of "email.type" must be one of violation, drift, note\n'
    )  # fmt: skip


def test_a_folder_of_contracts_here_wins(run: Run, tmp_path: Path) -> None:
    """`schemas/` in the working directory is used instead of the built-in one, and an empty one says how to fill it."""
    (tmp_path / "schemas").mkdir()
    done = run("verify", "--against", "cassettes")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "contracts: schemas: no <vendor>/openapi.json in it; "
        "write one with `contracts derive PAGE --out schemas/<vendor>`\n"
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--against", "cassettes", "--host", "x"), "--host narrows what counts of PATHs"),
        (("--against", "cassettes", "--ids", "none.csv"), "none.csv"),
        (("--against", "cassettes", "--contract", SLUG, "--ids", "foo"), "is not of the form"),
    ],
)
def test_an_option_that_would_be_ignored_is_refused(run: Run, arguments: tuple[str, ...], told: str) -> None:
    """Whoever names hosts or rows hears what is wrong with them, even where no target would have used them."""
    done = run("verify", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr


def test_a_full_disk_is_one_line() -> None:
    """What can't be printed is said on standard error, with exit 2 and no traceback."""
    with Path("/dev/full").open("w") as full:
        command = [str(COMMAND), "serve", "--list-faults"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (2, "contracts: can't print: No space left on device\n")
