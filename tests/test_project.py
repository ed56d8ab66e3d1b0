"""What the project promises of its own files."""

from __future__ import annotations

import ast
import contextlib
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeAlias

import pytest

ROOT = Path(__file__).parent.parent
VENDOR_PAGES = ROOT.parent / "shared" / "pages"

TOP_LEVEL = {
    *("contracts", "tests", "cassettes", "schemas"),
    *("pyproject.toml", "pytest.ini", "Makefile", "action.yml"),
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
