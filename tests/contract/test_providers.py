"""Every rule is kept by every provider that `--contracts-against` names; the reference provider without it."""

from __future__ import annotations

from contracts.plugin import KeptRule


def test_the_provider_keeps_the_rule(kept_rule: KeptRule) -> None:
    """No answer to known rows, refusals or generated requests breaks this rule."""
    kept_rule.check()
