"""From a cold start to a verdict over the committed cassettes, beside a bare interpreter and beside the usual set-up.

The usual set-up plays each of the same cassettes with vcrpy and requests and judges it with jsonschema: once with every
plugin that is installed, once with none.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.bench.harness import CONTRACTS, PYTEST, ROOT, Candidate, Size, size, table

TURNS = 10
HELLO = """
import click

@click.command()
def main():
    click.echo("hello")

main()
"""
NEEDED = "import click, dataclasses, datetime, hashlib, json, jsonschema_rs, pathlib, urllib.parse, yaml"
PEER = f'''
"""What a team would write by hand."""
import json, pathlib
import jsonschema, pytest, requests, vcr, yaml

ROOT = pathlib.Path({str(ROOT)!r})
TAPES = sorted(ROOT.glob("cassettes/reply/*/*.yaml"))
VALID = {{
    name: jsonschema.Draft202012Validator(
        json.loads((ROOT / "schemas" / "reply" / f"{{name}}.schema.json").read_text()),
        format_checker=jsonschema.FormatChecker(),
    )
    for name in {{path.parent.name for path in TAPES}}
}}

@pytest.mark.parametrize("path", TAPES, ids=lambda path: path.stem)
def test_recording(path):
    asked = yaml.safe_load(path.read_text())["interactions"][0]["request"]
    with vcr.use_cassette(str(path), record_mode="none"):
        response = requests.request(asked["method"], asked["uri"], timeout=10)
    if response.status_code == 200:
        VALID[path.parent.name].validate(response.json())
'''


def main(given: Size) -> None:
    """Prints a line for each candidate."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "hello.py").write_text(HELLO, encoding="utf-8")
        Path(folder, "test_peer.py").write_text(PEER, encoding="utf-8")
        peer = [*PYTEST, folder, "--rootdir", folder]
        candidates = {
            "floor: a bare interpreter": Candidate(command=[sys.executable, "-c", "pass"]),
            "click says hello": Candidate(command=[sys.executable, Path(folder, "hello.py")]),
            "importing what that needs of others, and no more": Candidate(command=[sys.executable, "-c", NEEDED]),
            "contracts verify --against cassettes": Candidate(command=[CONTRACTS, "verify", "--against", "cassettes"]),
            "pytest, vcrpy, requests, jsonschema": Candidate(command=peer),
            "the same without any plugin of pytest": Candidate(
                command=peer, env={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
            ),
        }
        count = len(list(ROOT.glob("cassettes/reply/*/*.yaml")))
        table(f"the {count} cassettes in cassettes/", candidates, given.turns(TURNS), unit="all")


if __name__ == "__main__":
    main(size())
