"""From a cold start to a verdict over the committed cassettes, beside a bare interpreter and beside the usual set-up.

Run it with `make bench`. Candidates take turns in one run and the first turn is thrown away; medians of wall time are
printed as ratios to the bare interpreter of the same run. Only ratios are meant to travel.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TURNS = 15
ROOT = Path(__file__).resolve().parents[2]
CASSETTES = ROOT / "cassettes" / "reply" / "get-a-contact-in-a-sequence"
SCHEMA = ROOT / "schemas" / "reply" / "get-a-contact-in-a-sequence.schema.json"

PEER = f'''
"""What a team would write by hand: replay each cassette with vcrpy and requests, judge it with jsonschema."""
import json, pathlib
import jsonschema, pytest, requests, vcr, yaml

SCHEMA = json.loads(pathlib.Path({str(SCHEMA)!r}).read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())

@pytest.mark.parametrize("path", sorted(pathlib.Path({str(CASSETTES)!r}).glob("*.yaml")), ids=lambda path: path.stem)
def test_recording(path):
    asked = yaml.safe_load(path.read_text())["interactions"][0]["request"]
    with vcr.use_cassette(str(path), record_mode="none"):
        response = requests.request(asked["method"], asked["uri"], timeout=10)
    if response.status_code == 200:
        VALIDATOR.validate(response.json())
'''


def main() -> None:
    """Prints a line for each candidate."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "test_peer.py").write_text(PEER)
        script = str(Path(sys.executable).with_name("contracts"))
        quiet = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", folder, "--rootdir", folder]
        candidates = {
            "bare interpreter": [sys.executable, "-c", "pass"],
            "import click": [sys.executable, "-c", "import click"],
            "contracts verify --against cassettes": [script, "verify", "--against", "cassettes"],
            "pytest + vcrpy + requests + jsonschema": quiet,
        }
        taken: dict[str, list[float]] = {name: [] for name in candidates}
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        for _ in range(TURNS + 1):
            for name, command in candidates.items():
                start = time.perf_counter()
                subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
                taken[name].append(time.perf_counter() - start)
    floor = statistics.median(taken["bare interpreter"][1:])
    for name, seconds in taken.items():
        median = statistics.median(seconds[1:])
        print(f"{name:<40} {median * 1000:7.1f} ms  x{median / floor:.1f}")


if __name__ == "__main__":
    main()
