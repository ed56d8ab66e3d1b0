"""What a user's property tests draw: legal answers, and answers that break one rule."""

from __future__ import annotations

from typing import Any

from contracts.model.contract import Contract


def answers(contract: Contract) -> Any:
    """A Hypothesis strategy of legal success bodies as parsed JSON; a failing one shrinks to the documented example.

    Each answers the documented request, so that what repeats its ids repeats those. Nothing is ever discarded.
    """
    from contracts.proving.answering import legal_bodies

    return legal_bodies(contract)


def broken_answers(contract: Contract) -> Any:
    """A Hypothesis strategy of pairs: a rule's id, and an `Interaction` whose answer breaks that rule alone."""
    from contracts.proving.answering import broken_interactions

    return broken_interactions(contract)
