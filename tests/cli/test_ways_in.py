"""What `contracts derive` takes beside one page: descriptions, exports that embed one, folders."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import pytest

from tests.cli.conftest import ROOT, Run

EXPORTS = ROOT.parent / "shared" / "pages" / "md"

EXPORT = """# {title}

> What it is for.

```bash
curl https://lamps.example.com{path}
```

## OpenAPI

````yaml /lamps.json get {path}
openapi: 3.1.0
info:
  title: Lamps
  version: 1.0.0
servers:
  - url: https://lamps.example.com
security:
  - key: []
paths:
  {path}:
    parameters:
      - name: lamp
        in: path
        required: true
        schema:
          type: integer
    get:
      summary: {title}
      responses:
        '200':
          description: A lamp
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/Lamp'
        '404':
          description: None
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/Problem'
        '409':
          description: In use
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/Problem'
components:
  securitySchemes:
    key:
      type: http
      scheme: bearer
  schemas:
    Lamp:
      type: object
      required: [state]
      properties:
        state:
          type: string
          enum: [{states}]
        part:
          $ref: '#/components/schemas/Lamp'
    Problem:
      type: object
      required: [detail]
      properties:
        detail:
          type: {detail}
````
"""


def export(
    folder: Path, name: str, title: str, path: str, *, states: str = "lit, dark", detail: str = "string"
) -> Path:
    """An exported page of one operation, in a file."""
    file = folder / name
    file.write_text(EXPORT.format(title=title, path=path, states=states, detail=detail), encoding="utf-8")
    return file


def document(folder: Path) -> dict[str, Any]:
    """The document that was written."""
    found: dict[str, Any] = json.loads((folder / "openapi.json").read_text(encoding="utf-8"))
    return found


def derived(run: Run, *sources: str | Path) -> list[dict[str, Any]]:
    """What is said of sources, for machines."""
    done = run("derive", *sources, "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    return found if isinstance(found, list) else [found]


def test_an_export_is_a_contract_with_the_lines_of_its_file(run: Run, tmp_path: Path) -> None:
    """The embedded description is read, not the words around it, and a rule stands where the file has it."""
    file = export(tmp_path, "lamp.md", "Get a lamp", "/v1/lamps/{lamp}")
    (found,) = derived(run, "lamp.md")
    assert found["operation"]["path"] == "/v1/lamps/{lamp}"
    (rule,) = (one for one in found["rules"] if one["id"] == "state.enum")
    (source,) = rule["sources"]
    assert source["page"] == "lamp.md"
    assert "enum" in file.read_text(encoding="utf-8").splitlines()[source["line"] - 1]


def test_exports_of_one_api_are_one_document(run: Run, tmp_path: Path) -> None:
    """Each derive replaces its own operation alone; equal components are shared, unused ones go."""
    export(tmp_path, "lamp.md", "Get a lamp", "/v1/lamps/{lamp}")
    export(tmp_path, "old.md", "Get an old lamp", "/v0/lamps/{lamp}")
    for name in ("lamp.md", "old.md"):
        assert run("derive", name, "--out", "schemas/lamps").returncode == 0
    whole = document(tmp_path / "schemas" / "lamps")
    assert list(whole["paths"]) == ["/v1/lamps/{lamp}", "/v0/lamps/{lamp}"]
    assert list(whole["components"]["schemas"]) == ["Lamp", "Problem"]
    files = sorted(path.name for path in (tmp_path / "schemas" / "lamps").iterdir())
    assert files == sorted(
        ["openapi.json"]
        + [f"{name}.{kind}.json" for name in ("get-a-lamp", "get-an-old-lamp") for kind in ("schema", "changelog")]
    )

    export(tmp_path, "old.md", "Get an old lamp", "/v0/lamps/{lamp}", states="lit, dark, broken", detail="integer")
    assert run("derive", "old.md", "--out", "schemas/lamps").returncode == 0
    changed = document(tmp_path / "schemas" / "lamps")
    assert changed["paths"]["/v1/lamps/{lamp}"] == whole["paths"]["/v1/lamps/{lamp}"]
    assert sorted(changed["components"]["schemas"]) == ["Lamp", "Lamp2", "Problem", "Problem2"]
    (before,) = derived(run, "old.md")
    (there,) = (
        one
        for one in derived(run, "schemas/lamps/openapi.json")
        if one["operation"]["path"] == before["operation"]["path"]
    )
    assert [(one["id"], one["says"]) for one in there["rules"]] == [(one["id"], one["says"]) for one in before["rules"]]
    assert "problem.detail.type" in {one["id"] for one in there["rules"]}
    log = json.loads((tmp_path / "schemas" / "lamps" / "get-an-old-lamp.changelog.json").read_text())
    assert len(log) == 2

    bytes_then = (tmp_path / "schemas" / "lamps" / "openapi.json").read_bytes()
    for name in ("lamp.md", "old.md"):
        run("derive", name, "--out", "schemas/lamps")
    assert (tmp_path / "schemas" / "lamps" / "openapi.json").read_bytes() == bytes_then

    export(tmp_path, "old.md", "Get an old lamp", "/v0/lamps/{lamp}")
    run("derive", "old.md", "--out", "schemas/lamps")
    assert document(tmp_path / "schemas" / "lamps")["components"] == whole["components"]


def test_two_pages_of_one_vendor_are_one_document(run: Run, page: Path, tmp_path: Path) -> None:
    """The second page of a vendor joins the first, whose promises, digest and changelog stay as they are."""
    text = page.read_text(encoding="utf-8")
    (tmp_path / "page.txt").write_text(text, encoding="utf-8")
    other = text.replace("/contacts/", "/people/").replace("Get a contact in a sequence", "Get a person in a sequence")
    (tmp_path / "other.txt").write_text(other, encoding="utf-8")
    out = tmp_path / "schemas" / "reply"
    for name in ("page.txt", "other.txt"):
        assert run("derive", name, "--out", out).returncode == 0, name
    both = derived(run, out / "openapi.json")
    assert [one["slug"] for one in both] == ["get-a-contact-in-a-sequence", "get-a-person-in-a-sequence"]
    (alone,) = derived(run, "page.txt")
    assert both[0]["digest"] == alone["digest"]
    assert [one["id"] for one in both[0]["rules"]] == [one["id"] for one in alone["rules"]]
    log = json.loads((out / "get-a-contact-in-a-sequence.changelog.json").read_text())
    assert len(log) == 1


DESCRIPTION = """\
openapi: 3.0.3
info: {title: Lamps, version: "1"}
paths:
  /lamps:
    get:
      summary: All lamps
      responses:
        "200":
          description: OK
          content:
            application/json:
              schema: {type: array, items: {$ref: "parts.yaml#/Lamp"}}
    delete:
      summary: No lamp
      responses: {"204": {description: None}}
"""
PARTS = """\
Lamp:
  {type: object, x-vendor: 1, required: [part],
   properties: {part: {$ref: '#/Lamp'}, name: {nullable: true, type: string}}}
"""


def test_a_description_is_put_there_as_it_is(run: Run, tmp_path: Path) -> None:
    """Its bytes, and those of the files it refers to; and a schema for each body of success that needs no other."""
    (tmp_path / "lamps.yaml").write_text(DESCRIPTION, encoding="utf-8")
    (tmp_path / "parts.yaml").write_text(PARTS, encoding="utf-8")
    out = tmp_path / "schemas" / "lamps"
    for _ in range(2):
        done = run("derive", "lamps.yaml", "--out", out)
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("lamps.yaml: 2 operations, ")
    assert sorted(path.name for path in out.iterdir()) == ["all-lamps.schema.json", "openapi.yaml", "parts.yaml"]
    assert (out / "openapi.yaml").read_text(encoding="utf-8") == DESCRIPTION
    assert (out / "parts.yaml").read_text(encoding="utf-8") == PARTS
    schema = json.loads((out / "all-lamps.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    valid = jsonschema_rs.Draft202012Validator(schema).is_valid
    assert valid([])
    assert not valid([{"part": {"name": None}}])
    assert not valid([{"name": "a"}])
    assert "x-" not in json.dumps(schema)
    assert run("derive", "schemas/lamps/openapi.yaml", "--out", out).returncode == 0

    (tmp_path / "lamps.yaml").write_text(DESCRIPTION.replace("All lamps", "Lamps"), encoding="utf-8")
    done = run("derive", "lamps.yaml", "--out", out)
    assert (done.returncode, done.stderr) == (
        2,
        f"contracts: {out}/openapi.yaml: is there already, and isn't replaced; remove it, or choose another folder\n",
    )


def test_a_page_is_never_put_into_a_vendors_own_file(run: Run, page: Path, tmp_path: Path) -> None:
    """Exit 2 with the line that gives both, and nothing changed, in whichever form the vendor's file is."""
    for name, content in {
        "openapi.yaml": DESCRIPTION,
        "openapi.json": '{"openapi": "3.1.0", "webhooks": {}}',
    }.items():
        out = tmp_path / name.replace(".", "-")
        out.mkdir()
        (out / name).write_text(content, encoding="utf-8")
        done = run("derive", page, "--out", out)
        assert done.returncode == 2
        assert done.stderr.startswith(f"contracts: {out}/{name}: is the vendor's own and is never edited; ")
        assert " FILE --contract 'GET /v3/sequences/{id}/contacts/{contact_id}' --out " in done.stderr
        assert [(path.name, path.read_text(encoding="utf-8")) for path in out.iterdir()] == [(name, content)]


def test_a_folder_and_a_glob_are_several_sources(run: Run, tmp_path: Path) -> None:
    """What can't be read is a line and exit 2, and hides nothing of the others; each is told."""
    pages = tmp_path / "pages"
    pages.mkdir()
    export(pages, "lamp.md", "Get a lamp", "/v1/lamps/{lamp}")
    export(pages, "old.md", "Get an old lamp", "/v0/lamps/{lamp}")
    (pages / "notes.md").write_text("# Notes\n\nNothing here.\n", encoding="utf-8")
    (pages / "picture.png").write_bytes(b"\x89PNG")
    done = run("derive", "pages", "--out", "out")
    assert done.returncode == 2
    told = [line for line in done.stderr.splitlines() if "wrote" not in line]
    assert told == ["contracts: pages/notes.md:1: no method and path: not an API reference page, or its top is missing"]
    assert list(document(tmp_path / "out")["paths"]) == ["/v1/lamps/{lamp}", "/v0/lamps/{lamp}"]
    assert "GET /v1/lamps/{lamp}" in done.stdout
    assert "GET /v0/lamps/{lamp}" in done.stdout
    assert len(derived(run, "pages/[lo]*.md")) == 2


def test_every_export_at_hand_is_read(run: Run, tmp_path: Path) -> None:
    """Fifteen exports of one vendor are one document of fifteen contracts."""
    if not EXPORTS.is_dir():
        pytest.skip(f"no exports at {EXPORTS}")
    done = run("derive", EXPORTS, "--out", "schemas/parallel")
    assert done.returncode == 0, done.stderr
    assert len(derived(run, "schemas/parallel/openapi.json")) == len(list(EXPORTS.iterdir()))
    assert len(document(tmp_path / "schemas" / "parallel")["paths"]) == 15
