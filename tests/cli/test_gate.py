"""`contracts gate` as a command, on clients in Python and in Node."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path
from urllib.parse import quote

import pytest

from contracts.reports import WRITTEN
from tests.cli.conftest import COMMAND, Run, environment
from tests.consumer.test_child_process import gone

CLIENTS = Path(__file__).parents[1] / "clients"
GOOD = (sys.executable, str(CLIENTS / "python_client.py"))
BROKEN = (sys.executable, str(CLIENTS / "broken_client.py"))
FEW = ("--only", "example", "--only", "email=null", "--only", "currentStep.no-step")
QUICK = (sys.executable, "-IS", "-c", """
import json, os, socket, sys, time
path = "/v3/sequences/{CONTRACTS_PARAM_ID}/contacts/{CONTRACTS_PARAM_CONTACT_ID}".format(**os.environ)
asked = f"GET {path} HTTP/1.0\\r\\nAuthorization: Bearer {os.environ['CONTRACTS_API_KEY']}\\r\\n\\r\\n"
with socket.create_connection(("127.0.0.1", int(os.environ["CONTRACTS_BASE_URL"].rpartition(":")[2]))) as double:
    double.sendall(asked.encode())
    answer = b"".join(iter(lambda: double.recv(65536), b""))
assert json.loads(answer.partition(b"\\r\\n\\r\\n")[2])["currentStep"]["stepId"] or sys.argv[1] != "broken"
if (os.environ["CONTRACTS_CASE"], sys.argv[1]) == ("email=null", "hanging"):
    time.sleep(60)
""")  # fmt: skip
"""A client that starts at once, where many runs or a short time are needed; "good", "broken" or "hanging" follows."""
PAGE = r"contracts/reply/get-a-contact-in-a-sequence\.txt"

pytestmark = pytest.mark.usefixtures("schemas")


def test_a_good_client_passes(process: Run) -> None:
    """Exit 0 and the verdict."""
    done = process("gate", *FEW, "--", *GOOD)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "verdict    kept"


def test_a_proxy_is_not_asked_for_the_double(run: Run) -> None:
    """A client that obeys the environment's proxy reaches the double all the same, as nobody is at that address."""
    asks = (
        "import os, urllib.request as u; path = '/v3/sequences/100/contacts/12345'; "
        "key = {'Authorization': 'Bearer ' + os.environ['CONTRACTS_API_KEY']}; "
        "u.urlopen(u.Request(os.environ['CONTRACTS_BASE_URL'] + path, headers=key), timeout=5)"
    )
    env = {"HTTP_PROXY": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9", "NO_PROXY": "intern.example"}
    done = run("gate", "--only", "example", "--", sys.executable, "-ISc", asks, env=env)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_python_client_breaks_at_its_branch(run: Run) -> None:
    """Exit 1; the first line names the branch; the failing case shows request, answer, exit code and output."""
    done = run("gate", *FEW, "--", *BROKEN)
    assert done.returncode == 1
    first, _, _, _, cause, *_ = done.stdout.splitlines()
    assert first == "breaks when `currentStep.stepId` is null"
    assert re.fullmatch(
        r"cause      `currentStep\.stepId` is null: currentStep\.stepId=null, .*\(rule currentStep\.stepId\.type, "
        rf"promised at {PAGE}:\d+\)",
        cause,
    )
    assert "failed     currentStep.no-step: `currentStep.stepId` is null; exit 1" in done.stdout
    assert "           sent     GET /v3/sequences/100/contacts/12345\n" in done.stdout
    answer = '{"currentStep": {"stepId": null, "displayName": "Finished"}}'
    assert f"           answered 200 with the documented example, but {answer}\n" in done.stdout
    assert "             | TypeError: unsupported operand" in done.stdout
    assert done.stdout.splitlines()[-1] == "verdict    broken: 1 case failed"


def test_a_node_client_breaks_at_its_branch(run: Run) -> None:
    """Any language: the client's own variable is filled in by `--env`."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    only = ("--only", "emailDisposition=null", "--only", "email=null")
    done = run("gate", *only, "--env", "BASE_URL={base_url}", "--", "node", CLIENTS / "broken_client.mjs")
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("breaks when `emailDisposition` is null\n")
    assert "cause      `emailDisposition` is null: emailDisposition=null (rule" in done.stdout
    assert "TypeError: " in done.stdout


def test_what_a_client_finds_in_its_environment(run: Run, tmp_path: Path) -> None:
    """The documented variables, and the client's own with every placeholder filled in."""
    script = tmp_path / "client.py"
    script.write_text(
        "import os, runpy, sys\n"
        "open(os.environ['NOTE'], 'a').write(' '.join(os.environ[name] for name in sys.argv[1:]) + '\\n')\n"
        f"runpy.run_path({GOOD[1]!r}, run_name='__main__')\n"
    )
    names = ["CONTRACTS_CASE", "CONTRACTS_PARAM_ID", "CONTRACTS_PARAM_CONTACT_ID", "MINE"]
    mine = "MINE={case}|{id}|{contact_id}|{other}"
    only = ("--only", "example")
    done = run("gate", *only, "--env", mine, "--env", f"NOTE={tmp_path / 'note'}", "--", sys.executable, script, *names)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "note").read_text() == "example 100 12345 example|100|12345|{other}\n"


def test_a_client_that_never_calls_is_not_checked(run: Run) -> None:
    """Exit 3, one line."""
    done = run("gate", "--", sys.executable, "-c", "print('all 12 tests passed')")
    assert (done.returncode, done.stdout) == (3, "")
    assert "nothing was checked: the command never asked for the operation (exit 0)" in done.stderr
    assert "its last line: all 12 tests passed" in done.stderr


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--", "no-such-command"), "no-such-command: can't be started: No such file or directory"),
        (("--only", "nothing", "--", "true"), "--only nothing: no case has such a name"),
        (("--env", "BASE", "--", "true"), "--env BASE: write it as NAME=VALUE"),
        (("--also", "whoami", "--", "true"), "--also whoami: write it as 'GET /path=FILE'"),
        (("--also", "GET /x=missing", "--", "true"), "missing: no such file"),
        (("--baseline", "missing.json", "--", "true"), "missing.json: no such baseline; write it with"),
        (("--update", "--", "true"), "--update rewrites the whole --baseline FILE"),
        (("--report", "xml=x", "--", "true"), f"is not FORMAT=PATH with FORMAT one of {', '.join(WRITTEN)}"),
        ((), "COMMAND"),
    ],
)
def test_what_makes_no_sense_is_exit_2(run: Run, args: tuple[str, ...], said: str) -> None:
    """Usage in one line, and no traceback."""
    done = run("gate", *args)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_hanging_client_is_ended(run: Run) -> None:
    """A case takes no longer than `--timeout`, and says so."""
    done = run("gate", "--only", "email=null", "--timeout", "2", "--", *QUICK, "hanging")
    assert done.returncode == 1, done.stderr
    assert "failed     email=null: `email` is null; ended by the gate after 2 s" in done.stdout


def test_requests_outside_the_contract(run: Run, tmp_path: Path) -> None:
    """Listed always, failing on request, answered by `--also`."""
    script = tmp_path / "nosy.py"
    script.write_text(
        "import os, runpy\nfrom contextlib import suppress\nfrom urllib.request import urlopen\n"
        "with suppress(OSError):\n    print(urlopen(os.environ['CONTRACTS_BASE_URL'] + '/v3/whoami').read())\n"
        f"runpy.run_path({GOOD[1]!r}, run_name='__main__')\n"
    )
    (tmp_path / "me.json").write_text('{"id": 1}')
    command = ("--only", "example", "--", sys.executable, str(script))
    loose, strict = run("gate", *command), run("gate", "--fail-on", "outside", *command)
    told = run("gate", "--fail-on", "outside", "--also", "GET /v3/whoami=me.json", *command)
    assert (loose.returncode, strict.returncode, told.returncode) == (0, 1, 0), told.stdout + told.stderr
    assert "outside    GET /v3/whoami: no operation of the contract, answered 404" in loose.stdout
    assert strict.stdout.splitlines()[0] == "asks outside the contract: GET /v3/whoami"


def test_a_baseline_excuses_what_was_no_better(run: Run, tmp_path: Path) -> None:
    """Written once, kept while nothing is worse, broken by what is; readable, sorted, pruned by `--update`."""
    path = tmp_path / "baseline.json"
    cases = dict.fromkeys(json_cases(run), "passed") | {"currentStep.no-step": "failed"}
    operation = "GET /v3/sequences/{id}/contacts/{contact_id}"
    path.write_text(json.dumps({"operation": operation, "cases": cases}))
    same = run("gate", *FEW, "--baseline", path, "--", *QUICK, "broken")
    assert same.returncode == 0, same.stdout
    assert "currentStep.no-step: exit 1, as the baseline says" in same.stdout
    assert same.stdout.splitlines()[-1] == "verdict    kept: the client is no worse than its baseline (1 case excused)"

    path.write_text(json.dumps({"operation": operation, "cases": cases | {"currentStep.no-step": "passed"}}))
    worse = run("gate", *FEW, "--baseline", path, "--", *QUICK, "broken")
    assert (worse.returncode, worse.stdout.splitlines()[0][:40]) == (1, "breaks when `currentStep.stepId` is null")

    better = run("gate", *FEW, "--baseline", path, "--", *QUICK, "good")
    assert better.returncode == 0
    path.write_text(json.dumps({"operation": operation, "cases": cases}))
    better = run("gate", *FEW, "--baseline", path, "--", *QUICK, "good")
    assert f"baseline   {path}; better now: currentStep.no-step (--update keeps it so)" in better.stdout
    for text in ("[]", '{"cases": {"a": "b"}}', '{"cases": {}, "operation": "GET /x"}', "{"):
        path.write_text(text)
        assert run("gate", *FEW, "--baseline", path, "--", *QUICK, "good").returncode == 2


def json_cases(run: Run) -> list[str]:
    """The names of all cases."""
    return [case["name"] for case in json.loads(run("cases", "--format", "json").stdout)["cases"]]


def test_both_formats_and_the_report_say_the_same(run: Run, tmp_path: Path) -> None:
    """JSON on standard output, JUnit in a file: the same verdict, branch and case; the key shows nowhere."""
    done = run("gate", *FEW, "--format", "json", "--report", "junit=out/gate.xml", "--", *BROKEN)
    document = json.loads(done.stdout)
    assert (done.returncode, document["verdict"]) == (1, "broken")
    assert document["causes"][0]["branches"][0] == "currentStep.stepId=null"
    assert [case["name"] for case in document["cases"] if case["outcome"] == "failed"] == ["currentStep.no-step"]
    failing = ET.parse(tmp_path / "out" / "gate.xml").getroot().findall(".//testcase[failure]")  # noqa: S314  our own file
    assert [case.get("name") for case in failing] == ["currentStep.no-step"]
    assert "throwaway-" not in done.stdout + (tmp_path / "out" / "gate.xml").read_text()


def test_actions_show_what_broke(run: Run, tmp_path: Path) -> None:
    """In GitHub Actions a run of the gate is annotated and summed up too, and its output and exit code stay."""
    command = ("gate", *FEW, "--format", "json", "--", *QUICK, "broken")
    plain = run(*command)
    told = run(*command, env={"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": "summary.md"})
    assert (told.returncode, told.stdout) == (plain.returncode, plain.stdout) == (1, plain.stdout)
    assert re.search(r"^::error .*title=currentStep\.no-step::", told.stderr, re.MULTILINE)
    assert "currentStep.no-step" in (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert "::" not in plain.stderr


HANGS = f"""
import os, runpy, sys, time
note, when = sys.argv[1:]
if os.environ["CONTRACTS_CASE"] == when:
    open(note, "w").write(str(os.getpid()))
    time.sleep(60)
runpy.run_path({GOOD[1]!r}, run_name="__main__")
"""


@pytest.mark.parametrize("when", ["example", "email=null"])
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_children_end_with_the_run(tmp_path: Path, how: signal.Signals, when: str) -> None:
    """Ctrl-C, or a pipeline's SIGTERM, in the first case or a later one: exit 130, one line, and no client left."""
    note = tmp_path / "pid"
    with subprocess.Popen(
        [COMMAND, "gate", "--parallel", "2", "--", sys.executable, "-c", HANGS, note, when],
        cwd=tmp_path, env=environment({}), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        while not (note.exists() and note.read_text()):
            time.sleep(0.05)
        process.send_signal(how)
        told, error = process.communicate(timeout=20)
    assert (process.returncode, told, error.splitlines()[-1]) == (130, "", "contracts: interrupted")
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text()), 0)


STARTS = """
import os, runpy, subprocess, sys, time
other = subprocess.Popen([sys.executable, "-ISc", "import time; time.sleep(60)"], start_new_session=True)
open(sys.argv[1], "w").write(f"{os.getpid()} {other.pid}\\n")
time.sleep(60)
"""


def test_nothing_outlives_a_killed_gate(tmp_path: Path) -> None:
    """Where the gate itself is killed, its client ends all the same, and what that started."""
    note = tmp_path / "pids"
    with subprocess.Popen(
        [COMMAND, "gate", "--", sys.executable, "-c", STARTS, note], cwd=tmp_path, env=environment({})
    ) as process:
        while not (note.exists() and note.read_text().endswith("\n")):
            time.sleep(0.05)
        process.kill()
    pids = note.read_text().split()
    assert [gone(int(pid)) for pid in (pids if sys.platform == "linux" else pids[:1])] == [True] * len(pids)


REAL = "sk-planted/key+of=the.vendor"
WRITTEN_OUT = {
    "plain": REAL,
    "in another case": REAL.upper(),
    "in JSON": REAL.replace("/", "\\/").replace("+", "\\u002B"),
    "in escapes": "".join(f"\\u{ord(letter):04X}" for letter in REAL),
    "in a URL": "/things?key=" + quote(REAL, safe=""),
    "in HTML": REAL.replace("/", "&#47;").replace("+", "&#x2B;"),
    "in base64": base64.b64encode(b"user:" + REAL.encode() + b":more").decode(),
    "in hexadecimal": REAL.encode().hex(),
}
TELLS = f"""
import os, runpy, sys
print(os.environ.get("REPLY_API_KEY") == os.environ["CONTRACTS_API_KEY"], REAL in repr(os.environ))
print(open("told").read())
sys.stderr.write(open("told").read())
runpy.run_path({BROKEN[1]!r}, run_name="__main__")
""".replace("REAL", "open('real').read()")  # fmt: skip


@pytest.mark.parametrize("known", [True, False])
def test_the_client_never_sees_the_vendor_s_key(run: Run, tmp_path: Path, known: bool) -> None:
    """Under its name stands the throwaway key, set by the user or not, and it is nowhere else."""
    (tmp_path / "told").write_text("")
    (tmp_path / "real").write_text(REAL)
    env = {"REPLY_API_KEY": REAL, "MINE": f"Bearer {REAL}"} if known else {}
    done = run("gate", "--only", "currentStep.no-step", "--format", "json", "--", sys.executable, "-c", TELLS, env=env)
    (case,) = json.loads(done.stdout)["cases"]
    assert case["output"].splitlines()[0] == "True False"


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_vendor_s_key_is_masked_in_what_is_kept(run: Run, tmp_path: Path, form: str) -> None:
    """A client that knows it from elsewhere prints it: however it is written, no output and no report has it."""
    (tmp_path / "told").write_text("".join(f"before {written} after\n" for written in WRITTEN_OUT.values()))
    (tmp_path / "real").write_text("none")
    reports = [part for name in ("json", "junit", "html", "markdown") for part in ("--report", f"{name}=report.{name}")]
    client = (sys.executable, "-c", TELLS, REAL)
    only = ("--only", "currentStep.no-step", "--format", form)
    done = run("gate", *only, *reports, "--", *client, env={"REPLY_API_KEY": REAL})
    assert done.returncode == 1, done.stderr
    told = done.stdout + done.stderr + "".join(path.read_text() for path in tmp_path.glob("report.*"))
    assert told.count("before ") >= 2 * len(WRITTEN_OUT)
    for written in WRITTEN_OUT.values():
        part = written[8:-8]
        assert part.casefold() not in told.casefold()
        assert json.dumps(part)[1:-1].casefold() not in told.casefold()
