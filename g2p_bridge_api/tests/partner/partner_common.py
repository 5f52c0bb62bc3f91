# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A partner with a key, and its calls as they come in."""

import json
from contextlib import contextmanager
from datetime import datetime
from unittest.mock import patch

from odoo.addons.g2p_bridge.tests.access.access_common import AccessCase
from odoo.addons.g2p_bridge_base.lib.jose import jws
from odoo.addons.g2p_bridge_base.tests.signing import private_key, public_pem, sign

from ...lib.call import G2P_CONNECT, Call
from ...lib.refusal import Refusal
from ...models.partner import partner_header, partner_message

#: Any moment that calls of these tests are made at.
NOON = datetime(2026, 11, 25, 12, 0)


class PartnerCase(AccessCase):
    """A PBMS that signs with RS256, at noon."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = cls.env["g2p.bridge.partner"]
        cls.partner = cls.make_partner("pbms")
        cls.add_keys(cls.partner, private_key("RS256"))
        cls.numbers = iter(range(1, 10_000))

    def setUp(self):
        super().setUp()
        self.at(NOON)

    @classmethod
    def make_partner(cls, code, **vals):
        """A partner that may ask the usual of every program, with headers as OpenG2P's."""
        partner = cls.partners.create(
            {
                "name": f"The {code}",
                "code": code,
                "all_programs": vals.get("kind") != "bank",
                "strict_header": False,
                **vals,
            }
        )
        if "operation_ids" not in vals:
            partner.action_usual_operations()
        return partner

    @classmethod
    def add_keys(cls, partner, *keys, **vals):
        """:return: the stored public halves"""
        wizard = cls.env["g2p.bridge.partner.key.add"].create(
            {
                "partner_id": partner.id,
                "text": "".join(map(public_pem, keys)),
                "valid_from": "2026-01-01",
                **vals,
            }
        )
        former = partner.key_ids
        wizard.action_add()
        return partner.key_ids - former

    def at(self, moment):
        """Set the clock of admission."""
        for module in (partner_header, partner_message):
            self.patch(module, "utc_now", lambda: moment)

    def message(self, operation="get_disbursement_status", message=("D1",), **header):
        return {
            "header": {
                "version": "1.0.0",
                "message_id": f"m{next(self.numbers)}",
                "message_ts": "2026-11-25T12:00:00Z",
                "action": operation,
                "sender_id": "pbms",
                "total_count": len(message),
                **header,
            },
            "message": list(message),
        }

    def call(self, content=None, operation="get_disbursement_status", **vals):
        """:return: a call with this message, as the controller takes it apart; not signed"""
        content = content or self.message(operation)
        header = content["header"]
        return Call(
            **{
                "dialect": G2P_CONNECT,
                "operation": operation,
                "body": json.dumps(content).encode(),
                "headers": {},
                "address": "192.0.2.1",
                "sender_id": header["sender_id"],
                "message_id": header["message_id"],
                "message_ts": header["message_ts"],
                "action": header["action"],
                "version": header["version"],
                "total_count": header["total_count"],
                "count": len(content["message"]),
                "signature": content.get("signature", ""),
                **vals,
            }
        )

    def signed(self, content=None, operation="get_disbursement_status", key=None, **vals):
        """:return: the call with a signature over its bytes in the header"""
        call = self.call(content, operation, **vals)
        return self.with_headers(call, signature=sign("RS256", call.body, key))

    def with_headers(self, call, **headers):
        values = {name: getattr(call, name) for name in Call.__slots__}
        return Call(**{**values, "headers": {**call.headers, **headers}})

    def admit(self, call):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.partners._admit(call).partner

    def assertRefusedCall(self, code, call, status=200):
        """The call is refused with this code, in words.

        :return: the refusal
        """
        try:  # assertRaises would undo what a refused call leaves behind
            self.admit(call)
        except Refusal as refusal:
            self.assertEqual((refusal.code, refusal.status), (code, status))
            self.assertTrue(refusal.message)
            return refusal
        self.fail(f"not refused: {code}")

    def api_key(self, partner):
        """:return: a new API key of a partner, as it is shown once"""
        return partner.action_new_api_key()["context"]["default_secret"]

    @contextmanager
    def counting_verifications(self):
        """Count how often a signature is calculated."""
        done = []
        made_by = jws._made_by
        with patch.object(jws, "_made_by", lambda *args: done.append(1) or made_by(*args)):
            yield done
