"""`contracts derive` as a command: exit codes, one-line messages, what lands on the disk."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from contracts.commands import derive as command
from contracts.sources.files import write_text
from tests.cli.conftest import ROOT, Run

PATH = "/v3/sequences/{id}/contacts/{contact_id}"
NAME = "get-a-contact-in-a-sequence"


def cut(page: Path, lines: int) -> str:
    """The first lines of the page."""
    return "".join(page.read_text(encoding="utf-8").splitlines(keepends=True)[:lines])


BAD: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "page.txt: the page is empty; copy the whole page, from the method to the last field"),
    "blank": (b" \n\t\n", "page.txt: the page is empty; copy the whole page, from the method to the last field"),
    "binary": (b"\x89PNG\r\n\xff", "page.txt: not text in UTF-8 (byte 0); name a documentation page saved as text"),
    "nul": (b"GET\n\x00", "page.txt:2: not a text: it holds the character U+0000; save the page as UTF-8 text"),
    "escape": (b"\x1b[31mGET", "page.txt:1: not a text: it holds the character U+001B; save the page as UTF-8 text"),
    "prose": (
        b"Once upon a time. It must never end.\n",
        "page.txt:1: no method and path: not an API reference page, or its top is missing",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_text_that_is_no_page_is_refused_in_one_line(run: Run, tmp_path: Path, name: str) -> None:
    """Exit 2, the whole message, nothing on standard output, nothing written."""
    content, message = BAD[name]
    (tmp_path / "page.txt").write_bytes(content)
    done = run("derive", "page.txt", "--out", "out")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"contracts: {message}\n")
    assert [path.name for path in tmp_path.iterdir()] == ["page.txt"]


def test_a_page_cut_in_the_middle_names_the_line(run: Run, page: Path, tmp_path: Path) -> None:
    """A truncated copy says where it stops and what is missing."""
    (tmp_path / "page.txt").write_text(cut(page, 40), encoding="utf-8")
    done = run("derive", "page.txt")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "contracts: page.txt:39: the page has no Response section; it stops at '}': copy the whole page\n"
    )


def test_what_is_no_file_is_refused_in_one_line(run: Run, tmp_path: Path) -> None:
    """A missing file, a folder and an empty name: exit 2 and what to do."""
    (tmp_path / "folder").mkdir()
    what = "a documentation page saved as text"
    for name, message in {
        "nope.txt": f"nope.txt: no such file; name {what}",
        "folder": "folder: holds no source; name pages saved as text, exports in Markdown or OpenAPI documents",
        "": ".: holds no source; name pages saved as text, exports in Markdown or OpenAPI documents",
        "two\nlines\x1b[31m": f"two lines\\x1b[31m: no such file; name {what}",
        "/dev/zero": f"/dev/zero: larger than 64 MB; that is not {what}",
    }.items():
        done = run("derive", name)
        assert (done.returncode, done.stdout, done.stderr) == (2, "", f"contracts: {message}\n")


def test_a_page_that_must_not_be_read_is_refused_in_one_line(run: Run, tmp_path: Path) -> None:
    """Exit 2 and the system's reason."""
    page, reason = tmp_path / "page.txt", "Permission denied"
    page.write_text("GET")
    page.chmod(0)
    if os.access(page, os.R_OK):  # the superuser reads everything, but not this
        page, reason = Path("/proc/self/mem"), "Input/output error"
    done = run("derive", page)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"contracts: {page}: can't be read: {reason}\n")


def test_without_out_nothing_is_written(run: Run, page: Path, tmp_path: Path) -> None:
    """The summary says the operation, a line for each field, the rules and the one conflict."""
    done = run("derive", page)
    lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr, list(tmp_path.iterdir())) == (0, "", [])
    assert lines[0].startswith("GET /v3/sequences/{id}/contacts/{contact_id}  (")
    assert lines[1] == f"server https://api.reply.io, derived from {NAME}.txt"
    assert "  email: string or null" in lines
    assert "    stepId: integer or null" in lines
    assert [line.split()[1] for line in lines if line.startswith("conflict")] == ["emailDisposition"]
    assert not [line for line in lines if line.startswith("unaccounted")]


@pytest.mark.parametrize("committed", [False, True], ids=["anew", "over the committed ones"])
def test_out_writes_its_documents_and_nothing_else(run: Run, page: Path, tmp_path: Path, committed: bool) -> None:
    """The folder is made where there is none; what is written over the same promises changes no byte."""
    out = tmp_path / "deep" / "er"
    names = [f"{NAME}.schema.json", "openapi.json", f"{NAME}.changelog.json"]
    if committed:
        shutil.copytree(ROOT / "schemas" / "reply", out, ignore=shutil.ignore_patterns("*.md"))
    found = [{path.name: path.read_bytes() for path in (ROOT / "schemas" / "reply").glob("*.json")}]
    for _ in range(2):
        both = page.relative_to(ROOT), page.relative_to(ROOT).with_suffix(".yaml")
        done = run("derive", *both, "--strict", "--out", out, cwd=ROOT)
        assert (done.returncode, done.stderr.splitlines()) == (0, [f"contracts: wrote {out / name}" for name in names])
        found.append({path.name: path.read_bytes() for path in out.iterdir()})
    assert found[1] == found[2]
    assert found[1].keys() == (found[0].keys() if committed else set(names))
    assert found[1][names[0]] == found[0][names[0]]
    assert (found[1] == found[0]) is committed  # when it was reviewed, and what was new when, stands there alone


def test_strict_writes_nothing_while_a_sentence_is_unaccounted(run: Run, page: Path, tmp_path: Path) -> None:
    """A sentence that changed is listed with its line and digest; strict is exit 1, otherwise it is only told."""
    text = page.read_text(encoding="utf-8")
    changed = text.replace("when some data is lacking to go on", "when some data is lacking to carry on")
    assert changed != text
    (tmp_path / "page.txt").write_text(changed, encoding="utf-8")
    line = 1 + changed[: changed.index("to carry on")].count("\n")

    strict = run("derive", "page.txt", "--strict", "--out", "out")
    assert strict.returncode == 1
    assert strict.stderr == (
        "contracts: not accounted for: write a rule or a waiver for each sentence listed\n"
    )  # fmt: skip
    listed = [row for row in strict.stdout.splitlines() if row.startswith("unaccounted")]
    assert len(listed) == 1
    assert listed[0].startswith(f"unaccounted page.txt:{line} statusInSequence [")
    assert not (tmp_path / "out").exists()

    lenient = run("derive", "page.txt", "--out", "out")
    assert (lenient.returncode, lenient.stdout) == (0, strict.stdout)
    assert (tmp_path / "out" / "openapi.json").is_file()


def test_json_holds_all_that_was_found(run: Run, page: Path) -> None:
    """One object with operation, fields, rules, conflicts and unaccounted sentences."""
    done = run("derive", page, "--format", "json")
    found = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert found["operation"] == {
        "method": "GET",
        "server": "https://api.reply.io",
        "path": "/v3/sequences/{id}/contacts/{contact_id}",
        "title": "Get a contact in a sequence",
    }
    top = [field for field in found["fields"] if len(field["path"]) == 1]
    nested = [".".join(field["path"]) for field in found["fields"] if len(field["path"]) == 2]
    assert len(top) == 16
    assert sorted(nested) == [
        "currentStep.displayName", "currentStep.stepId", "emailDisposition.isBounced", "emailDisposition.isReplied",
    ]  # fmt: skip
    status = next(field for field in top if field["path"] == ["statusInSequence"])
    assert status["says"]["enum"] == {"values": ["active", "paused", "finished", "inactive", "outOfOffice"]}
    assert status["annotations"]
    rules = {rule["id"]: rule for rule in found["rules"]}
    assert rules["currentStep.no-step-is-finished"]["sources"][0]["kind"] == "documented"
    assert [conflict["field"] for conflict in found["conflicts"]] == ["emailDisposition"]
    assert found["unaccounted"] == []


def test_a_terminal_without_the_characters_is_no_error(process: Run, page: Path, tmp_path: Path) -> None:
    """What can't be shown is escaped; JSON stays JSON."""
    text = page.read_text(encoding="utf-8").replace("when some data is lacking to go on", "when ΔΛ is never there")
    (tmp_path / "page.txt").write_text(text, encoding="utf-8")
    env = {"PYTHONIOENCODING": "latin-1"}
    done = process("derive", "page.txt", env=env)
    found = json.loads(process("derive", "page.txt", "--format", "json", env=env).stdout)
    assert found["unaccounted"][0]["text"].endswith("when ΔΛ is never there.")
    assert done.returncode == 0
    assert "when \\u0394\\u039b is" in done.stdout


BOTH = f"move it out of out and give both: `contracts derive {NAME}.txt FILE --contract 'GET {PATH}' --out out`"


@pytest.mark.parametrize(
    ("held", "message"),
    [
        (
            '{"paths": {"/v3/other": {}}}',
            f"out/openapi.json: is the vendor's own and is never edited; {BOTH}",
        ),
        ("{", "out/openapi.json: not JSON at line 1; remove it and write it again with `contracts derive`"),
        ("[" * 100_000, "out/openapi.json: not JSON; remove it and write it again with `contracts derive`"),
    ],
)
def test_another_document_is_not_replaced(run: Run, page: Path, tmp_path: Path, held: str, message: str) -> None:
    """Exit 2, one line, and the folder is as it was."""
    document = tmp_path / "out" / "openapi.json"
    document.parent.mkdir()
    document.write_text(held)
    done = run("derive", page, "--out", "out")
    assert (done.returncode, done.stderr) == (2, f"contracts: {message}\n")
    assert [(path.name, path.read_text()) for path in document.parent.iterdir()] == [("openapi.json", held)]


def test_a_place_that_can_t_be_written_is_one_line(run: Run, page: Path, tmp_path: Path) -> None:
    """A file where the folder should be: exit 2 and why."""
    (tmp_path / "out").write_text("")
    done = run("derive", page, "--out", "out")
    assert done.returncode == 2
    assert done.stderr == f"contracts: out/{NAME}.schema.json: can't be written: out is no folder\n"


def test_an_address_is_not_fetched(run: Run) -> None:
    """Deriving is from a file that is kept; an address is told so, not called a missing file."""
    done = run("derive", "https://docs.example.com/page.txt")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith("save the page as text first\n")


def edited(page: Path, value: str) -> str:
    """The page, with another value in the place of a documented one."""
    return page.read_text(encoding="utf-8").replace("called", value)


def killed_after(patch: pytest.MonkeyPatch, files: int) -> None:
    """Makes the command end without a word before it writes one file more than these."""
    left = [files]

    def write(path: Path, content: str) -> None:
        if not left[0]:
            raise SystemExit(9)
        left[0] -= 1
        write_text(path, content)

    patch.setattr(command, "write_text", write)


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("files", [0, 1, 2])
def test_what_a_kill_left_undone_is_done_by_deriving_again(  # noqa: PLR0917  fixtures are arguments
    run: Run, page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: int, first: bool
) -> None:
    """Ended before any of the files is written, the first time or later: the next run ends as if nothing had been."""
    found: list[dict[str, str]] = []
    for name in ("whole", "cut"):
        here = tmp_path / name
        here.mkdir()
        if not first:
            (here / "page.txt").write_text(edited(page, "called"), encoding="utf-8")
            assert run("derive", "page.txt", "--out", "out", cwd=here).returncode == 0
        (here / "page.txt").write_text(edited(page, "phoned"), encoding="utf-8")
        if name == "cut":
            with monkeypatch.context() as patch:
                killed_after(patch, files)
                assert run("derive", "page.txt", "--out", "out", cwd=here).returncode == 9
        assert run("derive", "page.txt", "--out", "out", cwd=here).returncode == 0
        found.append({path.name: path.read_text() for path in (here / "out").iterdir()})
    assert found[0] == found[1]
    assert len(json.loads(found[0][f"{NAME}.changelog.json"])) == 1 + (not first)


@pytest.mark.parametrize("files", [1, 2])
def test_what_never_came_to_be_is_no_entry(
    run: Run, page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: int
) -> None:
    """Ended, then derived from another page: the changelog leads from what was to what is, in one step."""
    for value in ("called", "phoned", "rung"):
        (tmp_path / "page.txt").write_text(edited(page, value), encoding="utf-8")
        with monkeypatch.context() as patch:
            killed_after(patch, files if value == "phoned" else 3)
            run("derive", "page.txt", "--out", "out")
    log = json.loads((tmp_path / "out" / f"{NAME}.changelog.json").read_text())
    assert [entry["from"] for entry in log] == [None, log[0]["to"]]
    assert "rung" in json.dumps(log)
    assert "phoned" not in json.dumps(log)
