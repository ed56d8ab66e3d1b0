"""What is promised as standard documents: JSON Schema 2020-12 and OpenAPI 3.1, the same bytes each time."""

from __future__ import annotations

import json
from typing import Any

from contracts.writing.openapi import openapi
from contracts.writing.schema import schema_document

__all__ = ["openapi", "schema_document", "text"]


def text(document: Any) -> str:
    """A document as it is stored: UTF-8 JSON, two spaces deep, a newline at the end."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
