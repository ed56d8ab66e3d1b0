"""The first contract of this repository alone: a project with one contract, for tests that are about one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from contracts.commands.documents import LocalContract, contracts_here
from contracts.writing.merging import reduced

ROOT = Path(__file__).parents[1]
SLUG = "get-a-contact-in-a-sequence"
OPERATION = "GET /v3/sequences/{id}/contacts/{contact_id}"
FOLDER = Path("cassettes") / "reply" / SLUG
CASSETTES = ROOT / FOLDER


def held() -> LocalContract:
    """It, in the working directory or built in."""
    return contracts_here((SLUG,))[0]


def document() -> dict[str, Any]:
    """Its document, without the other operations."""
    whole = json.loads((ROOT / "schemas" / "reply" / "openapi.json").read_text(encoding="utf-8"))
    path = OPERATION.partition(" ")[2]
    return reduced(whole | {"paths": {path: whole["paths"][path]}})


def write_schemas(folder: Path, api: str = "reply") -> Path:
    """Puts it and what stands beside it into a working directory; gives the folder `schemas/`."""
    schemas = folder / "schemas"
    (schemas / api).mkdir(parents=True)
    for path in (ROOT / "schemas" / "reply").glob(f"{SLUG}.*"):
        shutil.copy(path, schemas / api)
    (schemas / api / "openapi.json").write_text(json.dumps(document(), indent=2) + "\n", encoding="utf-8")
    return schemas


def write_project(folder: Path) -> Path:
    """The same with its recordings; gives the working directory."""
    write_schemas(folder)
    shutil.copytree(CASSETTES, folder / FOLDER)
    return folder
