# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ...exceptions import BridgeError
from .access_common import GROUPS, AccessCase


class TestOperationsByGroup(AccessCase):
    """The operations check their group themselves: there is no way round by RPC."""

    def call(self, name, method, *args):
        return self.rpc_model(name, "g2p.bridge.service", method, *args)

    def test_officers_declare_envelopes(self):
        self.assertOnly(
            ("officer",),
            lambda name: self.call(name, "create_disbursement_envelope", self.envelope_values()),
        )

    def test_officers_send_disbursements(self):
        rows = self.rows(self.create_envelope(), "10.00")
        self.assertOnly(("officer",), lambda name: self.call(name, "create_disbursements", rows))

    def test_officers_amend_and_cancel(self):
        envelope = self.later_filled()
        values = {
            "disbursement_envelope_id": envelope.disbursement_envelope_id,
            "number_of_beneficiaries": 3,
            "number_of_disbursements": 3,
            "total_disbursement_amount": "60.75",
            "disbursement_schedule_date": self.today(8),
        }
        ids = [{"disbursement_id": envelope.disbursement_ids[0].disbursement_id}]
        for method, message in (
            ("amend_disbursement_envelope", values),
            ("cancel_disbursements", ids),
            ("cancel_disbursement_envelope", values),
        ):
            with self.subTest(method):
                self.assertOnly(
                    ("officer",),
                    lambda name, method=method, message=message: self.call(name, method, message),
                )

    def test_all_groups_ask_for_the_status(self):
        lines = self.later_filled().disbursement_ids
        envelope_id = lines.envelope_id.disbursement_envelope_id
        self.assertOnly(
            GROUPS, lambda name: self.call(name, "get_disbursement_envelope_status", envelope_id)
        )
        ids = lines.mapped("disbursement_id")
        self.assertOnly(GROUPS, lambda name: self.call(name, "get_disbursement_status", ids))

    def test_who_makes_or_approves_payments_hands_in_no_statements(self):
        for name in ("officer", "approver", "auditor", "stranger"):
            with self.subTest(name):
                self.assertForbidden(self.call, name, "upload_mt940", b"0", "test.sta")
        self.format_script.files.append([self.statement()])
        statement = self.call("finance", "upload_mt940", b"0", "test.sta")
        self.assertTrue(statement)

    def test_what_the_officer_did_bears_the_officer_s_name(self):
        reply = self.call("officer", "create_disbursement_envelope", self.envelope_values())
        envelope = self.find_envelope(reply["disbursement_envelope_id"])
        self.assertEqual(envelope.create_uid, self.users["officer"])


class TestWindows(AccessCase):
    """The windows are the operations: the same rules, the same refusals."""

    def window(self, name, model, values, button, **context):
        window = self.rpc_model(name, model, "create", values, context=context)
        return self.rpc(name, self.env[model].browse(window), button)

    def test_officer_declares_an_envelope(self):
        self.window(
            "officer",
            "g2p.bridge.envelope.create",
            {
                "program_id": self.program.id,
                "disbursement_frequency": "weekly",
                "cycle_code_mnemonic": "SCREEN",
                "number_of_beneficiaries": 1,
                "number_of_disbursements": 1,
                "total_disbursement_amount": " 7845526026662.08 ",
                "disbursement_schedule_date": self.today(),
            },
            "action_create",
        )
        envelope = self.env["g2p.bridge.envelope"].search([("cycle_code_mnemonic", "=", "SCREEN")])
        self.assertEqual(self.total_of(envelope), "7845526026662.08")
        self.assertEqual(envelope.create_uid, self.users["officer"])

    def test_officer_amends_an_envelope(self):
        envelope = self.later()
        model = "g2p.bridge.envelope.amend"
        values = {"total_disbursement_amount": "70.00"}
        context = {"active_id": envelope.id}
        self.window("officer", model, values, "action_amend", **context)
        self.assertEqual(self.total_of(envelope), "70.00")
        values = {"total_disbursement_amount": "seventy"}
        with self.assertRaises(BridgeError) as refusal:
            self.window("officer", model, values, "action_amend", **context)
        self.assertEqual(refusal.exception.code, "INVALID_TOTAL_DISBURSEMENT_AMOUNT")
