"""The idiom of a Schemathesis suite: importing `contracts.hooks` puts our rules beside Schemathesis' own checks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import settings

import contracts.hooks  # noqa: F401  registers the check `contract`
from contracts.commands.documents import contracts_here
from contracts.commands.reference import reference
from contracts.provider.serving import serve

schema = schemathesis.openapi.from_path(Path("schemas/reply/openapi.json"))

checks = schemathesis.checks
CONTRADICTED = [checks.response_schema_conformance, checks.content_type_conformance]
"""What can't pass where the vendor's own description contradicts itself: its 401 has a schema and no body, and the
alternatives of its 400 exclude each other in the schema and not in its example. Our rules read both as meant."""


@pytest.fixture(scope="module")
def provider() -> Iterator[tuple[str, dict[str, str]]]:
    """The reference provider's URL, and the header with its key."""
    app = reference(*contracts_here())
    with serve(app, 0) as url:
        yield url, {"Authorization": f"Bearer {app.key}"}


@schema.parametrize()
@settings(max_examples=10)
def test_every_answer_keeps_the_document_and_the_contract(case: Any, provider: tuple[str, dict[str, str]]) -> None:
    """Whatever Schemathesis asks, no check of its own fails, and neither does ours."""
    url, headers = provider
    excluded = CONTRADICTED if case.path.endswith("/contacts") else []
    case.call_and_validate(base_url=url, headers=headers, excluded_checks=excluded)
