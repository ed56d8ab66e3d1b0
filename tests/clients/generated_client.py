"""A smoke test of the client that openapi-python-client generates: asks, insists on the answer, prints some fields.

`GENERATED` is the folder that holds the package `generated`; `CONTRACTS_OPERATION` says what to ask for.
"""

import os
import sys
from importlib import import_module

sys.path.insert(0, os.environ.get("GENERATED", "."))
client = import_module("generated").AuthenticatedClient(
    base_url=os.environ["CONTRACTS_BASE_URL"], token=os.environ["CONTRACTS_API_KEY"], timeout=4
)
operations = {
    "GET /v3/sequences/{id}/contacts/{contact_id}": "get_a_contact_in_a_sequence",
    "GET /v3/sequences/{id}/contacts": "list_contacts_in_a_sequence",
    "GET /v3/contacts/{id}/sequences": "get_sequences_for_a_contact",
}
name = operations[os.environ["CONTRACTS_OPERATION"]]
ids = [int(os.environ[one]) for one in ("CONTRACTS_PARAM_ID", "CONTRACTS_PARAM_CONTACT_ID") if one in os.environ]
ask = import_module(f"generated.api.default.{name}").sync
answer = ask(*ids, client=client)
if name == "get_a_contact_in_a_sequence":
    sys.stdout.write(f"{answer.contact_id} {answer.status_in_sequence} {answer.current_step.step_id}")
elif name == "list_contacts_in_a_sequence":
    contacts = answer.items or []
    sys.stdout.write(f"{answer.has_more} " + " ".join(f"{one.contact_id} {one.status_in_sequence}" for one in contacts))
else:
    sys.stdout.write(" ".join(f"{one.sequence_id} {one.status} {one.current_step}" for one in answer))
