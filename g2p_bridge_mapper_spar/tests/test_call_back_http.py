# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import logging
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.g2p_bridge.tests.mapper.mapper_contract import GARBAGE
from odoo.addons.g2p_bridge_base.lib import jose

from ..controllers import call_back as controller
from .call_back_common import CallBackCase
from .test_lib_spar import reply


@tagged("post_install", "-at_install")
class TestCallBackHttp(CallBackCase, HttpCase):
    """What arrives at the call-back address, over HTTP."""

    def setUp(self):
        super().setUp()
        self.token = self.mapper.sudo().call_back_token

    def bring(self, body, status=200, token=None, headers=None):
        self.env.flush_all()
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        response = self.url_open(
            f"/g2p_bridge/mapper/{token or self.token}/on-resolve",
            data=data,
            headers={"Content-Type": "application/json", **(headers or {})},
            method="POST",
        )
        self.assertEqual(response.status_code, status, response.text)
        self.env.invalidate_all()
        return response.json()

    def test_an_answer_is_acknowledged_also_again(self):
        envelope = self.asked_envelope()
        body = self.answer_to(self.lines(envelope))
        for _time in range(2):
            message = self.bring(body)["message"]
            self.assertEqual((message["ack_status"], message["error"]), ("ACK", None))
            self.assertEqual(message["correlation_id"], envelope.mapper_batch_ids.reference)
        self.assertEqual(envelope.mapper_batch_ids.state, "done")
        self.assertTrue(self.mapper.last_call_back_at)

    def test_an_answer_to_nothing_is_told_so(self):
        for transaction in ("0" * 32, "x", "\x00", "\ud800", "a" * 100_000, "%"):
            body = reply()
            body["message"]["transaction_id"] = transaction
            message = self.bring(body)["message"]
            self.assertEqual(message["ack_status"], "NACK")
            self.assertEqual(message["error"]["code"], "rjct.transaction_id.invalid")

    def test_without_the_token_there_is_no_such_address(self):
        envelope = self.asked_envelope()
        body = self.answer_to(self.lines(envelope))
        for token in ("x", self.token[:-1], self.token + "x", "%C3%A9", "%00"):
            self.bring(body, 404, token)
        self.mapper.connector = "spar_1"
        self.bring(body, 404)
        self.assertEqual(envelope.mapper_batch_ids.state, "waiting")

    def test_a_former_address_is_not_listened_to(self):
        envelope = self.asked_envelope()
        self.mapper.action_new_call_back_token()
        self.bring(self.answer_to(self.lines(envelope)), 404)

    def test_what_is_no_call_back_is_a_bad_request_and_changes_nothing(self):
        envelope = self.asked_envelope()
        batch = envelope.mapper_batch_ids
        before = (batch.state, batch.write_date)
        raw = [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"header":NaN}', b"1e999"]
        shaped = []
        for body in GARBAGE:
            if isinstance(body, dict) and isinstance(body.get("message"), dict):
                body = {**body, "message": {**body["message"]}}
                if isinstance(body["message"].get("transaction_id"), str):
                    body["message"]["transaction_id"] = batch.reference
            shaped.append(body)
        for body in [*raw, *shaped]:
            with self.subTest(body=str(body)[:80]):
                errors = self.bring(body, 400)["errors"]
                self.assertEqual(errors[0]["code"], "G2P-REQ-102")
        self.assertEqual((batch.state, batch.write_date), before)
        self.assertFalse(self.mapper.last_call_back_at)

    def test_large_messages_are_turned_away(self):
        with patch.object(controller, "MAX_BYTES", 1000):
            self.bring(b" " * 1001, 413)

    def test_other_methods_are_refused(self):
        with mute_logger("odoo.http"):
            response = self.url_open(f"/g2p_bridge/mapper/{self.token}/on-resolve")
        self.assertEqual(response.status_code, 405)

    def test_a_mapper_with_keys_has_to_sign(self):
        pem = jose.generate_private_key("ES256")
        self.mapper.public_keys = jose.public_pem(pem)
        envelope = self.asked_envelope()
        body = json.dumps(self.answer_to(self.lines(envelope))).encode()
        stranger = jose.generate_private_key("ES256")
        for signature in (
            None,
            "",
            "..",
            jose.sign_detached(stranger, "ES256", "k", body),
            jose.sign_detached(pem, "ES256", "k", body + b" "),
        ):
            headers = {} if signature is None else {"Signature": signature}
            with mute_logger(controller.__name__):
                answer = self.bring(body, 401, headers=headers)
            self.assertEqual(answer["message"]["error"]["code"], "rjct.signature.invalid")
        self.assertEqual(envelope.mapper_batch_ids.state, "waiting")
        signature = jose.sign_detached(pem, "ES256", "k", body)
        self.bring(body, headers={"Signature": signature})
        self.assertEqual(envelope.mapper_batch_ids.state, "done")

    def test_keys_that_prove_nothing_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "private key"):
            self.mapper.public_keys = jose.generate_private_key("ES256")

    def test_the_token_stands_in_no_log(self):
        path = f"/g2p_bridge/mapper/{self.token}/on-resolve"
        record = logging.makeLogRecord(
            {"name": "werkzeug", "msg": "%s - [%s] 100%%", "args": ("::1", f"POST {path} HTTP/1.1")}
        )
        self.assertTrue(logging.getLogger("werkzeug").filter(record))
        self.assertEqual(
            record.getMessage(), "::1 - [POST /g2p_bridge/mapper/***/on-resolve HTTP/1.1] 100%"
        )

    def test_only_administrators_make_a_new_address(self):
        for role in ("officer", "approver", "finance", "auditor"):
            user = new_test_user(self.env, f"back_{role}", groups=f"g2p_bridge_base.group_{role}")
            with mute_logger("odoo.addons.base.models.ir_model"), self.assertRaises(AccessError):
                self.mapper.with_user(user).action_new_call_back_token()
        with mute_logger("odoo.addons.base.models.ir_model"), self.assertRaises(AccessError):
            self.mapper.with_user(user).read(["call_back_token"])

    def test_the_address_of_this_server_is_checked(self):
        settings = self.env["res.config.settings"].create({"g2p_bridge_own_url": "bridge"})
        with self.assertRaisesRegex(UserError, "begins with https"):
            settings.execute()
