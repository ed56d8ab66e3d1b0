"""What making the cases and the proof of a flat object costs: of jsonschema-rs judging each made body whole, once.

Objects of 100, 300 and 1,000 fields, made here: texts, integers, fields that may be null, and listed values. Each body
is judged as it was parsed and to its end, not to its first error, in the same run; printed are the ratios of processor
time. At most 10 is promised.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from contracts.consumer.legal_cases import legal_cases
from contracts.model.contract import Contract
from contracts.proving.proof import prove
from contracts.reading.openapi import contracts_of, document_of
from contracts.rules.listing import listing_of
from tests.bench.harness import Size, size

SIZES, TURNS = (100, 300, 1_000), 3
KINDS: tuple[dict[str, Any], ...] = (
    {"type": "string"},
    {"type": "integer"},
    {"type": ["string", "null"]},
    {"type": "string", "enum": ["new", "open", "done"]},
)


def flat(size: int) -> Contract:
    """A contract whose answer is one object of so many fields."""
    fields = {f"field{number}": KINDS[number % len(KINDS)] for number in range(size)}
    schema = {"type": "object", "required": list(fields), "properties": fields}
    answers = {"200": {"description": "It.", "content": {"application/json": {"schema": schema}}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Flat", "version": "1"},
        "servers": [{"url": "https://flat.example"}],
        "paths": {"/v1/flat": {"get": {"responses": answers}}},
    }
    return contracts_of(document_of(document, "flat.json"))[0]


def ratio(size: int, make: Callable[[Contract], list[bytes]]) -> tuple[int, float]:
    """How many bodies are made, and what making them costs of judging them."""
    contract = flat(size)
    assert contract.rules
    start = time.process_time()
    made = make(contract)
    spent = time.process_time() - start
    bodies = [json.loads(body) for body in made]
    validator = listing_of(contract).validators.fast(contract.bodies[contract.main].at)
    start = time.process_time()
    for body in bodies:
        list(validator.iter_errors(body))
    return len(bodies), spent / (time.process_time() - start)


def cases(contract: Contract) -> list[bytes]:
    """The bodies of the legal cases."""
    return [case.body for case in legal_cases(contract)]


def broken(contract: Contract) -> list[bytes]:
    """The bodies that break a rule each."""
    proofs = [proof for proof in prove(contract) if proof.rule.target in contract.bodies]
    return [proof.broken.response.body for proof in proofs if proof.broken is not None]


def main(given: Size) -> None:
    """Prints a line for each size."""
    cases(flat(1))  # loads every module
    for whole in SIZES:
        count = given.of(whole, 10)
        for what, make in (("cases", cases), ("broken bodies", broken)):
            turns = [ratio(count, make) for _ in range(given.turns(TURNS) + 1)][1:]
            ratios = sorted(found for _, found in turns)
            spread = f"({ratios[0]:.1f} to {ratios[-1]:.1f})"
            print(f"  {count:>5,} fields: {turns[0][0]:>5,} {what:<13} x{median(ratios):.1f} {spread}", flush=True)


if __name__ == "__main__":
    main(size())
