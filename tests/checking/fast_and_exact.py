"""Files with everything in them that two judges may see differently, and both judges' word on them.

The same ones for the same seed. `python -m tests.checking.fast_and_exact COUNT [SEED]` holds them together at length.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice, product
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

import contracts
from contracts.commands.answers_by_contract import Read
from contracts.commands.archives import Judging, pieces_of
from contracts.commands.documents import read_document
from contracts.model.contract import RESPONSE, Answer, Contract
from contracts.model.document import reached
from contracts.model.interaction import Interaction
from contracts.model.json import Json
from contracts.reading.openapi import contracts_of
from contracts.rules import tries
from contracts.rules.echoes import echoed_parameter
from contracts.rules.instance import ABSENT, find, replaced
from contracts.rules.legal_bodies import NoAnswer
from contracts.rules.legal_exchanges import header_text, legal_answer, legal_parameters
from contracts.rules.routing import plain_path
from tests.checking.written_forms import FORMS, Drawn, Written, in_json
from tests.laws.test_verdicts import Schemas
from tests.rules.synthetic import ROOT, SHOP, described

PUBLIC = ROOT.parent / "shared" / "specs" / "public"
DESCRIPTIONS = tuple(
    """museum.yaml petstore.yaml cafe.yaml hubspot-mediabridge.json pagerduty-events.json klaviyo-profiles.json
    twilio-conversations.yaml xero-assets.yaml adyen-checkout64.yaml box-2025.json""".split()
)
"""Of each an operation is looked at."""
GROUPS = ("reply", "shop", "drawn 0", "drawn 1", "drawn 2", *(DESCRIPTIONS if PUBLIC.is_dir() else ()))
"""What is judged together: our contracts, a made-up one, drawn ones, and where they are there, vendors'."""


VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2**31, 2**53, 2**53 + 1, 2**63 - 1, -(2**63), -(2**63) - 1, 2**64, 10**30, 1.5, 0.1,
    *map(Written, ("1.0", "-0", "-0.0", "0.0", "2e0", "1E2", "1e300", "-1e300", "1e400", "9007199254740993.0", "1e-400",
                   '"\\ud800"', '"a\\udc00b"', '"\\u0000"', '"\\ud83d\\ude00"', "NaN", "[1, 1.0]")),
    "", "a", "text", "1", "true", "SCRUBBED", "***", "xxxx", "<email>", "a:b", 'say "so":', "é", "\U0001f600", "  ",
    "2024-02-29", "2023-02-29", "2024-02-30", "2024-13-08", "2024-03-08T10:00:00Z", "2024-03-08t10:00:00z",
    "2024-03-08T24:00:00Z", "2016-12-31T23:59:60Z", "2024-03-08T10:00:00", "2024-03-08T10:00:00+2400", "10:00:00Z",
    "2024-03-08T10:00:00.123456789+00:00", "2024-03-08T10:00:00Z\n", "0000-01-01", "2024-03-08T10:00:00-23:59",
    "2024-03-08 10:00:00Z", "\u0662\u0660\u0662\u0664-03-08", "P1D", "00000000-0000-4000-8000-000000000000",
    "00000000000040008000000000000000", "{00000000-0000-4000-8000-000000000000}", "a@b.c", "a b@c.d", "a@b", "@",
    "a@-b.c", "a..b@c.d", "x@y.z\n", "192.0.2.1", "192.0.2.01", "192.0.2.256", "https://example.com/",
    "https://example.com/a b", "http://", "https://é.example/", "https://example.com/%zz", "https://[::1]/",
    "mailto:a@b.c", "//x",
    "https://a:b@c/", [], {}, [None], [1, 1], ["a"], [[]], [{}], {"a": 1}, {"base64": "YQ=="}, {"": ""},
    [{"a": {"b": [None]}}],
)  # fmt: skip
NAMES = ("undocumented", "[]", "{x}", "", 'a":', "base64", "é", "self", "__class__", "type")
ODD_MOMENTS = ("2026-01-05T10:00:00+02:00", "2026-13-01T00:00:00Z", "2026-01-01", "")
HEADERS = (
    "text/plain",
    "application/json",
    "application/json; charset=utf-8",
    "application/problem+json",
    "SCRUBBED",
    "",
)


@lru_cache(maxsize=1)
def group(name: str, seed: int) -> tuple[Contract, ...]:
    """The contracts of a group; the same ones for the same seed."""
    if name == "reply":
        return tuple(contracts_of(read_document(ROOT / "schemas" / "reply" / "openapi.json")))
    if name == "shop":
        return (SHOP,)
    if name.startswith("drawn"):
        return (_drawn(seed * 3 + int(name.partition(" ")[2])),)
    found = [one for one in contracts_of(read_document(PUBLIC / name)) if one.main and 8 < len(one.rules) < 200]
    return (Random(f"{name} {seed}").choice(found),)  # noqa: S311


def _drawn(seed: int) -> Contract:
    """A contract of a drawn schema that an answer can keep."""
    for number in range(seed * 1000, seed * 1000 + 1000):
        schemas = Schemas(number)
        properties = {name: schemas.schema(2) for name in ("a", "b", "c", "d")}
        document = described({"type": "object", "properties": properties, "required": ["a"]})
        document["components"] = {"schemas": {"One": schemas.schema(2), "Two": schemas.schema(1)}}
        contract = contracts.load(document)
        try:
            contract.index.base(contract.main)
        except NoAnswer:
            continue
        return contract
    raise AssertionError(seed)


class Archive:
    """Draws the exchanges of one contract."""

    def __init__(self, contract: Contract, pick: Random) -> None:
        self.contract, self.pick = contract, pick
        self._legal = [*self._bodies()]
        good = [*self._legal, *(body for body in self._legal if body[0].success)]
        self._spoiled = [(pick.choice(good)[0], self._changed(pick.choice(good)[1])) for _ in range(40)]
        for answer, body in self._legal[:6]:
            for rule in contract.about(answer.body)[:60]:
                made = (one for one in tries(rule, contract, body) if one is not ABSENT)
                self._spoiled += [(answer, one) for one in islice(made, 2)]
        self._sent = self._parameters()

    def _bodies(self) -> Iterator[tuple[Answer, Json]]:
        for answer in self.contract.answers:
            for name in dict.fromkeys(answer.bodies.values()):
                try:
                    body = legal_answer(self.contract, answer, name)
                except NoAnswer:
                    continue
                yield answer, body
                for shown in self.contract.index.examples(self.contract.bodies[name]):
                    yield answer, shown
                for steps in self._places(body):
                    if steps and isinstance(steps[-1], str) and self.pick.random() < 0.3:
                        yield answer, replaced(body, steps, ABSENT)
        if not self.contract.answers:
            yield self.contract.success, {}

    def _parameters(self) -> list[dict[str, str]]:
        try:
            legal = {name: str(value) for name, value in legal_parameters(self.contract).items()}
        except NoAnswer:
            legal = {}
        odd = ("7", "007", "1000000", "-1", "1.0", "abc", "***", "SCRUBBED", "a%20b", "")
        return [legal] * 30 + [{name: self.pick.choice(odd) for name in legal} for _ in range(6)]

    @staticmethod
    def _places(value: Any, steps: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
        yield steps
        inner: Iterable[tuple[str | int, Any]] = ()
        if isinstance(value, dict):
            inner = value.items()
        elif isinstance(value, list):
            inner = enumerate(value)
        for step, one in inner:
            yield from Archive._places(one, (*steps, step))

    def _changed(self, body: Json) -> Json:
        """A body with one of its values changed, taken away, doubled or nested, or a name more."""
        pick = self.pick
        steps = pick.choice([*self._places(body)][:400])
        value: Any = reached(body, steps)
        chance = pick.random()
        if steps and isinstance(steps[-1], str) and chance < 0.2:
            return replaced(body, steps, ABSENT)
        if isinstance(value, dict) and chance < 0.5:
            return replaced(body, (*steps, pick.choice(NAMES)), pick.choice(VALUES))
        if isinstance(value, list) and chance < 0.6:
            more = [*value, *value] if pick.random() < 0.5 else [*value, pick.choice(VALUES)]
            return replaced(body, steps, more)
        if chance < 0.63:
            depth, (begin, end) = pick.choice((3, 99, 101, 103, 198, 205)), pick.choice((('{"a":', "}"), ("[", "]")))
            return replaced(body, steps, Written(begin * depth + "1" + end * depth))
        if isinstance(value, int) and chance < 0.75:
            return replaced(body, steps, Written(f"{value}.0".lower()) if type(value) is int else int(value))
        return replaced(body, steps, pick.choice(VALUES))

    def exchange(self, number: int) -> Drawn:
        """One exchange."""
        pick = self.pick
        answer, body = pick.choice(self._legal if pick.random() < 0.5 else self._spoiled)
        for _ in range(pick.choice((0, 0, 0, 0, 0, 1, 2))):
            body = self._changed(body)
        sent = pick.choice(self._sent)
        if pick.random() < 0.9:
            body = self._echoed(answer, body, sent)
        path = plain_path(self.contract.path)
        for name, value in sent.items():
            path = path.replace("{" + name + "}", quote(value, safe="%*"))
        host = self.contract.server or "https://example.com"
        url = host + path + pick.choice((*[""] * 16, "?page=2", "/", "/else"))
        status = answer.status if pick.random() < 0.95 else pick.choice((200, 201, 204, 404, 500, 302))
        more = {"origin": pick.choice((*["api.example.com"] * 9, "reference")), "at": self._moment(number)}
        return Drawn(
            method=self.contract.method,
            url=url,
            status=status,
            headers=self._headers(answer),
            body=self._written(body),
            more=more if pick.random() < 0.95 else {},
        )

    def _moment(self, number: int) -> str:
        first = f"2026-01-{1 + number % 28:02d}T10:00:00"
        usual = [first + end for end in ("Z", "Z", ".000Z", ".123456+00:00")]
        return self.pick.choice((*usual, *usual, f"{first}.5-08:00", f"{first}.1234567Z", *ODD_MOMENTS))

    def _echoed(self, answer: Answer, body: Json, sent: dict[str, str]) -> Json:
        for rule in self.contract.about(answer.body, "echo"):
            text = sent.get(echoed_parameter(rule.says), "")
            for steps, value in [*find(body, rule.at)]:
                if isinstance(value, str) and not isinstance(value, Written):
                    body = replaced(body, steps, text)
                elif isinstance(value, int) and text.isdecimal():
                    body = replaced(body, steps, int(text))
        return body

    def _headers(self, answer: Answer) -> list[tuple[str, str]]:
        pick = self.pick
        media = next(iter(answer.media), "application/json").replace("*/*", "application/json")
        sent = [("Content-Type", media if pick.random() < 0.96 else pick.choice(HEADERS))]
        rules = self.contract.about(RESPONSE, "header")
        asked = (rule for rule in rules if answer.key in rule.answers and pick.random() < 0.97)
        sent += [(str(rule.says["name"]), header_text(rule.says)) for rule in asked]
        if pick.random() < 0.02:
            sent.append(("content-type", "text/html"))
        return sent

    def _written(self, body: Json) -> str | None:
        """A body as it stands in a log; None for none."""
        pick = self.pick
        text = in_json(body, pick)
        chance = pick.random()
        if chance < 0.3:
            return json.dumps(text, ensure_ascii=pick.random() < 0.5)
        if chance < 0.32:
            return pick.choice(("null", '""', '"null"', '{"base64": "e30="}', '"{"', '"\\ufeff{}"', "[]", "{}", "7"))
        return None if chance > 0.99 else text


class _Counting(Judging):
    """Counts what the fast judge leaves to the exact one, and what it says is of no contract."""

    left = others = 0

    def take(self, found: Iterable[Read], folder: Contract | None = None) -> list[Interaction]:
        """Judges what is read."""
        self.left += 1
        return super().take(found, folder)

    def _is_other(self, line: Any) -> bool:
        found = super()._is_other(line)
        self.others += found
        return found


class _Exact(_Counting):
    """Leaves everything to the exact judge."""

    def _taken(self, *_: Any) -> bool:
        return False


def differences(path: Path, held: tuple[Contract, ...]) -> tuple[list[str], int]:
    """What both judges say differently of an archive; and how many exchanges the fast one judged."""
    fast, exact = _Counting(held, {}, held), _Exact(held, {}, held, see=lambda _: None)
    for judging in (fast, exact):
        for piece in pieces_of([path]):
            judging.read(piece)
    found = []
    for contract in held:
        one, other = fast.judgement(contract), exact.judgement(contract)
        if one != other:
            found += [f"{contract.operation}: {line}" for line in _apart(one, other)]
    for whose in (*held, None):
        for what in ("unreadable", "beside"):
            said = [getattr(judging.sorting, what)(whose) for judging in (fast, exact)]
            if said[0] != said[1]:
                found.append(f"{what}: {said[0]!r} but {said[1]!r}")
    return found, exact.left - fast.left - fast.others


def _apart(one: Any, other: Any) -> Iterator[str]:
    for name in ("checked", "successes"):
        if getattr(one, name) != getattr(other, name):
            yield f"{name}: {getattr(one, name)} but {getattr(other, name)}"
    met = [
        {(met.first.rule, met.first.origin, met.first.fingerprint): met for met in each.met} for each in (one, other)
    ]
    for key in {**met[0], **met[1]}:
        if met[0].get(key) != met[1].get(key):
            yield f"{key}: {met[0].get(key)!r} but {met[1].get(key)!r}"
    for origin in {**one.evidence.seen, **other.evidence.seen}:
        seen = [each.evidence.seen.get(origin, {}) for each in (one, other)]
        for key in {**seen[0], **seen[1]}:
            if seen[0].get(key) != seen[1].get(key):
                yield f"{origin} {key}: {seen[0].get(key)} but {seen[1].get(key)}"
    yield "the order of what was met"


def written(folder: Path, form: str, held: tuple[Contract, ...], count: int, pick: Random) -> Path:
    """A file of so many exchanges of some contracts, in one of `FORMS`."""
    archives = [Archive(contract, pick) for contract in held]
    return FORMS[form](folder, (archives[number % len(archives)].exchange(number) for number in range(count)), pick)


def main(count: int, seed: int) -> int:
    """Holds both judges together over so many exchanges; 1 where they differ."""
    done = taken = 0
    while done < count:
        for name, form in product(GROUPS, FORMS):
            held = group(name, seed)
            pick = Random(f"{name} {seed}")  # noqa: S311  the same file each time
            with tempfile.TemporaryDirectory() as folder:
                path = written(Path(folder), form, held, 2_000, pick)
                found, fast = differences(path, held)
                if found:
                    kept = Path(tempfile.gettempdir()) / f"apart-{seed}-{name}-{path.name}"
                    path.replace(kept)
                    sys.stdout.write("\n  ".join((f"{name}, seed {seed} ({kept}):", *found[:10], "")))
                    return 1
            done, taken = done + 2_000, taken + fast
        seed += 1
        sys.stdout.write(f"{done} exchanges, {taken} of them by the fast judge\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1))
