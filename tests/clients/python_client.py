"""A small client of one operation, as a team might have it: it asks, reads the answer into a value, and prints a line.

`CLIENT_BUG` in the environment plants one bug: the name of a branch at which it then breaks.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

STATUSES = ("active", "paused", "finished", "inactive", "outOfOffice")


@dataclass(frozen=True, slots=True)
class Contact:
    """What this client keeps of an answer."""

    id: int
    email: str | None
    name: str
    status: str
    opted_out: bool
    replied: bool
    step: int | None
    step_name: str
    added: datetime
    account: int | None


def read(body: Mapping[str, Any]) -> Contact:
    """A contact from the answer's body; raises where the answer is not what was promised."""
    disposition = body["emailDisposition"] or {"isReplied": False, "isBounced": False}
    account = body["emailAccountId"]
    step = body["currentStep"]["stepId"]
    if not all(isinstance(value, int | None) for value in (account, step)) or not isinstance(body["contactId"], int):
        message = "an id is no number"
        raise TypeError(message)
    return Contact(
        id=body["contactId"],
        email=body["email"],
        name=" ".join(filter(None, [body["firstName"], body["lastName"]])),
        status=body["statusInSequence"] if body["statusInSequence"] in STATUSES else "unknown",
        opted_out=body["isOptedOut"],
        replied=disposition["isReplied"],
        step=step,
        step_name=body["currentStep"]["displayName"],
        added=moment(body["addingDate"]),
        account=account,
    )


def moment(text: str) -> datetime:
    """An RFC 3339 time; digits beyond microseconds are dropped."""
    return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text.replace("Z", "+00:00")))


def fetch(base_url: str, key: str, sequence: str, contact: str) -> Mapping[str, Any]:
    """The answer's body. Raises for every status but a success."""
    asked = Request(  # noqa: S310  the address is the caller's
        f"{base_url}/v3/sequences/{sequence}/contacts/{contact}", headers={"Authorization": f"Bearer {key}"}
    )
    with build_opener(ProxyHandler({})).open(asked, timeout=5) as answer:
        body: Mapping[str, Any] = json.loads(answer.read())
    return body


def broken_at(bug: str) -> Callable[[Mapping[str, Any]], bool]:
    """Whether a planted bug meets its branch in an answer: `email=null`, `currentStep.no-step`, `addingDate=z`."""
    place, _, label = bug.partition("=")
    if not label:
        place, label = CONDITIONS[bug]
    path = place.split(".")

    def met(body: Mapping[str, Any]) -> bool:
        value: Any = body
        for name in path:
            if not isinstance(value, dict) or name not in value:
                return False
            value = value[name]
        return LABELS[label](value) if label in LABELS else value == label

    return met


CONDITIONS = {
    "currentStep.no-step": ("currentStep.stepId", "null"),
    "currentStep.step": ("currentStep.stepId", "value"),
    "currentStep.finished": ("currentStep.displayName", "Finished"),
    "currentStep.not-finished": ("currentStep.displayName", "other than Finished"),
    "statusInSequence.finished": ("statusInSequence", "finished"),
    "statusInSequence.not-finished": ("statusInSequence", "other than finished"),
}
LONG = 500
LABELS: dict[str, Callable[[Any], bool]] = {
    "null": lambda value: value is None,
    "value": lambda value: value is not None,
    "true": lambda value: value is True,
    "false": lambda value: value is False,
    "other than Finished": lambda value: value != "Finished",
    "other than finished": lambda value: value != "finished",
    "empty": lambda value: value == "",
    "long": lambda value: isinstance(value, str) and len(value) > LONG,
    "non-latin": lambda value: isinstance(value, str) and not value.isascii(),
    "min": lambda value: value == -(2**63),
    "max": lambda value: value == 2**63 - 1,
    "z": lambda value: str(value).endswith("Z"),
    "offset": lambda value: str(value).endswith("+05:30"),
    "fraction": lambda value: "." in str(value),
}


def main(env: Mapping[str, str]) -> int:
    """Fetches one contact and says so; raises what there is to raise."""
    sequence, person = env["CONTRACTS_PARAM_ID"], env["CONTRACTS_PARAM_CONTACT_ID"]
    body = fetch(env["CONTRACTS_BASE_URL"], env["CONTRACTS_API_KEY"], sequence, person)
    contact = read(body)
    bug = env.get("CLIENT_BUG")
    if bug and broken_at(bug)(body):
        message = f"this client can't take {bug}"
        raise RuntimeError(message)
    sys.stdout.write(f"{contact.id} {contact.status} {contact.step_name}\n"[:200].encode("ascii", "replace").decode())
    return 0


if __name__ == "__main__":
    sys.exit(main(os.environ))
