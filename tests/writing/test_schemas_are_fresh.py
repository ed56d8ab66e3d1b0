"""The committed schemas are what the transcribed page says today."""

from __future__ import annotations

from dataclasses import replace

from contracts.reading.derive import derive
from contracts.reading.hand import matching
from contracts.reading.layout import read_page
from contracts.wiring.documents import hands
from contracts.writing import openapi, schema_document, text
from tests.rules.synthetic import DOCUMENT, PAGE, REPLY, ROOT


def test_schemas_are_fresh() -> None:
    """Deriving and writing again gives the committed bytes of both files; `make schemas` rewrites them."""
    page = read_page(PAGE.read_text(), PAGE.relative_to(ROOT).as_posix())
    contract = derive(page, matching(hands(), page.server, page.method, page.path))
    contract = replace(contract, reviewed=REPLY.reviewed)  # of the vendor's page, which is not in the repository
    schema = DOCUMENT.parent / f"{contract.slug}.schema.json"
    assert text(openapi(contract)).encode() == DOCUMENT.read_bytes()
    assert text(schema_document(contract)).encode() == schema.read_bytes()
    assert contract == REPLY
