"""A client that is broken in one branch: it takes for granted that every contact stands at a step."""

import os
import sys

import requests

url = "{CONTRACTS_BASE_URL}/v3/sequences/{CONTRACTS_PARAM_ID}/contacts/{CONTRACTS_PARAM_CONTACT_ID}"
credential = {"Authorization": f"Bearer {os.environ['CONTRACTS_API_KEY']}"}
answer = requests.get(url.format(**os.environ), headers=credential, timeout=5)
answer.raise_for_status()
contact = answer.json()

sys.stdout.write(f"{contact['email'] or 'no address'}: next is step {contact['currentStep']['stepId'] + 1}")
