# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Asks the bridge what became of the demo's payments as a system outside would: over HTTP, signed.

Run by `setup/demo` beside a server, after the scenario. Changes nothing but the key that the
outside system signs with, which is made for these calls.
"""

import json

import requests

PREFIX = "/g2p-bridge"


def main(env, arguments):
    """Returns the exit code: 0 if the answers are what the screens show."""
    (base_url,) = arguments
    world = env["g2p.bridge.demo"]
    private = world._new_partner_key()
    env.cr.commit()
    envelope = env["g2p.bridge.envelope"].search(
        [("program_id", "=", world._get("program").id)], order="id desc", limit=1
    )

    def ask(operation, message):
        body, headers = world._partner_request(private, operation, message)
        answer = requests.post(f"{base_url}{PREFIX}/{operation}", body, headers=headers, timeout=60)
        answer.raise_for_status()
        return json.loads(answer.content)

    name = envelope.disbursement_envelope_id
    status = ask("get_disbursement_envelope_status", name)
    page = ask("list_disbursements", {"disbursement_envelope_id": name, "states": ["REVERSED"]})
    changes = ask("list_changes", {"start": "beginning", "include": ["events"]})
    refused = [
        reply["header"]["meta"].get("explanation")
        for reply in (status, page, changes)
        if reply["header"]["status"] != "succ"
    ]
    if refused:
        print(f"\nAPI: refused: {refused[0]}")
        return 1
    reconciled = status["message"]["number_of_disbursements_reconciled"]
    print(f"\nAPI: asked over HTTP, signed: {reconciled:,} payments of {name} are reconciled,")
    print(f"  {len(page['message']['disbursements']):,} of them came back.")
    return 0 if reconciled == envelope.number_of_disbursements_reconciled else 1
