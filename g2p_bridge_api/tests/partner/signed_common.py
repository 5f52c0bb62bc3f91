# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A PBMS that signs what it sends over real HTTP."""

import json
from datetime import datetime, timezone

from odoo.addons.g2p_bridge_base.tests.signing import private_key, public_pem, sign

from ..common import ApiCase

#: What OpenG2P's own PBMS writes where an ID and a time should stand.
PLACEHOLDERS = {"message_id": "string", "message_ts": "string"}


class SignedCase(ApiCase):
    """Nobody gets in without proof, and the PBMS has a key."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("g2p_bridge_api.unsigned", False)
        cls.add_key(cls.partner, private_key("RS256"))

    @classmethod
    def add_key(cls, partner, key):
        cls.env["g2p.bridge.partner.key.add"].create(
            {"partner_id": partner.id, "text": public_pem(key), "valid_from": "2026-01-01"}
        ).action_add()

    def now(self):
        return datetime.now(timezone.utc).isoformat()

    def signed(self, content, text=None, key=None):
        """:return: (body, its signature)

        :param content: the message, which is sent as ``json`` writes it
        :param text: what is signed, if not the very bytes of the body
        """
        body = json.dumps(content).encode()
        return body, sign("RS256", text or body, key)

    def send(self, operation, body, signature):
        """:return: the answer to a body with this signature"""
        headers = {"Content-Type": "application/json", "Signature": signature}
        return self.post(operation, body, headers=headers)

    def call(self, operation, message, **header):
        content = self.request(operation, message, **{"message_ts": self.now(), **header})
        answer = self.send(operation, *self.signed(content))
        self.assertEqual(answer.status_code, 200, answer.text)
        return answer.json()

    def assertAnswer(self, code, answer):
        """:return: what the header says in words; an empty code: it was done"""
        header = answer.json()["header"]
        status = "rjct" if code else "succ"
        self.assertEqual((header["status"], header["status_reason_message"]), (status, code))
        return header["meta"].get("explanation")
