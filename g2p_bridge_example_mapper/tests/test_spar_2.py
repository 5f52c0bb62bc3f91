# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo.tests import BaseCase, HttpCase, tagged

from ..lib import message_2
from .common import ask, body_2

BANK = "account_number:1.branch_code:B.R.1.bank_code:EX.fa_type:BANK_ACCOUNT"


class TestAddress(BaseCase):
    def test_text_becomes_an_object(self):
        self.assertEqual(
            message_2.address(BANK),
            {
                "strategy_id": 1,
                "account_number": "1",
                "branch_code": "B.R.1",
                "bank_code": "EX",
                "fa_type": "BANK",
            },
        )
        self.assertEqual(
            message_2.address(
                "email_address:a.b@c.org.email_wallet_provider:E.fa_type:EMAIL_WALLET"
            ),
            {
                "strategy_id": 3,
                "email_address": "a.b@c.org",
                "wallet_provider_code": "E",
                "fa_type": "EMAIL_WALLET",
            },
        )
        self.assertIsNone(message_2.address(""))
        self.assertEqual(message_2.address("nonsense"), {"strategy_id": 0})


@tagged("post_install", "-at_install")
class TestSpar2(HttpCase):
    def setUp(self):
        super().setUp()
        self.behaviour = self.env["g2p.bridge.example.mapper.behaviour"]._current()
        self.behaviour.write({"fault": "none", "signature_required": False})
        self.env["g2p.bridge.example.mapper.entry"].create({"id_value": "A", "fa": BANK})

    def post(self, request, headers=None, status=200):
        response = self.url_open(
            "/g2p_bridge_example_mapper/mapper/resolve",
            data=request if isinstance(request, str) else json.dumps(request),
            headers={"Content-Type": "application/json", **(headers or {})},
        )
        self.assertEqual(response.status_code, status, response.text)
        return response.json()

    def test_known_unknown_and_empty(self):
        reply = self.post(body_2([ask("r1", "A"), ask("r2", "NOPE"), ask("r3", "")]))
        self.assertEqual(reply["response_header"]["response_status"], "SUCCESS")
        self.assertEqual(reply["response_header"]["request_id"], "m")
        payload = reply["response_body"]["response_payload"]
        self.assertEqual(payload["transaction_id"], "t")
        answers = {item["reference_id"]: item for item in payload["resolve_response"]}
        known = answers["r1"]
        self.assertEqual((known["status"], known["status_reason_code"]), ("succ", "succ.id.active"))
        self.assertEqual(known["fa"]["account_number"], "1")
        self.assertEqual(known["fa"]["fa_type"], "BANK")
        unknown = answers["r2"]
        self.assertEqual((unknown["status"], unknown["fa"], unknown["id"]), ("succ", None, None))
        self.assertEqual(answers["r3"]["status"], "rjct")

    def test_refusals(self):
        signed = {"Signature": "eyJhbGciOiJSUzI1NiJ9..bad"}
        for reply in (self.post(body_2([ask("r", "A")]), signed), self.post(body_2([]))):
            header = reply["response_header"]
            self.assertEqual(header["response_status"], "ERROR")
            self.assertEqual(header["response_error_code"], "rjct.request.validation")
            self.assertEqual(reply["response_body"]["response_payload"]["resolve_response"], [])

    def test_what_is_no_request_is_an_error(self):
        for request in ("{", "[]", body_2(1), {**body_2([]), "request_header": {}}):
            self.assertEqual(self.post(request, status=400)["errors"][0]["code"], "G2P-REQ-102")
        self.behaviour.signature_required = True
        self.env.flush_all()
        self.post(body_2([]), status=500)
