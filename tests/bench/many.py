"""Verifying 10,000 recorded answers with 300 operations in the contract, beside the same with one operation.

Two recordings: all answers of one operation, and answers of all operations in turn. Each run is a process of its own;
printed are the least processor times, less those of loading the document, and their ratios to the run with one. The
first ratio says what operations cost that nobody asks, the second also what judging each of them takes to prepare.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

TURNS = 7
ANSWERS, OPERATIONS = 10_000, 300
SERVER = "https://api.example.com"

RUN = """
import sys, time
from pathlib import Path
from contracts.commands.verify import verified
from contracts.commands.documents import known_here
from contracts.commands.targets import Plan
from contracts.reports import printed

loads = []
def timed(names=()):
    start = time.process_time()
    found = known_here(names)
    loads.append(time.process_time() - start)
    return found
verifying.known_here = timed
start = time.process_time()
done = verified((), Plan(paths=(Path(sys.argv[1]),)), "violation")
text = printed("text", done)
spent = time.process_time() - start
assert done.verdict == "kept", text[-2000:]
assert sum(sum(t.judgement.checked.values()) for run in done.parts for t in run.targets) == int(sys.argv[2])
print(spent - loads[0], loads[0])
"""


def document(operations: int) -> dict[str, Any]:
    """An OpenAPI document of operations that share what a contact is."""
    text, number = {"type": "string"}, {"type": "integer", "minimum": 0}
    contact = {
        "type": "object",
        "required": ["id", "name", "state", "tags", "owner"],
        "properties": {
            "id": number, "name": text, "email": {"type": ["string", "null"], "maxLength": 200},
            "state": {"enum": ["new", "active", "gone"]}, "tags": {"type": "array", "items": text},
            "created": {"type": "string", "format": "date-time"}, "score": {"type": "number", "maximum": 1},
            "owner": {"type": "object", "required": ["id"], "properties": {"id": number, "name": text}},
        },
    }  # fmt: skip
    answer = {
        "description": "ok",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Contact"}}},
    }
    sent = [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}]
    paths = {
        f"/v1/group{one}/contacts/{{id}}": {
            "get": {
                "summary": f"Get {one}",
                "parameters": sent,
                "responses": {"200": answer, "404": {"description": "no"}},
            }
        }
        for one in range(operations)
    }
    info, servers = {"title": "t", "version": "1"}, [{"url": SERVER}]
    return {
        "openapi": "3.1.0", "info": info, "servers": servers, "paths": paths,
        "components": {"schemas": {"Contact": contact}},
    }  # fmt: skip


def log(operations: int) -> str:
    """Answers of these operations in turn, as NDJSON."""
    lines = []
    for one in range(ANSWERS):
        body = {
            "id": one, "name": f"N{one}", "email": None if one % 3 else "d@example.com", "state": "active",
            "tags": ["a", "b"], "created": "2030-01-01T00:00:00Z", "score": 0.5, "owner": {"id": 1, "name": "o"},
        }  # fmt: skip
        request = {"method": "GET", "url": f"{SERVER}/v1/group{one % operations}/contacts/{one}"}
        headers = {"Content-Type": "application/json"}
        response = {"status": 200, "headers": headers, "body": json.dumps(body)}
        lines.append(json.dumps({"request": request, "response": response}))
    return "\n".join(lines) + "\n"


def spent(folder: Path, recording: Path) -> tuple[float, float]:
    """Seconds that one run takes without the load, and those of the load."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, recording, str(ANSWERS)], cwd=folder, capture_output=True, text=True, check=True
    )
    work, load = map(float, done.stdout.split())
    return work, load


def main() -> None:
    """Prints a line for each of the three runs."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        for operations in (1, OPERATIONS):
            path = root / str(operations) / "schemas" / "example" / "openapi.json"
            path.parent.mkdir(parents=True)
            path.write_text(json.dumps(document(operations)))
            (root / f"of-{operations}.ndjson").write_text(log(operations))
        runs = {
            "1 operation": (root / "1", root / "of-1.ndjson"),
            f"{OPERATIONS} operations, answers of one": (root / str(OPERATIONS), root / "of-1.ndjson"),
            f"{OPERATIONS} operations, answers of all": (root / str(OPERATIONS), root / f"of-{OPERATIONS}.ndjson"),
        }
        found: dict[str, list[tuple[float, float]]] = {what: [] for what in runs}
        for _ in range(TURNS):  # in turn, so that a busy machine weighs on all
            for what, given in runs.items():
                found[what].append(spent(*given))
    one = min(work for work, _ in found["1 operation"])
    for what, times in found.items():
        work, load = (min(part) for part in zip(*times, strict=True))
        print(f"{what:<34} {work:6.2f} s  {work / one:5.2f} of one   (document loaded in {load:.2f} s)")


if __name__ == "__main__":
    main()
