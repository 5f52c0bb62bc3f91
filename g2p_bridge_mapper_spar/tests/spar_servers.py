# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The other side of the SPAR connectors, over real HTTP on a free port of this machine."""

import json
import threading

from odoo.addons.g2p_bridge_base.tests.peer import Peer

from .test_lib_spar import item, not_linked, reply


def written(address):
    """A :class:`FinancialAddress` as SPAR 1.x writes it."""
    keys = {
        "account_number": address.account_number,
        "branch_code": address.branch_code,
        "bank_code": address.bank_code,
        "mobile_number": address.phone,
        "mobile_wallet_provider": address.mobile_wallet_provider,
        "fa_type": address.account_type,
    }
    return ".".join(f"{key}:{value}" for key, value in keys.items() if value)


class SparServer(Peer):
    """A SPAR mapper.

    It knows ``addresses``; ``answer`` replaces its answer: (HTTP status, body) or None for
    silence until the server is closed. The last request is kept for the tests to look at.
    """

    def __init__(self):
        self.addresses = {}
        self.answer = ...
        self.closing = threading.Event()
        self.last_headers = self.last_body = self.last_path = None
        super().__init__("/mapper/")

    def close(self):
        self.closing.set()
        super().close()

    def respond(self, request):
        self.last_path, self.last_headers = request.path, request.headers
        self.last_body = request.body
        if self.answer is None:
            self.closing.wait()
            return None
        return self.resolve(request.body) if self.answer is ... else self.answer

    def resolve(self, body):
        answers = []
        for asked in json.loads(body)["message"]["resolve_request"]:
            reference, id_value = asked["reference_id"], asked["id"]
            if not id_value:
                answers.insert(0, item(reference, None, "", status="rjct"))
            elif id_value in self.addresses:
                answers.append(item(reference, id_value, self.addresses[id_value]))
            else:
                answers.append(not_linked(reference))
        return 200, reply(*answers)
