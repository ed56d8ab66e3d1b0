"""The built wheel carries its contracts: it works in an empty directory, away from the repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT

CASSETTES = Path("cassettes/reply/get-a-contact-in-a-sequence")

OWN_TEST = f"""
from pathlib import Path

import contracts
from contracts.sources.recordings import read_recordings

home = Path(contracts.__file__).parent
contract = contracts.load(contract={CASSETTES.name!r})
for number, recording in enumerate(read_recordings([{str(ROOT / CASSETTES)!r}]), start=1):
    contracts.check(contract, recording)
print(home, number)
"""


def pip(*args: str | Path) -> None:
    """Runs pip, whose complaint is the failure."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *args]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built by the installed backend, or else by one that pip fetches."""
    folder = tmp_path_factory.mktemp("wheel")
    backend = ["--no-build-isolation"] if find_spec("hatchling") else []
    pip("wheel", "--no-deps", *backend, "--wheel-dir", folder, ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel alone, installed into a folder of its own; libraries come from the running interpreter."""
    folder = tmp_path_factory.mktemp("installed")
    pip("install", "--no-deps", "--no-index", "--target", folder, wheel)
    return folder


def python(installed: Path, cwd: Path, *args: str | Path) -> subprocess.CompletedProcess[str]:
    """The interpreter with the installed wheel before everything else."""
    env = {name: value for name, value in os.environ.items() if name != "REPLY_API_KEY"}
    env["PYTHONPATH"] = str(installed)
    command = [sys.executable, *args]
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=120)


def contracts(installed: Path, cwd: Path, *args: str | Path) -> subprocess.CompletedProcess[str]:
    """The wheel's own `contracts` command."""
    return python(installed, cwd, installed / "bin" / "contracts", *args)


def test_the_wheel_holds_what_a_run_needs_and_no_tests(wheel: Path) -> None:
    """Code, contracts, the transcribed page and its data, the licence; no recordings, nothing of development."""
    names = zipfile.ZipFile(wheel).namelist()
    shipped = {name.removeprefix("contracts/_shipped/") for name in names if "/_shipped/" in name}
    kept = [path for path in (ROOT / "schemas").rglob("*") if path.is_file()]
    assert shipped == {path.relative_to(ROOT).as_posix() for path in kept}
    assert {"contracts/commands/__init__.py", "contracts/reply/vendor.toml"} <= set(names)
    assert [name for name in names if name.endswith("licenses/LICENSE")]
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == {"contracts"}


def test_verify_in_an_empty_directory_says_how_to_begin(installed: Path, tmp_path: Path) -> None:
    """The package has no recordings of its own to speak of; a recording that is named is held to its contract."""
    done = contracts(installed, tmp_path, "verify")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith(f"contracts: nothing to check: {tmp_path} has no schemas/ and no cassettes/; begin")
    named = contracts(installed, tmp_path, "verify", ROOT / CASSETTES)
    assert named.returncode == 0, named.stderr
    assert list(tmp_path.iterdir()) == []


def test_check_works_in_an_empty_directory(installed: Path, tmp_path: Path) -> None:
    """`contracts.load` finds the wheel's own contract, and `contracts.check` holds recordings to it."""
    done = python(installed, tmp_path, "-c", OWN_TEST)
    count = len(list((ROOT / CASSETTES).glob("*.yaml")))
    assert (done.returncode, done.stdout) == (0, f"{installed}/contracts {count}\n"), done.stderr


def test_derive_works_in_an_empty_directory(installed: Path, tmp_path: Path) -> None:
    """The vendor's hand-written data travels along: no sentence is left unaccounted for."""
    page = installed / "contracts" / "reply" / "get-a-contact-in-a-sequence.txt"
    done = contracts(installed, tmp_path, "derive", page, "--strict", "--out", "schemas/reply")
    assert done.returncode == 0, done.stderr
    shutil.copytree(ROOT / "cassettes", tmp_path / "cassettes")
    assert contracts(installed, tmp_path, "verify", "--against", "cassettes").returncode == 0


def test_a_folder_of_contracts_in_the_directory_wins(installed: Path, tmp_path: Path) -> None:
    """A contract here that promises something else breaks recordings of the built-in one."""
    for name in ("schemas", "cassettes"):
        shutil.copytree(ROOT / name, tmp_path / name)
    document = tmp_path / "schemas" / "reply" / "openapi.json"
    document.write_text(document.read_text().replace('"meetingBooked"', '"meetingHeld"'))
    done = contracts(installed, tmp_path, "verify", "--against", "cassettes")
    assert (done.returncode, done.stderr) == (1, "")
    assert "violation  meetingStatus.enum" in done.stdout
    assert f"broken at   {CASSETTES}/" in done.stdout
