"""What is held of the descriptions in a folder: rules listed, an answer judged, base answers, cases and proof made.

    python tests/bench/held.py [FOLDER]

Prints a line for each document, the slowest operation, and each failure with its reason; then what loading and listing
the document called asana.yaml costs, of one parse of it by PyYAML's CSafeLoader in the same process.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from contracts.checking import Checker
from contracts.commands.documents import contracts_of, read_document
from contracts.consumer.legal_cases import cases_and_unmade
from contracts.errors import Unusable
from contracts.model.contract import Contract
from contracts.model.run import Proof
from contracts.proving.proof import prove
from contracts.rules.legal_bodies import NoAnswer
from contracts.rules.legal_exchanges import legal_interaction

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "specs" / "public"
STEPS = ("listed", "judged", "base", "cases", "proof")


@dataclass
class Held:
    """One document: its operations, for how many each step was made, what failed, and the slowest operation."""

    name: str
    operations: int = 0
    done: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    rules: int = 0
    proven: int = 0
    unexplained: list[Proof] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")

    def share(self, step: str) -> float:
        """Of how many operations a step was made."""
        return self.done[step] / self.operations if self.operations else 1.0


def held(path: Path) -> Held:
    """What is held of one document. Raises Unusable for a document that is none."""
    contracts = contracts_of(read_document(path))
    found = Held(path.name, operations=len(contracts))
    for contract in contracts:
        start = time.process_time()
        _hold(contract, found)
        spent = time.process_time() - start
        found.slowest = max(found.slowest, (spent, contract.operation))
    return found


def _hold(contract: Contract, found: Held) -> None:
    """Lists, judges and makes one operation; a reason that is told is a failure, anything else is raised."""
    found.rules += len(contract.rules)
    found.done["listed"] += 1
    try:
        made = legal_interaction(contract, contract.success.status)
        Checker(contract).judge(made)
        found.done["judged"] += 1
        for name in contract.bodies:
            contract.index.base(name)
        found.done["base"] += 1
    except NoAnswer as error:
        found.failures.append(f"{contract.operation}: base: {error}")
    try:
        cases_and_unmade(contract)
        found.done["cases"] += 1
    except (NoAnswer, Unusable) as error:
        found.failures.append(f"{contract.operation}: cases: {error}")
    proofs = prove(contract)
    found.done["proof"] += 1
    found.proven += sum(proof.holds for proof in proofs)
    found.unexplained += [proof for proof in proofs if not proof.holds and not proof.reason]


def costs(path: Path) -> tuple[float, float]:
    """Loading a YAML document, and listing its rules, of one parse by CSafeLoader in the same process."""
    import yaml

    text = path.read_text()
    start = time.process_time()
    yaml.load(text, Loader=yaml.CSafeLoader)
    parsed = time.process_time()
    contracts = contracts_of(read_document(path))
    loaded = time.process_time()
    sum(len(contract.rules) for contract in contracts)
    listed = time.process_time()
    return (loaded - parsed) / (parsed - start), (listed - loaded) / (parsed - start)


def main(folder: Path) -> None:
    """Prints a line for each document."""
    if not folder.is_dir():
        raise SystemExit(f"{folder}: no folder of descriptions; name one")
    print(f"{'':<28} {'operations':>10} {'rules':>7} " + " ".join(f"{step:>7}" for step in STEPS) + "  alone  slowest")
    failures: list[str] = []
    for path in sorted(folder.iterdir()):
        try:
            one = held(path)
        except Unusable as error:
            print(f"{path.name:<28} {error}")
            continue
        shares = " ".join(f"{one.share(step):>7.1%}" for step in STEPS)
        alone = f"{one.proven / max(1, one.rules):.1%}"
        print(f"{one.name:<28} {one.operations:>10} {one.rules:>7} {shares}  {alone:>5}  "
              f"{one.slowest[0]:.2f} s {one.slowest[1]}", flush=True)  # fmt: skip
        failures += [f"{one.name}: {failure}" for failure in one.failures]
        failures += [f"{one.name}: {proof.rule.id} is broken and not caught" for proof in one.unexplained]
    print(*failures, sep="\n")
    if (folder / "asana.yaml").is_file():
        load, listing = costs(folder / "asana.yaml")
        print(f"asana.yaml, of one CSafeLoader parse: loading {load:.2f}, listing {listing:.2f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
