# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.exceptions import AccessError

from .access_common import GROUPS, AccessCase


class TestRights(AccessCase):
    """What was declared and sent is read by every group and changed by none."""

    def test_rows_over_rpc(self):
        lines = self.shipped()
        statement = self.process(self.entry("D", lines[0]), self.entry("D", "NOSUCH"))
        envelope = lines.envelope_id
        rows = [
            envelope,
            lines[0],
            envelope.bank_batch_ids,
            envelope.funds_step_ids[0],
            statement,
            statement.entry_ids[0],
            statement.total_ids,
        ]
        for row in rows:
            for name in GROUPS:
                with self.subTest(row._name, user=name):
                    self.assertEqual(self.rpc(name, row, "read", ["id"]), [{"id": row.id}])
                    self.assertForbidden(self.rpc, name, row, "write", {"envelope_id": 1})
                    self.assertForbidden(self.rpc, name, row, "unlink")
                    self.assertForbidden(self.rpc, name, row, "copy")
                    self.assertForbidden(self.rpc_model, name, row._name, "create", [{}])
            self.assertForbidden(self.rpc, "stranger", row, "read", ["id"])

    def test_no_group_writes_a_state(self):
        lines = self.shipped()
        statement = self.process(self.entry("D", lines[0]))
        envelope = lines.envelope_id
        states = [
            (envelope, {"state": "reconciled"}),
            (envelope, {"cancellation_status": "cancelled"}),
            (envelope, {"approved_by_id": self.env.uid}),
            (lines[0], {"state": "resolved"}),
            (envelope.bank_batch_ids, {"state": "pending"}),
            (envelope.funds_step_ids[0], {"state": "pending"}),
            (statement, {"state": "pending"}),
            (statement.entry_ids, {"outcome": "not_ours"}),
            (statement.total_ids, {"reconciled_count": 9}),
        ]
        for row, values in states:
            for name in self.users:
                with self.subTest(row._name, user=name):
                    self.assertForbidden(self.rpc, name, row, "write", values)

    def test_no_state_is_written_through_a_record_that_may_be_written(self):
        lines = self.shipped()
        envelope = lines.envelope_id
        command = [Command.update(envelope.id, {"state": "receiving"})]
        self.assertForbidden(self.rpc, "admin", self.program, "write", {"envelope_ids": command})
        new = [Command.create({"cycle_code_mnemonic": "FORGED"})]
        self.assertForbidden(self.rpc, "admin", self.program, "write", {"envelope_ids": new})


class TestCompanies(AccessCase):
    """What belongs to one company does not exist for the users of another."""

    def setUp(self):
        super().setUp()
        self.company = self.env["res.company"].create({"name": "Other Ministry"})
        for user in self.users.values():
            user.write({"company_ids": [Command.set(self.company.ids)], "company_id": self.company})
        self.lines = self.shipped()
        self.record = self.process(self.entry("D", self.lines[0]), self.entry("RD", self.lines[1]))
        self.env.invalidate_all()

    def rows(self, envelope=None, *amounts, **values):
        if envelope:
            return super().rows(envelope, *amounts, **values)
        envelope = self.lines.envelope_id
        return [
            self.program,
            self.bank,
            self.mapper,
            envelope,
            *self.lines,
            *envelope.bank_batch_ids,
            *envelope.funds_step_ids,
            self.record,
            *self.record.entry_ids,
            *self.record.total_ids,
        ]

    def test_rows_are_neither_found_nor_read(self):
        for row in self.rows():
            for name in GROUPS:
                with self.subTest(row._name, user=name):
                    found = self.rpc_model(name, row._name, "search", [("id", "=", row.id)])
                    self.assertEqual(found, [])
                    self.assertForbidden(self.rpc, name, row, "read", ["id"])

    def test_naming_the_company_in_the_context_does_not_help(self):
        context = {"allowed_company_ids": self.env.company.ids}
        for name in GROUPS:
            with self.subTest(user=name):
                self.assertForbidden(
                    self.rpc_model, name, "g2p.bridge.envelope", "search", [], context=context
                )

    def test_operations_of_another_company(self):
        context = {"allowed_company_ids": self.env.company.ids}
        values = self.envelope_values(cycle_code_mnemonic="FORGED")
        rows = self.rows(self.lines.envelope_id, "1")
        envelope_id = self.lines.envelope_id.disbursement_envelope_id
        calls = (
            ("create_disbursement_envelope", values),
            ("create_disbursements", rows),
            ("cancel_disbursement_envelope", {"disbursement_envelope_id": envelope_id}),
            ("get_disbursement_envelope_status", envelope_id),
            ("get_disbursement_status", self.lines.mapped("disbursement_id")),
        )
        for method, message in calls:
            with self.subTest(method):
                self.assertForbidden(
                    self.rpc_model,
                    "officer",
                    "g2p.bridge.service",
                    method,
                    message,
                    context=context,
                )

    def test_buttons_on_rows_of_another_company(self):
        envelope = self.lines.envelope_id
        for name, row, button in (
            ("approver", envelope, "action_approve"),
            ("officer", envelope, "action_start"),
            ("officer", envelope, "action_pause"),
            ("officer", envelope, "action_resume"),
            ("officer", envelope, "action_resolve_again"),
            ("officer", envelope.funds_step_ids[0], "action_try_again"),
            ("officer", envelope.bank_batch_ids, "action_try_again"),
            ("finance", self.record, "action_try_again"),
            ("admin", self.bank, "action_new_statement_token"),
            ("admin", self.bank, "action_test_connection"),
            ("admin", self.mapper, "action_test"),
        ):
            with self.subTest(row._name, button=button):
                self.assertForbidden(self.rpc, name, row, button)

    def test_shared_user_sees_both(self):
        user = self.users["officer"]
        both = self.env.company + self.company
        user.write({"company_ids": [Command.set(both.ids)]})
        found = self.rpc_model(
            "officer",
            "g2p.bridge.disbursement",
            "search_count",
            [],
            context={"allowed_company_ids": both.ids},
        )
        self.assertEqual(found, self.env["g2p.bridge.disbursement"].search_count([]))
        with self.assertRaises(AccessError):
            self.rpc("officer", self.lines, "write", {"state": "resolved"})
