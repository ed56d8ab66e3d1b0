"""Our rules as a check of Schemathesis' own, for suites and command lines that are not ours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from contracts.model.finding import Finding
from contracts.model.interaction import Interaction
from contracts.proving.driving import blamed, is_legal
from contracts.proving.reaching import interaction_of

if TYPE_CHECKING:
    from schemathesis import CheckContext


class Described(NamedTuple):
    """An operation as a Schemathesis suite knows it: its document's address and tree, its method, its own template."""

    location: str
    tree: Any
    method: str
    path: str


def register(judged: Callable[[Described, Interaction], Sequence[Finding]]) -> None:
    """Makes our rules Schemathesis' check `contract`, as `contract_check` is; each broken rule is a failure by its id.

    The name is taken for the whole process; registering it again replaces it.
    """
    import schemathesis
    from schemathesis.core.failures import Failure as Failed
    from schemathesis.errors import FailureGroup

    class RuleBroken(Failed):
        """A broken rule; what breaks it again is one failure with it."""

        @property
        def _unique_key(self) -> str:
            return self.title

    def contract(_context: CheckContext, response: Any, case: Any) -> bool | None:
        operation = case.operation
        if case.method.upper() != operation.method.upper():
            return True
        schema = operation.schema
        described = Described(schema.location or "", schema.raw_schema, operation.method.upper(), operation.path)
        broken = blamed(
            lambda interaction, _legal: judged(described, interaction),
            interaction_of(response, "given", None),
            legal=is_legal(case),
        )
        if broken:
            raise FailureGroup(
                [RuleBroken(operation=operation.label, title=one.rule, message=_message(one)) for one in broken]
            )
        return None

    schemathesis.check(contract)


def _message(finding: Finding) -> str:
    """What a broken rule says, where that is promised, and where it was broken; Schemathesis shows the answer."""
    promised = (f"promised at {one.page}:{one.line} ({one.kind})" for one in finding.promised)
    return "\n".join((finding.summary, *promised, f"broken at {finding.pointer or 'the body'}: {finding.expected}"))
