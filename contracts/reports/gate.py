"""One contract's gate as a part of a report: a suite for each tier, a check for each answer put to the client."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Sequence

from contracts.model.contract import WEBHOOK, Source
from contracts.model.gate import TIERS, Case, Cause, Expects, Gate, Sent, Tier, Tried
from contracts.model.report import Check, Part, Place, Problem, Suite, gravest
from contracts.model.text import listed, many
from contracts.reports.findings import judged, marked, parsed
from contracts.reports.records import AnswerRecord, CaseRecord, CauseRecord, GateRecord, SentRecord

MOST_CAUSES = 3
WIDEST = 119
"""So wide is the first line at most."""
MOST_NAMES = 12
MOST_LINES = 20
MOST_BODY = 600

_EXPECTED: dict[Expects, str] = {
    "survive": "the client ends with 0",
    "either": "the client ends with 0, or complains",
    "notice": "the client complains",
}


def part_of(gate: Gate) -> Part:
    """Everything there is to tell of a run; it begins with the branch at which the client breaks, where it does."""
    title, headline, tail = f"{gate.contract.operation}  ({gate.digest[:12]})", _headline(gate), _tail(gate)
    tried = "; ".join(f"{tier} {_tier_text(gate, tier)}" for tier in TIERS if gate.of(tier))
    head = (("contract", title), ("client", shlex.join(gate.command)))
    outside = tuple(_outside(gate))
    asked = tuple(("outside", _outside_text(gate)) for _ in outside)
    return Part(
        title=f"{gate.contract.operation} ({gate.digest[:12]})",
        operation=gate.contract.operation,
        verdict=gate.verdict,
        tail=tail,
        line=f"{title}: {tried}" if gate.verdict == "kept" else f"{gate.contract.operation}{tail}",
        quiet=gate.verdict == "kept",
        record=lambda: _record(gate, headline),
        lead=headline,
        head=(*head, *_causes(gate)),
        foot=(*(row for tier in TIERS for row in _tier_rows(gate, tier)), *asked, *_baseline(gate)),
        rows=(
            *head,
            *_causes(gate),
            *((tier, _tier_text(gate, tier)) for tier in TIERS if gate.of(tier)),
            *asked,
        ),
        suites=tuple(_suites(gate, outside)),
        problems=gravest([*(_failed(gate, one) for one in gate.tried if one.outcome == "failed"), *outside]),
    )


def _headline(gate: Gate) -> str:
    """What all failing cases have and no passing one has, in one line; "" where the client is fine."""
    legal = [one for one in gate.failing if one.case.tier == "legal"]
    if legal:
        return _legal_headline(gate, legal)
    if gate.failing:
        more = f", and in {many(len(gate.failing) - 1, 'more case')}" if len(gate.failing) > 1 else ""
        case = gate.failing[0].case
        return f"fares badly when {case.description}: {case.name}{more}"
    if gate.verdict == "broken":
        return f"asks outside the contract: {_asked(gate)}"
    return ""


def _legal_headline(gate: Gate, failing: Sequence[Tried]) -> str:
    """The branch at which legal answers break the client, or why none can be named."""
    legal = gate.of("legal")
    if all(one.outcome == "failed" for one in legal) and len(legal) > 1:
        return "breaks with every legal answer tried"
    if len(legal) == 1:
        return f"breaks with {failing[0].case.name}, the one legal answer tried"
    if not gate.causes:
        return f"breaks with {len(failing)} of {len(legal)} legal answers, which have no branch in common"
    told = [cause.description for cause in gate.causes[:MOST_CAUSES]]
    while True:
        left = len(gate.causes) - len(told)
        more = f"; and at {many(left, 'more branch')}" if left else ""
        line = "breaks when " + "; and when ".join(told) + more
        if len(line) <= WIDEST or len(told) == 1:
            return line if len(line) <= WIDEST else line[: WIDEST - 1] + "…"
        told.pop()


def _causes(gate: Gate) -> Iterator[tuple[str, str]]:
    """Each branch at which the client breaks, with all its names, and where its rule is promised."""
    shown = gate.causes if any(one.case.tier == "legal" for one in gate.failing) else ()
    yield from (("cause" if cause is shown[0] else "", _cause_text(cause)) for cause in shown[:MOST_CAUSES])


def _cause_text(cause: Cause) -> str:
    """`email` is null: email=null (rule email.type, promised at page.txt:79)."""
    where = f", promised at {cause.promised}" if cause.promised else ""
    rule = f" (rule {cause.rule}{where})" if cause.rule else ""
    return f"{cause.description}: {', '.join(cause.names)}{rule}"


def _asked(gate: Gate) -> str:
    return ", ".join(map(_request, gate.outside[:MOST_NAMES]))


def _request(sent: Sent) -> str:
    return f"{sent.request.method} {sent.request.url}"


def _outside_text(gate: Gate) -> str:
    return f"{_asked(gate)}: no operation of the contract, answered 404"


def _counts(gate: Gate, tier: Tier) -> bool:
    return tier == "legal" or "tomorrow" in gate.also_failing


def _tier_text(gate: Gate, tier: Tier) -> str:
    """How many cases of a tier passed, and whether they count."""
    found = gate.of(tier)
    passed = sum(one.outcome == "passed" for one in found)
    uncounted = "" if _counts(gate, tier) else "; not counted without --tomorrow"
    return f"{passed} of {many(len(found), 'case')} passed{uncounted}"


def _tier_rows(gate: Gate, tier: Tier) -> Iterator[tuple[str, str]]:
    found, counts = gate.of(tier), _counts(gate, tier)
    if found:
        yield tier, _tier_text(gate, tier)
    elif tier in gate.skipped:
        yield tier, "not run" + ("; --tomorrow runs and counts these too" if tier == gate.skipped[-1] else "")
    for one in found:
        if one.outcome == "not checked":
            yield "", f"not checked: {one.case.name}, {one.how}"
        elif one.outcome == "failed" and (not counts or one.known):
            known = ", as the baseline says" if one.known else ""
            yield "", f"{one.case.name}: {one.how}{known}"
    silent = [one for one in found if one.case.expects == "either" and one.outcome == "passed" and one.code == 0]
    if silent and tier == "tomorrow":
        yield "", f"taken without a word: {listed([one.case.name for one in silent], MOST_NAMES)}"


def _baseline(gate: Gate) -> Iterator[tuple[str, str]]:
    better = f"; better now: {', '.join(gate.fixed)} (--update keeps it so)" if gate.fixed else ""
    if gate.baseline:
        yield "baseline", f"{gate.baseline}{better}"


def _tail(gate: Gate) -> str:
    """What the verdict rests on."""
    if gate.verdict == "broken":
        parts = [f"{many(len(gate.failing), 'case')} failed"] if gate.failing else []
        parts += ["requests outside the contract"] if "outside" in gate.also_failing and gate.outside else []
        return ": " + " and ".join(parts)
    if gate.verdict == "not checked":
        return ": the client didn't ask in every case"
    known = sum(one.known for one in gate.counted)
    return f": the client is no worse than its baseline ({many(known, 'case')} excused)" if known else ""


def _suites(gate: Gate, outside: Sequence[Problem]) -> Iterator[Suite]:
    checks = {tier: tuple(_check(gate, one) for one in gate.of(tier)) for tier in TIERS}
    for name, tried in (*checks.items(), ("outside", tuple(judged(one.id, (one,)) for one in outside))):
        if tried:
            yield Suite(
                name=f"{gate.contract.operation} {name}", classname=f"{gate.contract.slug}.{name}", checks=tried
            )


def _check(gate: Gate, tried: Tried) -> Check:
    if tried.outcome == "not checked":
        return Check(name=tried.case.name, outcome="skipped", why=tried.how)
    problems = (_failed(gate, tried),) if tried.outcome == "failed" else ()
    return judged(tried.case.name, problems)


def _failed(gate: Gate, tried: Tried) -> Problem:
    case = tried.case
    return Problem(
        kind="case",
        id=case.name,
        level=case.tier,
        fatal=tried in gate.failing,
        summary=f"{case.description}; {tried.how}",
        pointer="",
        expected="the client answers with 2xx" if gate.contract.method == WEBHOOK else _EXPECTED[case.expects],
        seen=(tried.how,),
        count=1,
        fingerprint=marked("gate", gate.contract.operation, case.tier, case.name),
        promised=_promised(gate, case.rules),
        places=(Place(where="", answer=parsed(case.body)),),
        details=tuple(_details(gate, tried)),
    )


def _promised(gate: Gate, rules: tuple[str, ...]) -> tuple[Source, ...]:
    return tuple(dict.fromkeys(source for rule in gate.contract.rules if rule.id in rules for source in rule.sources))


def _details(gate: Gate, tried: Tried) -> Iterator[tuple[str, str]]:
    """What was sent, what was answered, what the client said."""
    for sent in tried.sent:
        if gate.contract.method == WEBHOOK:
            yield "posted", _answer_text(gate, tried.case).partition(" ")[2]
            continue
        yield "sent", _request(sent)
        yield from (("wrong", wrong) for wrong in sent.wrong)
        yield "answered", str(sent.status) if sent.wrong or sent.outside else _answer_text(gate, tried.case)
    told = tried.output.rstrip().splitlines()
    if told:
        yield "printed", f"the last {MOST_LINES} of {len(told)} lines:" if len(told) > MOST_LINES else ""
    yield from (("", line) for line in told[-MOST_LINES:])


def _answer_text(gate: Gate, case: Case) -> str:
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


def _outside(gate: Gate) -> Iterator[Problem]:
    """The requests for no operation of the contract, as one problem."""
    if gate.outside:
        yield Problem(
            kind="outside",
            id="outside",
            level="outside",
            fatal="outside" in gate.also_failing,
            summary="The client asks for what is no operation of the contract.",
            pointer="",
            expected="requests for the contract's operation alone",
            seen=tuple(map(_request, gate.outside[:5])),
            count=len(gate.outside),
            fingerprint=marked("gate", gate.contract.operation, "outside"),
            details=(("", _outside_text(gate)),),
        )


def _record(gate: Gate, headline: str) -> GateRecord:
    return GateRecord(
        verdict=gate.verdict,
        headline=headline,
        operation=gate.contract.operation,
        digest=gate.digest,
        command=gate.command,
        causes=tuple(
            CauseRecord(branches=cause.names, when=cause.description, rule=cause.rule, promised=cause.promised)
            for cause in gate.causes
        ),
        cases=tuple(_case(one, counted=_counts(gate, one.case.tier)) for one in gate.tried),
        outside=tuple(map(_request, gate.outside)),
    )


def _case(tried: Tried, *, counted: bool) -> CaseRecord:
    case = tried.case
    return CaseRecord(
        name=case.name,
        tier=case.tier,
        when=case.description,
        rules=case.rules,
        outcome=tried.outcome,
        how=tried.how,
        counted=counted,
        known=tried.known,
        exit=tried.code,
        output=tried.output,
        sent=tuple(
            SentRecord(method=sent.request.method, target=sent.request.url, status=sent.status, wrong=sent.wrong)
            for sent in tried.sent
        ),
        answer=AnswerRecord(status=case.status, body=case.body.decode(errors="replace")),
    )
