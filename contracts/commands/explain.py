"""`contracts explain`: say what one rule promises."""

from __future__ import annotations

from difflib import get_close_matches

import click

from contracts.commands.docs import sheet_of
from contracts.commands.documents import LocalContract, contracts_here
from contracts.commands.options import contract_option
from contracts.commands.settings import levels_here
from contracts.documenting.explaining import explained
from contracts.errors import Unusable
from contracts.model.text import inert

MOST_EXPLAINED = 5


@click.command()
@click.argument("rule")
@contract_option
def explain(rule: str, names: tuple[str, ...]) -> None:
    """Say what RULE promises, where that is written, how well it is known, and how it would fail."""
    click.echo(explanation(rule, names), nl=False)


def explanation(rule_id: str, names: tuple[str, ...] = ()) -> str:
    """One rule on the terminal: what it says, where, its evidence, its proof, how to change its level.

    Where several contracts have such a rule, one after the other, the first few of many. Raises Unusable, with the
    nearest ids, where no contract here has one.
    """
    held = contracts_here(names)
    known = [one for one in held if any(rule.id == rule_id for rule in one.contract.rules)]
    if not known:
        raise Unusable(_nearest(rule_id, held))
    levels = levels_here(tuple(one.contract for one in held))
    texts = [explained(sheet_of(one), rule_id, levels.get(rule_id)) for one in known[:MOST_EXPLAINED]]
    if len(known) > MOST_EXPLAINED:
        texts.append(
            f"{len(known) - MOST_EXPLAINED} more contracts have this rule; --contract NAME explains one of them\n"
        )
    return "\n".join(texts)


def _nearest(rule_id: str, held: tuple[LocalContract, ...]) -> str:
    ids = list(dict.fromkeys(rule.id for one in held for rule in one.contract.rules))
    near = (
        get_close_matches(rule_id, ids, n=3, cutoff=0.5) or [one for one in ids if rule_id.lower() in one.lower()][:3]
    )
    hint = f"did you mean {' or '.join(near)}?" if near else "`contracts docs` lists them all"
    return f"{inert(rule_id)[:80]}: no rule of the contracts here; {hint}"
