# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A client may send any context: nothing that is trusted may come from there."""

import base64
import hashlib

from odoo.exceptions import AccessError

from ..envelope.envelope_common import EnvelopeCase


class TestDefaultsFromTheClient(EnvelopeCase):
    """``default_…`` in the context of a call fills in no field that a person may not write."""

    def test_envelope_is_not_born_approved(self):
        self.program.write({"own_policies": True, "approval": "other"})
        approver = self.users["approver"]
        forged = {
            "default_approved_by_id": approver.id,
            "default_approved_at": "2026-01-01 00:00:00",
            "default_started_by_id": approver.id,
            "default_state": "scheduled",
            "default_paused": True,
            "default_needs_attention": True,
        }
        reply = self.rpc_model(
            "officer",
            "g2p.bridge.service",
            "create_disbursement_envelope",
            self.envelope_values(),
            context=forged,
        )
        envelope = self.find_envelope(reply["disbursement_envelope_id"])
        self.assertFalse(envelope.approved_by_id)
        self.assertFalse(envelope.approved_at)
        self.assertFalse(envelope.started_by_id)
        self.assertFalse(envelope.paused)
        self.assertFalse(envelope.needs_attention)
        self.assertEqual(envelope.state, "receiving")
        rows = self.rows(envelope, "10.00", "20.00", "30.75")
        self.rpc_model(
            "officer", "g2p.bridge.service", "create_disbursements", rows, context=forged
        )
        self.run_jobs()
        self.assertEqual(envelope.state, "to_approve")
        self.assertFalse(self.bank_script.calls)

    def test_steps_are_not_born_done(self):
        forged = {
            "default_attempts": 9,
            "default_amount": 1,
            "default_bank_reference": "FORGED",
            "default_reference": "FORGED",
            "default_begun_at": "2026-01-01 00:00:00",
        }
        reply = self.rpc_model(
            "officer",
            "g2p.bridge.service",
            "create_disbursement_envelope",
            self.envelope_values(),
            context={**forged, "default_state": "done"},
        )
        envelope = self.find_envelope(reply["disbursement_envelope_id"])
        self.rpc_model(
            "officer",
            "g2p.bridge.service",
            "create_disbursements",
            self.rows(envelope, "10.00", "20.00", "30.75"),
            context={**forged, "default_state": "done"},
        )
        for step in (*envelope.funds_step_ids, *envelope.bank_batch_ids):
            with self.subTest(step._name):
                self.assertEqual(step.state, "pending")
                self.assertFalse(step.attempts)
                self.assertFalse(step.begun_at)
                self.assertNotEqual(step.reference, "FORGED")
        self.run_jobs()
        self.assertEqual(envelope.state, "shipped")

    def test_import_is_not_born_imported(self):
        envelope = self.later()
        values = {
            "envelope_id": envelope.id,
            "file": base64.b64encode(b"x"),
            "file_name": "a.csv",
        }
        forged = {
            "default_state": "done",
            "default_imported_count": 3,
            "default_message": "Imported",
            "default_file_sha256": "0" * 64,
            "default_run": 7,
            "default_started_by_id": self.users["approver"].id,
        }
        found = self.rpc_model("officer", "g2p.bridge.import", "create", values, context=forged)
        record = self.env["g2p.bridge.import"].browse(found)
        self.assertEqual(record.state, "draft")
        self.assertFalse(record.imported_count or record.message)
        self.assertEqual(record.file_sha256, hashlib.sha256(b"x").hexdigest())
        self.assertFalse(record.run or record.started_by_id)

    def test_signing_key_is_not_born_signing(self):
        forged = {"default_state": "current", "default_kid": "K", "default_public_key": "P"}
        try:
            found = self.rpc_model(
                "admin", "g2p.bridge.signing.key", "create", {"name": "Mine"}, context=forged
            )
        except AccessError:
            return
        key = self.env["g2p.bridge.signing.key"].browse(found)
        self.assertEqual((key.state, key.kid, key.public_key), ("draft", False, False))

    def test_defaults_that_users_keep_for_themselves(self):
        """Everybody may have defaults of one's own; none of them approves an envelope."""
        self.program.write({"own_policies": True, "approval": "other"})
        for name, value in (
            ("approved_by_id", self.users["approver"].id),
            ("started_by_id", self.users["approver"].id),
            ("paused", True),
            ("rejection_reason", "Forged"),
        ):
            self.rpc_model("officer", "ir.default", "set", "g2p.bridge.envelope", name, value, True)
        self.rpc_model("officer", "ir.default", "set", "g2p.bridge.funds.step", "attempts", 2, True)
        reply = self.rpc_model(
            "officer",
            "g2p.bridge.service",
            "create_disbursement_envelope",
            self.envelope_values(),
        )
        envelope = self.find_envelope(reply["disbursement_envelope_id"])
        self.assertFalse(envelope.approved_by_id or envelope.started_by_id or envelope.paused)
        self.assertFalse(envelope.rejection_reason)
        self.assertEqual(envelope.funds_step_ids.mapped("attempts"), [0, 0])
        rows = self.rows(envelope, "10.00", "20.00", "30.75")
        self.rpc_model("officer", "g2p.bridge.service", "create_disbursements", rows)
        self.run_jobs()
        self.assertEqual(envelope.state, "to_approve")
        self.assertFalse(self.bank_script.calls)
