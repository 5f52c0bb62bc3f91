# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import json
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ...models.call import api_call
from ..common import ROOT, ApiCase

ENVELOPE = "create_disbursement_envelope"


@tagged("-at_install", "post_install")
class TestApiCall(ApiCase):
    """Each call leaves a record that nobody changes."""

    def record(self, **values):
        found = self.records(**values)
        self.assertEqual(len(found), 1)
        return found

    def test_done(self):
        rows = self.rows(self.new_envelope())
        body = json.dumps(self.request("create_disbursements", rows, message_id="M-1")).encode()
        self.post("create_disbursements", body)
        record = self.record(message_id="M-1")
        self.assertEqual(record.partner_id, self.partner)
        self.assertEqual(record.company_id, self.company)
        self.assertEqual(record.operation, "create_disbursements")
        self.assertEqual((record.result, record.http_status, record.code), ("done", 200, False))
        self.assertEqual((record.items, record.body_size), (3, len(body)))
        self.assertEqual(record.body_digest, hashlib.sha256(body).hexdigest())
        self.assertEqual(record.address, "127.0.0.1")
        self.assertEqual(record.sender_id, "PBMS")
        self.assertFalse(record.body, "bodies are not kept unless somebody wants it")

    def test_rejected(self):
        self.rejected("INVALID_PROGRAM_MNEMONIC", ENVELOPE, {}, message_id="M-2")
        record = self.record(message_id="M-2")
        self.assertEqual((record.result, record.code), ("rejected", "INVALID_PROGRAM_MNEMONIC"))
        self.assertEqual(record.partner_id, self.partner)

    def test_failed(self):
        service = type(self.env["g2p.bridge.service"])
        with (
            patch.object(service, "create_disbursement_envelope", side_effect=KeyError("x")),
            self.assertLogs("odoo.addons.g2p_bridge_api.models.call.api_service", "ERROR"),
        ):
            self.post(ENVELOPE, self.request(ENVELOPE, self.envelope(), message_id="M-3"))
        record = self.record(message_id="M-3")
        self.assertEqual((record.result, record.http_status), ("failed", 500))
        self.assertEqual(record.partner_id, self.partner)

    def test_what_never_became_a_call(self):
        self.post(ENVELOPE, b"{")
        self.url_open(f"{ROOT}/nothing")
        self.url_open(f"{ROOT}/{ENVELOPE}")
        codes = self.env["g2p.bridge.api.call"].search([("partner_id", "=", False)])
        self.assertEqual(
            sorted(codes.mapped("code")), ["G2P-REQ-102", "G2P-REQ-404", "G2P-REQ-405"]
        )
        self.assertEqual(set(codes.mapped("result")), {"refused"})

    def test_strangers_do_not_fill_the_table(self):
        for number in range(12):
            self.call(ENVELOPE, self.envelope(), sender_id=f"STRANGER-{number}")
        record = self.record(code="rjct.jwt.invalid")
        self.assertEqual(record.calls, 12)
        self.assertGreaterEqual(record.last_at, record.called_at)
        self.assertFalse(record.partner_id)

    def test_strangers_from_everywhere_do_not_fill_the_table(self):
        incoming = "odoo.http.HTTPRequest.remote_addr"
        with patch.object(api_call, "STRANGERS", 5):
            for number in range(12):
                with patch(incoming, f"192.0.2.{number}", create=True):
                    self.call(ENVELOPE, self.envelope(), sender_id="STRANGER")
        records = self.records(code="rjct.jwt.invalid")
        self.assertEqual(len(records), 6)
        self.assertEqual(sum(records.mapped("calls")), 12)

    def test_nobody_changes_a_record(self):
        self.new_envelope()
        record = self.record(operation=ENVELOPE)
        with self.assertRaisesRegex(UserError, "can't be changed"):
            record.sudo().write({"code": "X"})
        with self.assertRaisesRegex(UserError, "can't be removed"):
            record.sudo().unlink()
        for group in ("officer", "admin", "auditor"):
            user = new_test_user(
                self.env,
                f"reader-{group}",
                f"g2p_bridge_base.group_{group}",
                company_id=self.company.id,
                company_ids=[self.company.id],
            )
            mine = record.with_user(user)
            self.assertEqual(mine.operation, ENVELOPE)
            for change in (
                lambda mine=mine: mine.write({"body": False}),
                mine.unlink,
                lambda mine=mine: mine.copy(),
            ):
                with self.assertRaises(UserError):
                    change()

    def test_other_companies_do_not_see_it(self):
        self.new_envelope()
        company = self.env["res.company"].create({"name": "Other Ministry"})
        user = new_test_user(
            self.env,
            "other-auditor",
            "g2p_bridge_base.group_auditor",
            company_id=company.id,
            company_ids=[company.id],
        )
        self.assertFalse(self.env["g2p.bridge.api.call"].with_user(user).search([]))

    def test_bodies_are_kept_as_long_as_configured(self):
        self.env["ir.config_parameter"].set_param("g2p_bridge_api.body_days", 30)
        body = json.dumps(self.request(ENVELOPE, self.envelope())).encode()
        self.post(ENVELOPE, body)
        record = self.record(operation=ENVELOPE)
        self.assertEqual(record.with_context(bin_size=False).body.decode(), _base64(body))
        days = record.body_until - record.called_at
        self.assertAlmostEqual(days, timedelta(days=30), delta=timedelta(seconds=5))
        calls = self.env["g2p.bridge.api.call"]
        self.assertEqual(calls._gc_bodies(), (0, False))
        self.assertTrue(record.body)
        record.sudo().write({"body_until": fields.Datetime.now()})
        self.assertEqual(calls._gc_bodies(), (1, False))
        self.assertFalse(record.body or record.body_until)
        self.assertFalse(
            self.env["ir.attachment"].search(
                [("res_model", "=", calls._name), ("res_field", "=", "body")]
            )
        )
        self.assertEqual(record.body_digest, hashlib.sha256(body).hexdigest())

    def test_bodies_are_for_administrators(self):
        """Accounts stand in them in full, which auditors see nowhere."""
        self.env["ir.config_parameter"].set_param("g2p_bridge_api.body_days", 30)
        self.new_envelope()
        record = self.record(operation=ENVELOPE)
        for group, allowed in (("officer", False), ("admin", True), ("auditor", False)):
            user = new_test_user(
                self.env,
                f"body-{group}",
                f"g2p_bridge_base.group_{group}",
                company_id=self.company.id,
                company_ids=[self.company.id],
            )
            mine = record.with_user(user)
            if allowed:
                self.assertTrue(mine.body)
                continue
            with self.assertRaises(AccessError):
                mine.read(["body"])
            attachments = self.env["ir.attachment"].with_user(user)
            of_body = [("res_model", "=", record._name), ("res_field", "=", "body")]
            self.assertFalse(attachments.search(of_body))
            kept = self.env["ir.attachment"].sudo().search(of_body)
            with self.assertRaises(AccessError):
                kept.with_user(user).read(["raw"])
            self.authenticate(user.login, user.login)
            address = f"/web/content/{record._name}/{record.id}/body"
            self.assertNotEqual(self.url_open(address).status_code, 200)

    def test_no_word_of_a_body_is_searched_for(self):
        self.env["ir.config_parameter"].set_param("g2p_bridge_api.body_days", 30)
        self.new_envelope(cycle_code_mnemonic="A-WORD-OF-IT")
        kept = self.env["ir.attachment"].search(
            [("res_model", "=", "g2p.bridge.api.call"), ("res_field", "=", "body")]
        )
        self.assertIn(b"A-WORD-OF-IT", kept.raw)
        self.assertFalse(kept.index_content)

    def test_nothing_personal_is_logged(self):
        secret = "SECRET-PERSON"
        rows = self.rows(self.new_envelope(), 10, 20, beneficiary_name=secret)
        rows[1].update(beneficiary_id="", narrative=secret)
        with self.assertLogs(level="DEBUG") as log:
            self.rejected("INVALID_DISBURSEMENT_PAYLOAD", "create_disbursements", rows)
            self.malformed(
                "create_disbursements",
                self.request("create_disbursements", [{"beneficiary_name": [secret]}]),
                "beneficiary_name",
            )
        self.assertNotIn(secret, "\n".join(log.output))


def _base64(content):
    from base64 import b64encode

    return b64encode(content).decode()
