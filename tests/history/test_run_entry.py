"""What a run puts into the memory: everything once, for its origin, dated as well as it can be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contracts.commands.derive_sources import written
from contracts.history.run_entry import LONGEST, MOST_PLACES, moment, of_run, of_traffic
from contracts.model.contract import Answer, Field, Rule
from contracts.model.draft import Draft
from contracts.model.drift import Observed, Traffic
from contracts.model.finding import MOST_VALUES, Branch, Evidence, Finding, Judgement, Sighting, recurring
from contracts.model.history import Occurrence, Thing
from contracts.model.identity import digest
from contracts.model.json import ITEM, Json
from contracts.model.run import Checked, Run

JSON = "application/json"
AT = "2026-11-20T03:00:00Z"


def rule(name: str, kind: str, at: str, says: dict[str, Json]) -> Rule:
    """A rule of the success body."""
    return Rule(id=name, kind=kind, target="success", says=says, summary="", sources=(), at=tuple(at.split(".")))


RULES = (
    rule("email.type", "type", "email", {"types": ["string", "null"]}),
    rule("state.enum", "enum", "state", {"values": ["on", "off"]}),
    rule("email.required", "required", "email", {}),
    rule("email.format", "format", "email", {"format": "email"}),
    rule("id.required", "required", "id", {}),
    rule("step.id.type", "type", "step.id", {"types": ["integer", "null"]}),
    rule("step.id.range", "range", "step.id", {"minimum": 0}),
    rule("step.id.required", "required", "step.id", {}),
    rule("step.type", "type", "step", {"types": ["object"]}),
    rule("tags[].type", "type", "tags.[]", {"types": ["string"]}),
)
PLACES = ("email", "state", "id", "step", "step.id", "tags", "tags.[]")
CONTRACT = written(
    Draft(
        slug="get-a-thing",
        title="Get a thing",
        method="GET",
        server="https://api.example.com",
        path="/things/{id}",
        page="page.txt",
        rules=RULES,
        fields=tuple(Field(at=tuple(at.split(".")), target="success") for at in PLACES),
        answers=(
            Answer(key="200", status=200, success=True, media=(JSON,), bodies={JSON: "success"}),
            Answer(key="404", status=404, success=False),
        ),
    )
).contract
BRANCHES = (Branch(rule="email.type", name="email=null"), Branch(rule="state.enum", name="state=on"))


def finding(**parts: object) -> Finding:
    """A value of `state` that nobody documented; whatever is given replaces its part."""
    made = Finding(
        rule="state.enum",
        level="violation",
        pointer="/items/3/state",
        expected="one of on, off",
        seen='"new"',
        summary="",
        fingerprint="0123456789abcdef",
        promised=(),
        origin="live",
    )
    return replace(made, **parts)  # type: ignore[arg-type]  # the parts are the caller's to name rightly


def target(name: str = "live", *findings: Finding, **seen: dict[str, Sighting]) -> Checked:
    """A target with five answers of each origin that has sightings, or of `live` without any."""
    evidence = Evidence(seen={origin.replace("_", " "): branches for origin, branches in seen.items()})
    checked = dict.fromkeys(evidence.seen, 5) or {"live": 5}
    return Checked(name=name, what="", judgement=Judgement(met=recurring(findings), evidence=evidence, checked=checked))


def met(*targets: Checked) -> dict[Thing, Occurrence]:
    """What a run of these targets at `AT` met; a target named `paths` is one of recordings."""
    run = Run(contract=CONTRACT, digest="f" * 32, targets=targets, branches=BRANCHES)
    return of_run(run, at=AT).met


def sighted(count: int = 1, since: str = "", last: str = "") -> Sighting:
    """A branch that was taken so often, between these moments."""
    return Sighting(count=count, first="somewhere", since=since, last=last)


LIVE_ENUM = Thing(origin="live", kind="rule", name="state.enum")


def test_an_entry_says_which_run_of_which_contract() -> None:
    """Moment in UTC, operation, digest, verdict, and all that the contract promises, in its order."""
    run = Run(contract=CONTRACT, digest="f" * 32, targets=(target(),), branches=BRANCHES)
    entry = of_run(run, at="2026-11-20T04:00:00+01:00")
    assert (entry.at, entry.operation) == (AT, "GET /things/{id}")
    assert (entry.digest, entry.verdict) == ("f" * 32, "kept")
    assert entry.rules == tuple(one.id for one in CONTRACT.rules)
    assert entry.branches == BRANCHES


def test_origins_stay_apart_and_targets_of_one_are_added() -> None:
    """The same branch of two targets of one origin is one thing; recordings of it are counted, and told apart."""
    found = met(
        target("reference", reference={"email=null": sighted(2)}),
        target(
            "paths",
            reference={"email=null": sighted(3, "2026-08-01T00:00:00Z", "2026-08-02T00:00:00Z")},
            recorded_live={"email=null": sighted(4)},
        ),
    )
    null = {thing.origin: one for thing, one in found.items() if thing.name == "email=null"}
    assert null == {
        "reference": Occurrence(count=5, replayed=3, since="2026-08-01T00:00:00Z", last=AT),
        "recorded live": Occurrence(count=4, replayed=4),
    }
    assert found[Thing(origin="reference", kind="answer")].count == 10


def test_moments_are_those_of_the_exchanges() -> None:
    """At first hand an unnoted moment is the run's; of a recording it is unknown. Answers span all their branches."""
    dated = sighted(1, "2026-08-01T02:00:00+02:00", "2026-08-03T00:00:00Z")
    found = met(target("paths", recorded={"email=null": dated, "state=on": sighted(1), "status=200": sighted(4)}))
    assert found[Thing(origin="recorded", kind="branch", name="state=on")] == Occurrence(count=1, replayed=1)
    answers = found[Thing(origin="recorded", kind="answer")]
    assert answers == Occurrence(count=5, replayed=5, since="2026-08-01T00:00:00Z", last="2026-08-03T00:00:00Z")
    assert met(target())[Thing(origin="live", kind="answer")] == Occurrence(count=5, since=AT, last=AT)


def test_successes_are_those_of_their_origin() -> None:
    """Counted by the statuses that carry the documented body; none are no thing at all."""
    found = met(target(live={"status=200": sighted(3), "status=404": sighted(2)}, host={"status=404": sighted(5)}))
    successes = {thing.origin: one.count for thing, one in found.items() if thing.kind == "success"}
    assert successes == {"live": 3}


def rules(found: dict[Thing, Occurrence], origin: str = "live") -> dict[str, int]:
    """How often each rule of the body was exercised by an origin."""
    promised = {one.id for one in RULES}
    mine = ((thing.name, one.count) for thing, one in found.items() if (thing.kind, thing.origin) == ("rule", origin))
    return {name: count for name, count in mine if name in promised}


def test_a_rule_was_exercised_where_a_branch_was_taken_or_it_broke() -> None:
    """Without a success nothing more is claimed, and a finding of no rule of the contract is no rule."""
    found = met(target("live", finding(), finding(rule="custody.age"), live={"email=null": sighted(2, "", "")}))
    assert rules(found) == {"email.type": 2, "state.enum": 1}


def test_what_is_promised_to_be_there_was_there() -> None:
    """Rules without branches are exercised by every success, those of null or optional places by what was seen."""
    seen = {
        "status=200": sighted(4),
        "email=null": sighted(1),
        "email=value": sighted(3),
        "step=present": sighted(2),
        "step.id=null": sighted(2),
    }
    found = met(target(live=seen, host={"status=404": sighted(5)}))
    assert rules(found) == {
        "email.required": 4,
        "email.type": 4,
        "email.format": 3,
        "id.required": 4,
        "step.type": 2,
        "step.id.required": 2,
        "step.id.type": 2,
    }
    assert rules(found, "host") == {}


def test_what_was_observed_counts_where_it_is_clear_whose_it_is() -> None:
    """Traffic of one origin is counted by what its bodies held; of two, as promised."""
    observed = Observed(answers=5, places={(): {"object": 5}, ("tags",): {"array": 2}, ("tags", ITEM): {"string": 7}})
    for one, count in ((target(live={}), {"tags[].type": 7}), (target(live={}, host={}), {})):
        traffic = Traffic(what="", judgement=one.judgement, observed=observed, branches=BRANCHES, recorded=False)
        entry = of_traffic(CONTRACT, traffic, "kept", at=AT)
        assert {name: times for name, times in rules(entry.met).items() if "tags" in name} == count


def test_findings_are_counted_by_place_and_by_value() -> None:
    """One finding whatever was seen, positions as `*`, and each different value of it with its own moments."""
    early, late = "2026-09-01T00:00:00Z", "2026-09-02T00:00:00Z"
    found = met(
        target("live", finding(at=late), finding(pointer="/items/12/state", at=early), finding(seen="5", at=AT))
    )
    place = Thing(
        origin="live",
        kind="finding",
        name="state.enum",
        level="violation",
        pointer="/items/*/state",
        fingerprint="0123456789abcdef",
    )
    assert found[place] == Occurrence(count=3, since=early, last=AT)
    assert found[replace(place, kind="value", seen='"new"')] == Occurrence(count=2, since=early, last=late)
    assert found[replace(place, kind="value", seen="5")] == Occurrence(count=1, since=AT, last=AT)


def test_endless_findings_end() -> None:
    """A map's keys as undocumented fields, and values without end: the first are kept, all counted, texts cut."""
    fields = [finding(pointer=f"/f{number}", fingerprint=f"{number}") for number in range(MOST_PLACES + 50)]
    found = met(target("live", *fields))
    kept = [thing for thing in found if thing.kind == "finding"]
    assert len(kept) == MOST_PLACES + 1
    assert found[kept[-1]].count == 50
    assert (kept[-1].pointer, kept[-1].fingerprint) == ("*", "")
    assert found[LIVE_ENUM].count == MOST_PLACES + 50

    values = [finding(seen=str(number), pointer="/" + "x" * 1000) for number in range(MOST_VALUES + 30)]
    found = met(target("live", *values))
    assert len([thing for thing in found if thing.kind == "value"]) == MOST_VALUES
    (place,) = (thing for thing in found if thing.kind == "finding")
    assert found[place].count == MOST_VALUES + 30
    assert len(place.pointer) == LONGEST


def test_a_drift_run_is_remembered_too() -> None:
    """Its traffic like a target's; without any, the run and what the contract promises."""
    judgement = target(live={"email=null": sighted(2)}).judgement
    traffic = Traffic(what="", judgement=judgement, observed=Observed(), branches=BRANCHES, recorded=False)
    entry = of_traffic(CONTRACT, traffic, "broken", at=AT)
    assert (entry.verdict, entry.digest) == ("broken", digest(CONTRACT))
    assert entry.met[Thing(origin="live", kind="branch", name="email=null")].replayed == 0
    recorded = of_traffic(CONTRACT, replace(traffic, recorded=True), "kept", at=AT)
    assert recorded.met[Thing(origin="live", kind="branch", name="email=null")] == Occurrence(count=2, replayed=2)
    bare = of_traffic(CONTRACT, None, "kept", at=AT)
    assert (bare.met, bare.rules) == ({}, entry.rules)
    assert "email=null" in [branch.name for branch in bare.branches]


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-08-01T00:00:00Z", "2026-08-01T00:00:00Z"),
        ("2026-08-01T01:30:00.123456+02:00", "2026-07-31T23:30:00Z"),
        (" 2026-08-01 12:00:00 ", "2026-08-01T12:00:00Z"),
        ("2026-08-01", "2026-08-01T00:00:00Z"),
        ("0001-01-01T00:00:00+02:00", ""),
        ("yesterday", ""),
        ("2026-08-01T25:00:00Z", ""),
        ("\x00", ""),
        ("", ""),
    ],
)
def test_moments_sort_as_text(text: str, utc: str) -> None:
    """Whatever ISO 8601 form a recording uses, in UTC to the second; anything else is unknown."""
    assert moment(text) == utc
