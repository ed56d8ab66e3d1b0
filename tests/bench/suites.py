"""What the checks add to a test suite that plays cassettes, and to one of Schemathesis; how fast answers are drawn.

Suites are run by pytest without any plugin but those they name, so that no other is measured.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import archive
from tests.bench.harness import BODY, CONTRACTS, PYTEST, ROOT, Candidate, Size, size, table, without_start
from tests.bench.recordings import tape

TURNS, TESTS, EXAMPLES = 3, 200, 300
NAME = "get-a-contact-in-a-sequence"
ALONE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(ROOT)}
DRAW = "import sys, hypothesis\nfrom hypothesis import HealthCheck, Phase, given, settings\n"
USUAL = """@settings(max_examples=int(sys.argv[1]), database=None, deadline=None, phases=[Phase.generate],
          suppress_health_check=list(HealthCheck))
"""

PLAYED = """
import os, pathlib, pytest, requests, vcr, yaml
TAPES = sorted(pathlib.Path(__file__).parent.glob("tapes/*.yaml"))
if os.environ.get("BY_HAND"):
    import json, jsonschema
    schema = json.loads(pathlib.Path(os.environ["BY_HAND"]).read_text())
    VALID = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())

@pytest.mark.parametrize("path", TAPES, ids=lambda path: path.stem)
def test_played(path):
    with vcr.use_cassette(str(path), record_mode="none") as tape:
        response = requests.get(tape.requests[0].uri, timeout=10)
    assert response.json()["contactId"]
    if os.environ.get("BY_HAND"):
        VALID.validate(response.json())
"""
ASKED = """
import os, pathlib, schemathesis
from hypothesis import HealthCheck, settings
if os.environ.get("OURS"):
    import contracts.hooks

root = pathlib.Path(os.environ["PYTHONPATH"])
schema = schemathesis.openapi.from_path(root / "schemas" / "reply" / "openapi.json")
schema = schema.include(path="/v3/sequences/{id}/contacts/{contact_id}")

@schema.parametrize()
@settings(max_examples=int(os.environ["EXAMPLES"]), database=None, deadline=None, derandomize=True,
          suppress_health_check=list(HealthCheck))
def test_asked(case):
    case.call_and_validate(base_url=os.environ["URL"], headers={"Authorization": f"Bearer {os.environ['KEY']}"})
"""
OURS = "import contracts\ndrawn = contracts.{}(contracts.load(contract=sys.argv[3]))\n"
DRAWN = {
    "floor: bodies drawn by Schemathesis from the schema": """
import json, pathlib
from tests.proving.mirror import bodies
drawn = bodies(json.loads(pathlib.Path(sys.argv[2]).read_text()), legal=True)
""",
    "contracts.answers": OURS.format("answers"),
    "contracts.broken_answers": OURS.format("broken_answers"),
}


@contextmanager
def provider() -> Iterator[tuple[str, str]]:
    """The URL and key of the reference provider, in a process of its own."""
    command = [CONTRACTS, "serve", "--port", "0", "--contract", NAME]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = dict(line.split(maxsplit=1) for line in (process.stdout.readline() for _ in range(3)))
        try:
            yield told["url"].strip(), told["key"].strip()
        finally:
            process.terminate()


def played(given: Size, folder: Path) -> None:
    """A suite that plays a cassette in each test."""
    count = given.of(TESTS, 3)
    (folder / "tapes").mkdir()
    (folder / "schemas").symlink_to(ROOT / "schemas")
    (folder / "test_played.py").write_text(PLAYED, encoding="utf-8")
    for number, one in enumerate(archive.exchanges(count, text=True)):
        tape(folder / "tapes" / f"{number}.yaml", iter((one,)))
    suite = [*PYTEST, "--rootdir", folder, folder]
    ours = ["-p", "contracts.plugin"]
    found = {
        "floor: pytest, vcrpy and requests": Candidate(command=suite, of=count, cwd=folder, env=ALONE),
        "with our plugin at hand": Candidate(command=[*suite, *ours], of=count, cwd=folder, env=ALONE),
        "pytest --contracts": Candidate(command=[*suite, *ours, "--contracts"], of=count, cwd=folder, env=ALONE),
        "each test validates with jsonschema": Candidate(
            command=suite, of=count, cwd=folder, env=ALONE | {"BY_HAND": str(BODY)}
        ),
    }
    table(f"a suite of {count} tests, each plays a cassette", found, given.turns(TURNS), unit="a test")


def asked(given: Size, folder: Path) -> None:
    """A suite of Schemathesis, against the reference provider."""
    count = given.of(EXAMPLES, 3)
    (folder / "test_asked.py").write_text(ASKED, encoding="utf-8")
    suite = [*PYTEST, "--rootdir", folder, folder / "test_asked.py", "-p", "schemathesis.pytest.plugin"]
    with provider() as (url, key):
        env = ALONE | {"URL": url, "KEY": key}
        found: dict[str, Candidate] = {}
        for name, more in (
            ("floor: call_and_validate of Schemathesis", ()),
            ("the same with our check beside its own", ("OURS=1",)),
        ):
            start, whole = (["env", *more, f"EXAMPLES={many}", *suite] for many in (1, count))
            found |= without_start(name, start, whole, of=count - 1, cwd=folder, env=env)
        title = f"a property test of a provider, {count} examples, start-up taken off"
        table(title, found, given.turns(TURNS), unit="an example")


def drawn(given: Size, folder: Path) -> None:
    """Answers as Hypothesis draws them."""
    count = given.of(EXAMPLES, 3)
    found: dict[str, Candidate] = {}
    for number, (name, text) in enumerate(DRAWN.items()):
        script = folder / f"drawn{number}.py"
        script.write_text(f"{DRAW}{text}{USUAL}@given(drawn)\ndef test(one):\n    pass\n\ntest()\n", encoding="utf-8")
        start, whole = ([sys.executable, script, many, BODY, NAME] for many in (1, count))
        found |= without_start(name, start, whole, of=count - 1, env={"PYTHONPATH": str(ROOT)})
    table(f"{count} answers drawn, start-up taken off", found, given.turns(TURNS), unit="an answer")


def main(given: Size) -> None:
    """Prints the three tables."""
    with tempfile.TemporaryDirectory() as name:
        for part in (played, asked, drawn):
            folder = Path(name, part.__name__)
            folder.mkdir()
            part(given, folder)


if __name__ == "__main__":
    main(size())
