"""A comparison as text and as JSON: each change once, both sources cited, the verdict last and what it rests on."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from contracts.model.accepted import Accepted
from contracts.model.drift import Drift
from contracts.model.finding import Judgement
from contracts.model.identity import digest
from contracts.reports import rendered
from tests.reports.conftest import CONTRACT, MakeFinding, change, compared, entry, traffic


def test_the_whole_text(drift: Drift) -> None:
    """What was compared, what breaks the run first, findings with their moments, the triage, the verdict."""
    assert rendered("text", compared(drift)) == (
        "compared   old.txt with new.txt\n"
        f"contract   GET /things/{{id}}  ({digest(CONTRACT)[:12]})\n"
        "checked    16 recordings: 16 answers, 15 of them successes\n"
        "\n"
        "breaking   field.removed  /email\n"
        "           email is gone.\n"
        '           changed  "email" -> nothing\n'
        "           old at   old.txt:7 (documented)\n"
        "           new at   new.txt:9 (documented)\n"
        "\n"
        "violation  a.type  (2 times)\n"
        "           a.type holds.\n"
        "           promised at page.txt:7 (documented)\n"
        "           promised at hand.toml (assumed, by hand)\n"
        "           broken at   cassettes/one.yaml /a\n"
        "           expected a string\n"
        "           seen     5\n"
        "           also     6\n"
        "           met      first 2026-01-01T00:00:00Z, last 2026-02-01T00:00:00Z\n"
        "\n"
        "additive   field.added  /n\n"
        "           email is gone.\n"
        '           changed  nothing -> {"type": "string"}\n'
        "           old at   old.txt:7 (documented)\n"
        "           new at   new.txt:9 (documented)\n"
        "\n"
        "extra      extra is documented nowhere: string 12, null 2, of 15\n"
        "unseen     fields never observed: b (0 of 15)\n"
        "           branches never observed: a=null (0 of 1)\n"
        "evidence   0 of 2 branches observed\n"
        "triage     API drifted from the page  /a  a number now  [page: page.txt:7 a string; traffic: a number]\n"
        "verdict    broken: 1 breaking change and 1 finding; 1 additive change\n"
    )


def last(drift: Drift) -> str:
    """The verdict's line."""
    return rendered("text", compared(drift)).splitlines()[-1]


def test_the_verdict_says_what_it_rests_on(finding: MakeFinding) -> None:
    """Singular and plural, what else changed, and whether the wire was looked at."""
    nothing = Drift(old="a", new="b")
    additive = change(severity="additive")
    assert last(nothing) == "verdict    kept: nothing changed"
    here = replace(nothing, contract=CONTRACT)
    assert last(replace(here, changes=(additive,))) == "verdict    kept: 1 additive change; no traffic was looked at"
    two = replace(nothing, changes=(change(), change(), change(severity="unknown")))
    assert last(two) == "verdict    broken: 2 breaking changes and 1 undecided change"
    more = replace(two, traffic=traffic(finding(), finding(fingerprint="1")))
    assert last(more).endswith("2 breaking changes, 1 undecided change and 2 different findings")
    assert last(replace(nothing, traffic=traffic())) == (
        "verdict    kept: nothing changed; 16 recordings: 16 answers, 15 of them successes"
    )
    one = traffic(judgement=Judgement(checked={"live": 1}, successes=1), what="the live API")
    assert last(replace(nothing, traffic=one)).endswith("; the live API: 1 answer, 1 of them a success")
    unasked = traffic(unchecked="no key", what="the live API")
    assert last(replace(nothing, traffic=unasked)) == "verdict    not checked: the live API: no key"
    strict = replace(nothing, changes=(additive,), fail_on="any")
    assert last(strict) == "verdict    broken: 1 additive change"


def test_changed_words_show_what_to_read_again() -> None:
    """Of the old wording only digests are known, so that the new sentences alone are shown."""
    summary = "re-read this: Body, email, line 9"
    words = change(kind="wording.changed", old=["0" * 16], new=["It is new.", "It is true."], summary=summary)
    text = rendered("text", compared(Drift(old="a", new="b", changes=(words,))))
    assert (
        "\n           re-read this: Body, email, line 9\n           changed  other words -> It is new. It is true.\n"
    ) in text
    gone = rendered("text", compared(Drift(old="a", new="b", changes=(replace(words, new=None),))))
    assert "other words -> nothing\n" in gone


def test_nothing_found_is_said() -> None:
    """No change and no finding are a line each; without a contract nothing is undocumented."""
    text = rendered("text", compared(Drift(old="a", new="b", traffic=traffic())))
    assert "\nchanges    none\nfindings   none\nunseen " in text


def test_accepted_is_told_and_breaks_nothing(finding: MakeFinding) -> None:
    """Each with its severity, reason and date; the verdict counts them apart."""
    accepted = Accepted(entries=(entry(), entry("soon", rule="field.removed", pointer="/email")))
    drift = Drift(old="a", new="b", changes=(change(),), traffic=traffic(finding()), accepted=accepted)
    text = rendered("text", compared(drift))
    assert "\naccepted   field.removed  /email\n" in text
    assert "\n           breaking change, accepted until 2030-12-31 at accepted.toml:3: soon\n" in text
    assert "\naccepted   a.type\n" in text
    assert "\n           a violation, accepted until 2030-12-31 at accepted.toml:3: known\n" in text
    assert last(drift).startswith("verdict    kept: nothing else changed; ")
    assert last(drift).endswith("; 1 change and 1 finding accepted")
    document = json.loads(rendered("json", compared(drift)))
    assert (document["verdict"], document["changes"], document["findings"]) == ("kept", [], [])
    assert [(one["reason"], "change" in one) for one in document["accepted"]] == [("soon", True), ("known", False)]


def test_json_holds_what_is_promised(drift: Drift) -> None:
    """The parts of a change and of a finding are just these, and what traffic showed stands beside."""
    document = json.loads(rendered("json", compared(drift)))
    assert list(document) == ["verdict", "old", "new", "changes", "findings", "accepted", "triage", "traffic"]
    first = document["changes"][0]
    assert list(first) == ["severity", "kind", "pointer", "old", "new", "rules", "sources"]
    assert first["sources"][1] == {"side": "new", "page": "new.txt", "line": 9, "kind": "documented", "hand": False}
    (found,) = document["findings"]
    assert list(found) == "rule level pointer expected seen count fingerprint promised broken".split()
    assert document["traffic"]["undocumented"] == [{"name": "extra", "types": {"string": 12, "null": 2}, "of": 15}]
    assert document["traffic"]["unseen_fields"] == [{"name": "b", "observations": 15}]
    assert document["triage"][0]["moved"] == "API drifted from the page"
    assert json.loads(rendered("json", compared(Drift(old="a", new="b"))))["traffic"] is None


def test_long_values_are_cut() -> None:
    """One side of a change takes one readable line."""
    text = rendered("text", compared(Drift(old="a", new="b", changes=(change(old="x" * 1000),))))
    assert max(map(len, text.splitlines())) < 350


@pytest.mark.parametrize("severity", ["breaking", "unknown", "additive", "none"])
def test_each_severity_stands_before_its_kind(severity: str) -> None:
    """In one column, so that they can be searched for."""
    text = rendered("text", compared(Drift(old="a", new="b", changes=(change(severity=severity),))))
    assert f"\n{severity:<10} field.removed  /email\n" in text
