"""Every recorded answer, played back through vcrpy and requests, keeps the contract."""

from __future__ import annotations

import contracts
from contracts.model.contract import Contract
from contracts.plugin import Recording


def test_the_recorded_answer_keeps_the_contract(contract: Contract, recording: Recording) -> None:
    """A client that meets this answer meets nothing that the page doesn't promise, drift included."""
    contracts.check(contract, recording.play(), fail_on="drift")
