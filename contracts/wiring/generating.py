"""What a user's property tests draw: legal answers, and answers that break one rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.model.contract import Contract
from contracts.model.interaction import Interaction
from contracts.model.json import Json

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


def answers(contract: Contract) -> SearchStrategy[Json]:
    """Bodies of legal success answers, as parsed JSON; a failing one shrinks towards the documented example.

    Each answers the documented request, so that what repeats its ids repeats those. Nothing is ever discarded.
    """
    from contracts.proving.answering import legal_bodies

    return legal_bodies(contract)


def broken_answers(contract: Contract) -> SearchStrategy[tuple[str, Interaction]]:
    """Pairs of a rule's id and an interaction whose answer breaks that rule and no other one."""
    from contracts.proving.answering import broken_interactions

    return broken_interactions(contract)
