"""A run of the client gate as a person reads it: the branch first, then each failing case, the verdict last."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator

from contracts.model.gate import TIERS, Case, Cause, Gate, Tier, Tried
from contracts.reports.grouping import INDENT, inert, many, row

MOST_DETAILS = 5
MOST_NAMES = 12
MOST_LINES = 20
MOST_BODY = 600


def render(gate: Gate) -> str:
    """The report; its first line says at which branch the client breaks, where it does."""
    return "".join(f"{inert(line)}\n" for line in _lines(gate))


def headline(gate: Gate) -> str:
    """What all failing cases have and no passing one has, in one line; "" where the client is fine."""
    legal = [one for one in gate.failing if one.case.tier == "legal"]
    if legal:
        return _legal_headline(gate, legal)
    if gate.failing:
        more = f", and in {many(len(gate.failing) - 1, 'more case')}" if len(gate.failing) > 1 else ""
        one = gate.failing[0].case
        return f"fares badly when {one.description}: {one.name}{more}"
    if gate.verdict == "broken":
        return f"asks outside the contract: {_asked(gate)}"
    return ""


def _legal_headline(gate: Gate, legal: list[Tried]) -> str:
    """The branch at which legal answers break the client, or why none can be named."""
    if all(one.outcome == "failed" for one in gate.of("legal")) and len(gate.of("legal")) > 1:
        return "breaks with every legal answer tried"
    if len(gate.of("legal")) == 1:
        return f"breaks with {legal[0].case.name}, the one legal answer tried"
    if not gate.causes:
        return f"breaks with {len(legal)} of {len(gate.of('legal'))} legal answers, which have no branch in common"
    more = f"; and at {many(len(gate.causes) - 3, 'more branch')}" if len(gate.causes) > 3 else ""  # noqa: PLR2004  three are read
    return "breaks when " + "; and when ".join(cause_text(cause) for cause in gate.causes[:3]) + more


def cause_text(cause: Cause) -> str:
    """`email` is null: email=null (rule email.type, promised at page.txt:79)."""
    where = f", promised at {cause.promised}" if cause.promised else ""
    rule = f" (rule {cause.rule}{where})" if cause.rule else ""
    return f"{cause.description}: {', '.join(cause.names)}{rule}"


def outside_text(gate: Gate) -> str:
    """What was asked for beside the contract."""
    return f"{_asked(gate)}: no operation of the contract, answered 404"


def _asked(gate: Gate) -> str:
    return ", ".join(f"{sent.request.method} {sent.request.url}" for sent in gate.outside[:MOST_NAMES])


def _lines(gate: Gate) -> Iterator[str]:
    first = headline(gate)
    if first:
        yield first
        yield ""
    yield row("contract", f"{gate.contract.operation}  ({gate.digest[:12]})")
    yield row("client", shlex.join(gate.command))
    failing = gate.failing
    for one in failing[:MOST_DETAILS]:
        yield ""
        yield from case_text(gate, one)
    if len(failing) > MOST_DETAILS:
        yield ""
        yield row("failed too", _names(failing[MOST_DETAILS:]))
    if failing:
        yield ""
    for tier in TIERS:
        if gate.of(tier):
            yield from _tier(gate, tier)
    if gate.outside:
        yield row("outside", outside_text(gate))
    if gate.baseline:
        yield from _baseline(gate)
    yield row("verdict", f"{gate.verdict}{verdict_tail(gate)}")


def case_text(gate: Gate, one: Tried) -> Iterator[str]:
    """A failing case: what it is about, what was sent, what was answered, what the client said."""
    case = one.case
    yield row("failed", f"{case.name}: {case.description}; {one.how}")
    for sent in one.sent:
        yield INDENT + f"sent     {sent.request.method} {sent.request.url}"
        for wrong in sent.wrong:
            yield INDENT + f"wrong    {wrong}"
        if sent.wrong or sent.outside:
            yield INDENT + f"answered {sent.status}"
        else:
            yield INDENT + f"answered {answer_text(gate, case)}"
    told = one.output.rstrip().splitlines()
    if len(told) > MOST_LINES:
        yield INDENT + f"printed  the last {MOST_LINES} of {len(told)} lines:"
    elif told:
        yield INDENT + "printed"
    for line in told[-MOST_LINES:]:
        yield INDENT + f"  | {line}"


def answer_text(gate: Gate, case: Case) -> str:
    """Status and body on one line; of an answer like the documented example, what differs from it."""
    text = case.body.decode(errors="replace")
    try:
        body = json.loads(text)
    except ValueError:
        return f"{case.status} {_short(' '.join(text.split()))}"
    example = gate.contract.example[0] if gate.contract.example else None
    if not isinstance(body, dict) or not isinstance(example, dict) or body.keys() != example.keys():
        return f"{case.status} {_short(json.dumps(body, ensure_ascii=False))}"
    changed = {name: value for name, value in body.items() if value != example[name]}
    if not changed:
        return f"{case.status} with the documented example"
    return f"{case.status} with the documented example, but {_short(json.dumps(changed, ensure_ascii=False))}"


def _short(text: str) -> str:
    return text if len(text) <= MOST_BODY else text[: MOST_BODY - 1] + "…"


def _names(found: tuple[Tried, ...]) -> str:
    names = [one.case.name for one in found[:MOST_NAMES]]
    return ", ".join(names) + (f" and {len(found) - MOST_NAMES} more" if len(found) > MOST_NAMES else "")


def tier_text(gate: Gate, tier: Tier) -> str:
    """How many cases of a tier passed, and whether they count."""
    found = gate.of(tier)
    passed = sum(one.outcome == "passed" for one in found)
    uncounted = "" if _counts(gate, tier) else "; not counted without --tomorrow"
    return f"{passed} of {many(len(found), 'case')} passed{uncounted}"


def _counts(gate: Gate, tier: Tier) -> bool:
    return tier == "legal" or "tomorrow" in gate.also_failing


def _tier(gate: Gate, tier: Tier) -> Iterator[str]:
    found, counts = gate.of(tier), _counts(gate, tier)
    yield row(tier, tier_text(gate, tier))
    for one in found:
        if one.outcome == "not checked":
            yield INDENT + f"not checked: {one.case.name}, {one.how}"
        elif one.outcome == "failed" and (not counts or one.known):
            known = ", as the baseline says" if one.known else ""
            yield INDENT + f"{one.case.name}: {one.how}{known}"
    silent = tuple(one for one in found if one.case.expects == "either" and one.outcome == "passed" and one.code == 0)
    if silent and tier == "tomorrow":
        yield INDENT + f"taken without a word: {_names(silent)}"


def _baseline(gate: Gate) -> Iterator[str]:
    better = f"; better now: {', '.join(gate.fixed)} (--update keeps it so)" if gate.fixed else ""
    yield row("baseline", f"{gate.baseline}{better}")


def verdict_tail(gate: Gate) -> str:
    """What the verdict rests on."""
    if gate.verdict == "broken":
        parts = [f"{many(len(gate.failing), 'case')} failed"] if gate.failing else []
        parts += ["requests outside the contract"] if "outside" in gate.also_failing and gate.outside else []
        return ": " + " and ".join(parts)
    if gate.verdict == "not checked":
        return ": the client didn't ask in every case"
    known = sum(one.known for one in gate.counted)
    return f": the client is no worse than its baseline ({many(known, 'case')} excused)" if known else ""
