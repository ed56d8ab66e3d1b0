"""The committed schemas are what the transcribed page says today."""

from __future__ import annotations

from dataclasses import replace

from contracts.reading.derive import derive
from contracts.reading.hand import matching
from contracts.reading.page.layout import read_page
from contracts.wiring.deriving import written
from contracts.wiring.documents import hands
from contracts.writing import text
from tests.rules.synthetic import DOCUMENT, PAGE, REPLY, ROOT


def test_schemas_are_fresh() -> None:
    """Deriving and writing again gives the committed bytes of both files; `make schemas` rewrites them."""
    page = read_page(PAGE.read_text(), PAGE.relative_to(ROOT).as_posix())
    draft = derive(page, matching(hands(), page.server, page.method, page.path))
    derived = written(replace(draft, reviewed=REPLY.reviewed))  # of the vendor's page, which is not in the repository
    schema = DOCUMENT.parent / f"{draft.slug}.schema.json"
    assert text(derived.document).encode() == DOCUMENT.read_bytes()
    assert text(derived.schema).encode() == schema.read_bytes()
    assert (derived.contract.rules, derived.contract.answers) == (REPLY.rules, REPLY.answers)
