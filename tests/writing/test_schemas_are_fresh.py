"""The committed schemas are what the transcribed page and description say today."""

from __future__ import annotations

from dataclasses import replace

from contracts.commands.derive_sources import written
from contracts.writing import schema_document, text
from tests.rules.synthetic import DOCUMENT, DRAFTS, REPLY


def test_schemas_are_fresh() -> None:
    """Deriving and writing again gives the committed bytes of both files; `make schemas` rewrites them."""
    draft = DRAFTS["reply"]
    derived = written(replace(draft, reviewed=REPLY.reviewed))  # of the vendor's page, which is not in the repository
    schema = DOCUMENT.parent / f"{draft.slug}.schema.json"
    assert text(derived.document).encode() == DOCUMENT.read_bytes()
    assert text(schema_document(derived.contract)).encode() == schema.read_bytes()
    assert (derived.contract.rules, derived.contract.answers) == (REPLY.rules, REPLY.answers)
