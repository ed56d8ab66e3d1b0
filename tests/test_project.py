"""What the project promises of its own files."""

from __future__ import annotations

import ast
import contextlib
import os
import re
import shutil
import socket
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from itertools import chain
from pathlib import Path
from typing import TypeAlias

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
VENDOR_PAGES = ROOT.parent / "shared" / "pages"

TOP_LEVEL = {
    *("contracts", "tests", "cassettes", "schemas", "docs"),
    *("pyproject.toml", "constraints.txt", "pytest.ini", "Makefile", "action.yml"),
    *("README.md", "CHANGELOG.md", "LICENSE"),
}

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
Words: TypeAlias = tuple[str, ...]


@cache
def tracked() -> tuple[str, ...]:
    """Every file of the repository, relative to its top: committed, or new and not ignored."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: which files belong to the project can't be told")
    command = [git, "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, check=True).stdout.decode().split("\0")
    return tuple(name for name in listed if name and (ROOT / name).is_file())


@cache
def text(name: str) -> str:
    """The text of a tracked file; bytes that aren't UTF-8 are replaced."""
    return (ROOT / name).read_text(encoding="utf-8", errors="replace")


@cache
def python_files() -> dict[str, ast.Module]:
    """Each Python file of the repository, as a syntax tree."""
    return {name: ast.parse(text(name), name) for name in tracked() if name.endswith(".py")}


def functions(tree: ast.AST) -> Iterator[Function]:
    """Every function of a module, methods and inner ones included."""
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def public(node: ast.Module | ast.ClassDef) -> Iterator[Function | ast.ClassDef]:
    """The classes and functions that others may use, with the methods of those classes."""
    for child in node.body:
        if isinstance(child, Function | ast.ClassDef) and not child.name.startswith("_"):
            yield child
            if isinstance(child, ast.ClassDef):
                yield from public(child)


def lines(node: Function) -> int:
    """How many lines a function takes."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_modules_stay_readable() -> None:
    """No module of the package takes more than 350 lines, no test module 650, no function more than 50."""
    most = {name: 350 if name.startswith("contracts/") else 650 for name in python_files()}
    long_modules = [name for name, limit in most.items() if len(text(name).splitlines()) > limit]
    long_functions = [
        f"{name}:{function.lineno}: {function.name} takes {lines(function)} lines"
        for name, tree in python_files().items()
        for function in functions(tree)
        if lines(function) > 50
    ]
    assert (long_modules, long_functions) == ([], [])


def test_every_test_says_its_promise() -> None:
    """Each test function has a docstring, so that a red line tells what no longer holds."""
    silent = [
        f"{name}:{function.lineno}: {function.name}"
        for name, tree in python_files().items()
        if name.startswith("tests/")
        for function in functions(tree)
        if function.name.startswith("test_") and not ast.get_docstring(function)
    ]
    assert silent == []


def test_everything_public_is_described() -> None:
    """Each public class, method and function of the package has a docstring."""
    silent = [
        f"{name}:{node.lineno}: {node.name}"
        for name, tree in python_files().items()
        if name.startswith("contracts/")
        for node in public(tree)
        if not ast.get_docstring(node)
    ]
    assert silent == []


def test_top_level_is_in_order() -> None:
    """At the top stand the folders and files that a reader expects there, and nothing else."""
    assert {name.split("/")[0] for name in tracked() if not name.startswith(".")} - TOP_LEVEL == set()


REGISTRIES = [
    needle.replace(" ", "")
    for needle in (
        *("pypi .org", "pythonhosted .org", "npmjs .org", "npmjs .com", "yarnpkg .com", "anaconda .org"),
        *("crates .io", "rubygems .org", "proxy.golang .org", "releases/ download", "index -url", "find -links"),
    )
]
"""Spelled apart here, because this file is searched as well."""


def test_no_registry_is_named() -> None:
    """Packages come from wherever the reader's own set-up says: no file names a registry or a download."""
    named = [f"{name}: {needle}" for name in tracked() for needle in REGISTRIES if needle in text(name).lower()]
    assert named == []


PINNED = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>[0-9][A-Za-z0-9.]*)(?P<marker> ; [^;@/:]+)?")


@cache
def pins() -> dict[str, str]:
    """The pinned versions by name; every line is a name and a version, and for which machines where not for all."""
    found = [PINNED.fullmatch(line) for line in text("constraints.txt").splitlines()]
    assert found
    assert None not in found, "a line that is more, or less, than a name and a version"
    return {pin["name"]: pin["version"] for pin in found if pin}


def declared(*extras: str) -> list[Requirement]:
    """What the package says that it needs, to be built as well."""
    project = tomllib.loads(text("pyproject.toml"))
    lists = [project["build-system"]["requires"], project["project"]["dependencies"]]
    lists += [project["project"]["optional-dependencies"][extra] for extra in extras]
    return [Requirement(one) for one in chain(*lists)]


def test_every_declared_dependency_is_pinned() -> None:
    """Each at a version that is allowed; what builds the package is among them."""
    wrong = [str(one) for one in declared("dev") if not one.specifier.contains(pins().get(one.name, "0"))]
    assert wrong == []
    assert {"hatchling", "editables"} <= pins().keys()


def test_everything_that_these_need_is_pinned() -> None:
    """Nothing comes in a version that nobody has chosen, however far down it is needed."""
    if any(version(one.name) != pins()[one.name] for one in declared("dev") if one.name != "hatchling"):
        pytest.skip("other versions than the pinned ones are installed here, and may need other things")
    waiting, met = [(one.name, one.extras) for one in declared("dev")], set[tuple[str, str]]()
    while waiting:
        name, extras = waiting.pop()
        with contextlib.suppress(PackageNotFoundError):  # what only builds isn't installed here
            for extra in {"", *extras}:
                if (name, extra) not in met:
                    met.add((name, extra))
                    needs = map(Requirement, requires(name) or ())
                    waiting += [
                        (canonicalize_name(one.name), one.extras)
                        for one in needs
                        if one.marker is None or one.marker.evaluate({"extra": extra})
                    ]
    assert len(met) > 50
    assert {name for name, _ in met} - pins().keys() == set()


@pytest.mark.parametrize("goal", ["verify", "test"])
def test_both_commands_install_what_is_pinned(goal: str) -> None:
    """The package with all it needs, and what its build needs; without constraints where the caller says so."""
    if shutil.which("make") is None:
        pytest.skip("there is no make here")
    for given, named in (((), "constraints.txt"), (("CONSTRAINTS=",), "")):
        command = ["make", "--dry-run", "--always-make", goal, *given]
        env = {name: value for name, value in os.environ.items() if name not in {"CONSTRAINTS", "MAKEFLAGS"}}
        told = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, check=True, text=True).stdout
        installs = [line for line in told.replace("\\\n", "").splitlines() if "pip install" in line]
        assert installs
        for line in installs:
            assert line.startswith(f"PIP_CONSTRAINT={named} PIP_BUILD_CONSTRAINT={named} "), line


def test_nothing_else_installs_the_package_unpinned() -> None:
    """The whole check goes through make; only the weekly job asks for the newest of everything."""
    assert "pip install" not in text(".ci/run")
    workflow = yaml.safe_load(text(".github/workflows/ci.yml"))
    jobs = {name: [step.get("run", "") for step in job["steps"]] for name, job in workflow["jobs"].items()}
    assert [name for name, steps in jobs.items() if any("CONSTRAINTS=" in step for step in steps)] == ["newest"]
    assert workflow[True]["schedule"]  # YAML's `on`
    assert "schedule" in workflow["jobs"]["newest"]["if"]


def runs(prose: str, length: int = 9) -> set[Words]:
    """Every run of that many words, punctuation and case left aside; an address or a path is one word."""
    words = [word for word in (re.sub(r"\W+", "", part) for part in prose.lower().split()) if word]
    return {tuple(words[start : start + length]) for start in range(len(words) - length + 1)}


def sentences(page: str) -> list[str]:
    """The sentences of a page, each on one line of it."""
    return re.split(r"(?<=[.!?:;])\s|\n", page)


def test_no_sentence_of_a_vendor_is_copied() -> None:
    """Facts stand here in our own words: nine words in a row from a vendor's sentence occur in no file."""
    if not VENDOR_PAGES.is_dir():
        pytest.skip("the vendors' pages are not at hand")
    pages = [path for path in VENDOR_PAGES.rglob("*") if path.suffix in (".txt", ".md", ".mdx")]
    theirs = {
        run for path in pages for sentence in sentences(path.read_text(encoding="utf-8")) for run in runs(sentence)
    }
    assert pages
    assert theirs
    copied = [f"{name}: {' '.join(run)}" for name in tracked() for run in sorted(theirs & runs(text(name)))]
    assert copied == []


def test_a_copied_sentence_would_be_found() -> None:
    """Neither a line break, a comment sign, case nor punctuation hides a run of nine words; eight are free."""
    theirs = "A gadget is blue, unless its owner has never painted it."
    assert runs(theirs) & runs("# a Gadget is blue unless\n#   its owner -- has never PAINTED anything")
    assert not runs(theirs) & runs("a gadget is blue unless its owner has always painted it")


def test_tests_stay_on_this_machine() -> None:
    """A test that asks another machine fails, whatever the code under test catches; no foreign name is looked up."""
    with pytest.raises(pytest.fail.Exception, match=r"tried to reach 192\.0\.2\.1"), contextlib.suppress(Exception):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    with pytest.raises(socket.gaierror, match="no name but localhost"):
        socket.create_connection(("vendor.invalid", 80), timeout=1)
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(("localhost", server.getsockname()[1]), timeout=1).close()
