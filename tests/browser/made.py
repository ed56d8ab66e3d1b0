"""The pages that are looked at, each written to a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from contracts.commands.docs import write_site
from contracts.reports.html import render
from tests.reports.written import HOSTILE, mixed, poisoned, report

Pages: TypeAlias = dict[str, Path]

REPORTS: dict[str, Callable[[], str]] = {
    "report": lambda: render(replace(mixed(), beside=frozenset({"get-a-thing.html"}))),
    "report-kept": lambda: render(report()),
    "report-hostile": lambda: render(poisoned(" ".join(HOSTILE))),
}

SITE = {"contract": "get-a-contact-in-a-sequence.html", "index": "index.html"}

PAGES = (*SITE, *REPORTS)


def write(folder: Path) -> Pages:
    """Every page by its name, written into a folder: reports made by hand, and the documentation of this repository."""
    write_site(folder, None)
    pages = {name: folder / file for name, file in SITE.items()}
    for name, make in REPORTS.items():
        pages[name] = folder / f"{name}.html"
        pages[name].write_text(make(), encoding="utf-8")
    return pages
