"""Asks a provider with Schemathesis; the one module that imports it.

A local provider (in this process, or on loopback) is asked everything: the documented examples, Schemathesis'
coverage cases with every HTTP method, legal requests of which half name existing rows, and illegal ones. Anyone
else's gets legal GET requests alone, mostly for the rows named, at most a hundred a minute.

Schemathesis' engine isn't used: it sends probes of its own, to the documented server even where the provider is in
this process. Here each request is a case that Schemathesis generates, sends and validates and that we count. Nothing
is registered globally, `schemathesis.toml` isn't read, and Hypothesis keeps its files in a directory that goes away.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from random import Random
from typing import TYPE_CHECKING, Any, TypeAlias

from contracts.errors import ContractBroken, Unreachable, Unusable
from contracts.model.finding import Finding
from contracts.model.interaction import Interaction
from contracts.proving.asking import Rows, credentials, named_rows, operation_of, with_example
from contracts.proving.hypothesis_draws import drawn, nothing_left_behind
from contracts.proving.reaching import answering, interaction_of, is_remote, refuse_remote, sending, wait_of
from contracts.sources.http import Budget

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    import schemathesis
    from schemathesis import Response as Answer
    from schemathesis.checks import CheckContext, CheckResult

    Case: TypeAlias = schemathesis.Case[Any]
    Operation: TypeAlias = schemathesis.APIOperation[Any, Any, Any, Any]

Judge: TypeAlias = Callable[[Interaction, bool], Sequence[Finding]]
"""Judges an answer; the flag tells whether the request was meant to be legal: what an illegal one breaks, we broke."""

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "positive_data_acceptance",
)
"""Schemathesis' checks that look at the answer of a legal request and send nothing."""

PROBING_CHECKS = (
    "negative_data_rejection",
    "missing_required_header",
    "unsupported_method",
    "allow_header_conformance",
    "ignored_auth",
)
"""Those that need illegal requests or send requests of their own: local providers only."""

ROWS_PER_GENERATED = 4
"""Somebody else's provider is asked for one generated id to so many rows, and for one at least."""

ATTEMPTS = 3
TOO_MANY = 429


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A standard check that failed: `check` is `schemathesis.<name>`, `legal` whether the request was meant legal."""

    check: str
    message: str
    interaction: Interaction
    legal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Driven:
    """How many requests were sent, how many answers of the contract's operation were judged, and what failed."""

    requests: int
    judged: int
    failures: tuple[Failure, ...]


def drive(  # noqa: PLR0913 - each is a choice of the caller's
    document: Mapping[str, Any],
    target: str | WSGIApplication,
    *,
    judge: Judge,
    origin: str,
    remote: bool,
    rows: Rows = (),
    max_examples: int = 50,
    seed: int = 0,
    key: str | None = None,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
    budget: Budget | None = None,
) -> Driven:
    """Ask the provider and hand each answer of the contract's operation to `judge`.

    `document` is the OpenAPI document of one operation; `target` a WSGI application or a base URL; `origin` what the
    interactions are to be called; `remote` that the provider is somebody else's, as every URL off loopback is anyway.
    A local provider gets `max_examples` legal requests, half of them for `rows`, half as many illegal ones, and the
    coverage cases. A remote one is asked for every row once and for a few generated ids, at most `max_examples`, within
    the `budget`. The key travels in the documented header and to `target` alone: redirects aren't followed.
    `on_progress` gets the cases done and their number.

    Raises Unusable (a document, target or row that can't be used) and Unreachable (no answer, or told to go away).
    """
    if remote := is_remote(target, key) or remote:
        refuse_remote(operation_of(document)[1], target, key)
    known = named_rows(document, rows)
    ours = with_example(copy.deepcopy(dict(document)), known[0] if known else {})
    with nothing_left_behind():
        operation = _loaded(ours, target, seed=seed, key=key)
        limit = (budget or Budget()) if remote else None
        run = _Run(operation, _Asker(target=target, judge=judge, origin=origin, key=key, budget=limit))
        cases = list((_remote_cases if remote else _local_cases)(operation, known, max_examples, seed))
        for done, case in enumerate(cases, 1):
            run.play(case)
            on_progress(done, len(cases))
    return Driven(requests=run.requests, judged=run.judged, failures=tuple(run.failures))


def contract_check(
    judge: Judge, *, origin: str, key: str | None = None
) -> Callable[[CheckContext, Answer, Case], bool | None]:
    """Our rules as a check of any Schemathesis suite, in the place of `response_schema_conformance`.

    It raises ContractBroken with the rules that were violated. Answers to another HTTP method than the contract's are
    none of its business; what an illegal request breaks by itself (`#request`) is not the provider's fault. The `key`
    is scrubbed from what the judge sees.
    """

    def contract(_context: CheckContext, response: Answer, case: Case) -> bool | None:
        if case.method.upper() != case.operation.method.upper():
            return True
        broken = blamed(judge, interaction_of(response, origin, key), legal=is_legal(case))
        if broken:
            lines = (f"{one.rule} at {one.pointer or 'the body'}: {one.summary}" for one in broken)
            raise ContractBroken("\n".join(lines))
        return None

    return contract


def blamed(judge: Judge, interaction: Interaction, *, legal: bool) -> list[Finding]:
    """The violations of an answer, without what an illegal request broke by itself."""
    found = (one for one in judge(interaction, legal) if one.level == "violation")
    return [one for one in found if legal or one.pointer != "#request"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asker:
    """Who is asked, who judges, and what for; a budget makes it a remote provider."""

    target: str | WSGIApplication
    judge: Judge
    origin: str
    key: str | None
    budget: Budget | None


class _Run:
    """Sends cases one by one, has each answer checked, and keeps the tally."""

    def __init__(self, operation: Operation, asker: _Asker) -> None:
        import schemathesis

        target, budget = asker.target, asker.budget
        self.asker, self.budget = asker, budget
        self.target = target if isinstance(target, str) else "the application"
        names = CHECKS if budget else CHECKS + PROBING_CHECKS
        rules = contract_check(self._count, origin=asker.origin, key=asker.key)
        self.checks = [rules, *(getattr(schemathesis.checks, name) for name in names)]
        self.sending = sending(target, dict(operation.schema.config.headers or {}), remote=budget is not None)
        # A credential that sets nothing, or a user's netrc would replace our header.
        self.credential: dict[str, Any] = {"auth": lambda request: request} if isinstance(target, str) else {}
        self.requests = self.judged = 0
        self.failures: list[Failure] = []
        self.results: list[CheckResult] = []

        @operation.schema.hook("after_validate")  # type: ignore[untyped-decorator]
        def note(_context: object, _case: Case, _response: Answer, results: list[CheckResult]) -> None:
            self.results = results

    def play(self, case: Case) -> None:
        """Send a case; a remote provider's 429 is waited out. Raises Unreachable."""
        for _attempt in range(ATTEMPTS):
            if self.budget:
                self.budget.spend()
            response = self._exchange(case)
            if response.status_code != TOO_MANY or not self.budget:
                return
            said = next(iter(response.headers.get("retry-after", ())), None)
            self.budget.sleep(wait_of(said, now=time.time()))
        raise Unreachable(f"{self.target} keeps answering 429 (too many requests): ask again later")

    def _exchange(self, case: Case) -> Answer:
        """Send the case once, check the answer and those to the checks' own requests."""
        from schemathesis.engine.recorder import ScenarioRecorder
        from schemathesis.errors import FailureGroup

        recorder = ScenarioRecorder(label=case.operation.label)
        try:
            response = case.call(**self.sending, **self.credential)
            recorder.record_case(case=case)
            recorder.record_response(case_id=case.id, response=response)
            case.validate_response(
                response,
                checks=self.checks,
                headers=self.sending["headers"],
                transport_kwargs=self.sending,
                recorder=recorder,
            )
        except FailureGroup:
            pass  # the hook has them, with the names of the checks
        except Unreachable as error:
            raise Unreachable(f"{self.target} gave no answer: {error}") from None
        except OSError as error:
            # Without its context, which quotes the request and so the key.
            raise Unreachable(
                f"{self.target} gave no answer ({type(error).__name__}) after {self.requests} requests"
            ) from None
        answers = {id_: seen.response for id_, seen in recorder.interactions.items() if seen.response is not None}
        self.requests += len(answers)
        self._settle(case, answers)
        return response

    def _count(self, interaction: Interaction, legal: bool) -> Sequence[Finding]:  # noqa: FBT001 - the shape of Judge
        self.judged += 1
        return self.asker.judge(interaction, legal)

    def _settle(self, case: Case, answers: Mapping[str, Answer]) -> None:
        """Keep the standard checks' failures, and judge the answers to the requests that checks sent themselves."""
        for result in self.results:
            if result.failure is None or result.name == "contract":
                continue
            about = result.failure.case_id or case.id
            if result.name == "content_type_conformance" and not answers[about].content:
                continue  # no body has no media type; whether one is due is for the contract's own rules to say
            self.failures.append(
                Failure(
                    check=f"schemathesis.{result.name}",
                    message=" ".join(str(result.failure).split()),
                    interaction=interaction_of(answers[about], self.asker.origin, self.asker.key),
                    legal=is_legal(case) and about == case.id,
                )
            )
        for id_, answer in answers.items():
            if id_ != case.id:
                self._count(interaction_of(answer, self.asker.origin, self.asker.key), False)  # noqa: FBT003


def _local_cases(operation: Operation, rows: list[dict[str, Any]], count: int, seed: int) -> Iterator[Case]:
    """Everything: examples, coverage, legal requests of which half are for rows, illegal ones."""
    from schemathesis import GenerationMode

    for example in operation.get_strategies_from_examples():
        yield from drawn(example, 1, seed)
    yield from operation.schema.iter_coverage_cases(
        operation,
        generation_modes=list(GenerationMode),
        generation_config=operation.schema.config.generation_for(operation=operation, phase="coverage"),
    )
    for_rows = count // 2 if rows else 0
    chosen = rows if len(rows) <= for_rows else Random(seed).sample(rows, for_rows)  # noqa: S311 - not for secrets
    each = -(-for_rows // max(1, len(chosen)))
    known = [case for row in chosen for case in drawn(operation.as_strategy(path_parameters=row), each, seed)]
    yield from islice(cycle(known), for_rows)
    yield from drawn(operation.as_strategy(GenerationMode.POSITIVE), count - for_rows, seed)
    yield from drawn(operation.as_strategy(GenerationMode.NEGATIVE), count // 2, seed)


def _remote_cases(operation: Operation, rows: list[dict[str, Any]], count: int, seed: int) -> Iterator[Case]:
    """Legal requests alone: each row once, and a few generated ids."""
    for row in rows:
        yield from drawn(operation.as_strategy(path_parameters=row), 1, seed)
    few = max(1, len(rows) // ROWS_PER_GENERATED) if rows else count
    yield from drawn(operation.as_strategy(), min(few, count), seed)


def _loaded(document: dict[str, Any], target: str | WSGIApplication, *, seed: int, key: str | None) -> Operation:
    """Load the document's one operation. Raises Unusable."""
    import schemathesis

    path, method = operation_of(document)
    try:
        schema = schemathesis.openapi.from_dict(document, config=schemathesis.Config(seed=seed))
        schema.config.analysis.constants.enabled = False  # else requests depend on the application's source
        schema.config.generation.codec = None  # the same characters as UTF-8, without a table that takes seconds
        schema.config.update(headers=credentials(document, key))
        if not isinstance(target, str):
            schema.app = answering(target)
        return schema[path][method.upper()]
    except schemathesis.errors.SchemathesisError as error:
        raise Unusable(f"the OpenAPI document can't be used: {' '.join(str(error).split())}") from error


def is_legal(case: Case) -> bool:
    """True where a request was generated to be right."""
    return case.meta is None or case.meta.generation.mode.is_positive
