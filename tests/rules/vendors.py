"""Contracts of real pages: ours, and those of several vendors where they are at hand."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from contracts.commands.derive_sources import Derived, drafted, written
from contracts.errors import Unusable
from contracts.model.contract import Contract
from contracts.sources.files import read_text
from tests.rules.synthetic import ROOT, VENDOR_PAGES

OWN_PAGES = sorted((ROOT / "tests" / "reading" / "pages").glob("*.txt"))


def derive_page(path: Path) -> Derived:
    """The contract of the page in a file, and its documents."""
    return written(drafted(path, read_text(path, "a documentation page saved as text"))[1])


@cache
def vendor_pages() -> dict[str, Derived]:
    """What is derived of each vendor's page that is one, by its name; skips the test where there are no pages."""
    pages = sorted([*VENDOR_PAGES.glob("*.txt"), *(VENDOR_PAGES / "dev").glob("*.txt")])
    if not pages:
        pytest.skip(f"no pages of vendors at {VENDOR_PAGES}")
    found: dict[str, Derived] = {}
    for page in pages:
        try:
            found[page.name] = derive_page(page)
        except Unusable:
            continue
    assert len(found) > len(pages) // 2
    return found


def vendor_contracts() -> dict[str, Contract]:
    """The contract of each vendor's page that is one, by the page's name; skips the test where there are no pages."""
    return {name: derived.contract for name, derived in vendor_pages().items()}
