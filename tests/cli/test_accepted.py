"""`contracts verify --accepted`: what is accepted for a time is told and breaks nothing, and doesn't stay for ever."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contracts.reports import REPORTS
from tests.cli.conftest import Run
from tests.commands.test_drift import EXAMPLE, log
from tests.reports.test_own_schemas import wrong
from tests.sources.conftest import Stand, here, stand  # noqa: F401  fixtures

FILE = "accepted.toml"
ENTRY = """\
[[accepted]]
rule = "isOptedOut.type"
pointer = "/isOptedOut"
reason = "the vendor knows"
until = {until}
"""

pytestmark = pytest.mark.usefixtures("here", "schemas")


def broken() -> str:
    """A log whose answer breaks one rule."""
    return log({**EXAMPLE, "isOptedOut": None})


def test_an_accepted_finding_breaks_nothing(run: Run) -> None:
    """Exit 1 without the file, 0 with it; told with reason and day, in JSON apart from the others."""
    Path(FILE).write_text(ENTRY.format(until="2999-12-31"))
    assert run("verify", broken()).returncode == 1
    done = run("verify", broken(), "--accepted", FILE)
    assert (done.returncode, done.stderr) == (0, "")
    assert "isOptedOut.type" in done.stdout
    assert "the vendor knows" in done.stdout
    assert "2999-12-31" in done.stdout
    found = json.loads(run("verify", broken(), "--accepted", FILE, "--format", "json").stdout)
    assert wrong("verify", found) == []
    assert (found["verdict"], found["runs"][0]["findings"]) == ("kept", [])
    assert [one["finding"]["rule"] for one in found["runs"][0]["accepted"]] == ["isOptedOut.type"]


@pytest.mark.parametrize(
    ("until", "body", "rule"),
    [("2020-01-01", {"isOptedOut": None}, "accepted.expired"), ("2999-12-31", {}, "accepted.unused")],
)
def test_an_entry_that_is_over_breaks_the_run(run: Run, until: str, body: dict[str, None], rule: str) -> None:
    """Exit 1 under a name of its own, which points at the entry; in every report as well."""
    Path(FILE).write_text("# known\n" + ENTRY.format(until=until))
    reports = [part for form in REPORTS for part in ("--report", f"{form}=out/{form}")]
    done = run("verify", log({**EXAMPLE, **body}), "--accepted", FILE, *reports)
    assert (done.returncode, done.stderr) == (1, "")
    assert rule in done.stdout
    assert f"{FILE}:2" in done.stdout
    assert all(rule in path.read_text() for path in Path("out").iterdir())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, f"{FILE}: no such file; name a TOML file of accepted findings"),
        ("[[accepted]]\nrule = 5\n", f"{FILE}:1: rule is no text; "),
    ],
    ids=["missing", "no-text"],
)
def test_a_bad_file_is_told_before_anything_is_asked(
    run: Run,
    stand: Stand,  # noqa: F811
    content: str | None,
    message: str,
) -> None:
    """Exit 2, one line; no server has heard of it, and no history was begun."""
    if content is not None:
        Path(FILE).write_text(content)
    done = run("verify", "--against", stand.url, "--accepted", FILE, "--history", "h.db")
    assert (done.returncode, done.stdout, stand.asked) == (2, "", [])
    assert done.stderr.startswith(f"contracts: {message}")
    assert done.stderr.count("\n") == 1
    assert not Path("h.db").exists()


def test_what_was_not_checked_is_not_unused(run: Run) -> None:
    """Where nothing could be checked, nobody knows whether an entry is still needed: exit 3."""
    Path(FILE).write_text(ENTRY.format(until="2999-12-31"))
    done = run("verify", log({"a": 1}, url="https://h/x"), "--accepted", FILE)
    assert (done.returncode, "accepted.unused" in done.stdout) == (3, False)


@pytest.mark.usefixtures("project")
def test_verify_s_json_is_of_its_schema(run: Run) -> None:
    """Kept or broken, it is one object of the described shape, and two runs print the same bytes."""
    for args in (("--against", "cassettes"), (broken(),)):
        first, second = (run("verify", *args, "--format", "json").stdout for _ in range(2))
        assert first == second
        assert wrong("verify", json.loads(first)) == []
