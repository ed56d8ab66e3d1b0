"""Documents as they were published, where they are at hand: the first vendor's own, and small ones that once failed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import contracts
from contracts.commands.documents import read_document
from contracts.model.interaction import Interaction, Response
from contracts.reading.openapi import contracts_of
from contracts.rules.legal_exchanges import legal_interaction
from tests.reading.answers import broken
from tests.recorded import recorded
from tests.rules.synthetic import ROOT

SHARED = ROOT.parent / "shared"
BUNDLE = SHARED / "specs" / "reply-bundled-excerpt.yaml"
SINGLE = SHARED / "cases" / "openapi"
RECORDED = SHARED / "cases" / "recordings" / "61-write-only-required"

needs = pytest.mark.skipif(not SHARED.is_dir(), reason="no published documents beside the project")


@needs
def test_the_first_vendors_own_description_is_held() -> None:
    """Its 400, whose examples keep both of its alternatives, is read as any of them, and that is shown with lines."""
    found = {one.operation: one for one in contracts_of(read_document(BUNDLE))}
    contract = found["GET /v3/sequences/{id}/contacts/{contact_id}"]
    answer = contract.answer(400)
    assert answer is not None
    rule = next(rule for rule in contract.about(answer.body) if rule.kind in {"anyOf", "oneOf"})
    assert (rule.kind, rule.level) == ("anyOf", "violation")
    (conflict,) = [one for one in contract.conflicts if "alternatives of `oneOf`" in one.problem]
    lines = BUNDLE.read_text().splitlines()
    assert "oneOf" in lines[conflict.sources[0].line - 1]
    shown = contract.index.examples(contract.bodies[answer.body])
    assert shown
    request = legal_interaction(contract, 400).request
    headers = (("Content-Type", answer.media[0]),)
    for body in shown:
        response = Response(status=400, headers=headers, body=json.dumps(body).encode())
        assert contracts.judge(contract, Interaction(request=request, response=response, origin="live")).findings == ()


@needs
@pytest.mark.parametrize(("name", "good", "bad"), [
    ("openapi-key-late.yaml", None, None),
    ("ref-through-array.json", {"a": "x"}, {"a": 1}),
    ("yaml-anchors.yaml", [{"stepType": "commentOnRecentPost"}], [{"stepType": "other"}]),
    ("two-problem-bodies.yaml", {"id": 1}, {"id": "x"}),
    ("untyped-root.openapi.json", {"a": "x"}, {"a": 1}),
])  # fmt: skip
def test_a_document_that_once_stopped_the_reader_is_held(name: str, good: Any, bad: Any) -> None:
    """Each is read without a conflict; what keeps it is kept, and what breaks it broken."""
    contract = contracts.load(SINGLE / name)
    assert contract.conflicts == ()
    if good is not None:
        query = {"yaml-anchors.yaml": "?stepType=commentOnRecentPost"}.get(name, "")
        sent = (("Authorization", "Bearer k"),)
        assert broken(contract, good, query=query, sent=sent) == {}
        assert len(broken(contract, bad, query=query, sent=sent)) == 1


@needs
def test_recordings_that_keep_their_description_are_kept() -> None:
    """WriteOnly names, 3.0 bounds, float, nullable in its forms and a charset: nothing of them is a finding."""
    tapes = sorted(RECORDED.glob("*/*.yaml"))
    assert len(tapes) > 5
    for tape in tapes:
        contract = contracts.load(tape.parent / "schemas" / "v" / "openapi.json")
        for interaction in recorded(Path(tape)):
            assert contracts.judge(contract, interaction).findings == (), tape
