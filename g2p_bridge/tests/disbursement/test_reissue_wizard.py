# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError

from odoo.addons.g2p_bridge_bank_connector.lib.values import Acknowledgement

from ..statement.entry_common import EntryCase


class TestReissueWindow(EntryCase):
    """Payments that were not made, or came back, are made anew by a person."""

    def returned(self, *amounts, **values):
        """Disbursements that were debited and came back."""
        lines = self.shipped(*amounts, **values)
        known = self.env["g2p.bridge.statement"].search_count([])
        entries = [self.entry(mark, line) for line in lines for mark in ("D", "RD")]
        self.process(*entries, statement_number=str(known + 1))
        self.assertEqual(set(lines.mapped("state")), {"reversed"})
        return lines

    def window(self, lines, name="finance", **values):
        action = self.rpc(name, lines, "action_reissue")
        wizard = self.rpc_model(
            name,
            action["res_model"],
            "create",
            {"reason": "New accounts", **values},
            context=action["context"],
        )
        return self.env[action["res_model"]].browse(wizard)

    def reissue(self, lines, name="finance", **values):
        wizard = self.window(lines, name, **values)
        action = self.rpc(name, wizard, "action_reissue")
        return self.env[action["res_model"]].browse(action["res_id"])

    def test_an_envelope_with_exact_totals(self):
        lines = self.returned("10.10", "20.20", "30.30")
        envelope = self.reissue(lines)
        self.assertEqual(self.total_of(envelope), "60.60")
        self.assertEqual(envelope.number_of_disbursements, 3)
        self.assertEqual(envelope.number_of_beneficiaries, 3)
        self.assertTrue(envelope._is_complete())
        self.assertEqual(envelope.disbursement_ids.reissue_of_id, lines)
        for new in envelope.disbursement_ids:
            old = new.reissue_of_id
            self.assertEqual(new.beneficiary_id, old.beneficiary_id)
            self.assertEqual(new.disbursement_amount, old.disbursement_amount)
            self.assertEqual(new.mis_reference_number, old.disbursement_id)
            self.assertEqual(old.reissue_ids, new)

    def test_it_is_paid(self):
        envelope = self.reissue(self.returned("10.00"))
        self.run_jobs()
        # It was paid once: somebody else releases it, whatever the policy.
        self.assertEqual(envelope.state, "to_approve")
        self.approve("approver", envelope)
        self.run_jobs()
        self.assertEqual(envelope.state, "shipped")
        self.assertEqual(envelope.disbursement_ids.state, "shipped")

    def test_the_proposal(self):
        lines = self.returned("10.00", "20.00", cycle_code_mnemonic="2026-11")
        wizard = self.window(lines[0])
        self.assertEqual(wizard.cycle_code_mnemonic, "2026-11-R1")
        self.assertEqual(wizard.total_disbursement_amount, "10.00")
        self.assertEqual(wizard.disbursement_schedule_date.isoformat(), self.today())
        self.reissue(lines[0])
        self.assertEqual(self.window(lines[1]).cycle_code_mnemonic, "2026-11-R2")

    def test_the_proposal_gives_notice(self):
        lines = self.returned("10.00")
        self.program.write({"own_policies": True, "disbursement_sla_days": 3})
        wizard = self.window(lines)
        self.assertEqual(wizard.disbursement_schedule_date.isoformat(), self.today(3))

    def test_of_several_envelopes(self):
        first = self.returned("10.00", cycle_code_mnemonic="A")
        second = self.returned("20.00", cycle_code_mnemonic="B")
        envelope = self.reissue(first | second)
        self.assertEqual(envelope.number_of_disbursements, 2)
        for former in (first.envelope_id, second.envelope_id):
            self.assertIn(envelope.disbursement_envelope_id, self.history(former))
            self.assertIn(former.disbursement_envelope_id, self.history(envelope))
        self.assertIn("New accounts", self.history(envelope))
        self.assertIn("New accounts", self.history(first.envelope_id))

    def test_a_rejected_one(self):
        envelope = self.filled_envelope("10.00", "20.00")
        bad = envelope.disbursement_ids[0]
        self.bank_script.script["initiate_payment"] = [
            Acknowledgement({bad.disbursement_id: "ACCOUNT_CLOSED"})
        ]
        self.run_jobs()
        self.assertTrue(bad.can_reissue)
        self.reissue(bad)
        self.assertFalse(bad.can_reissue)

    def test_one_that_was_left_out(self):
        self.program.write({"id_mapper_resolution_required": True, "mapper_id": self.mapper.id})
        self.mapper_script.unknown = {"ID1"}
        envelope = self.filled_envelope("10.00", "20.00")
        line = envelope.disbursement_ids[0]
        self.run_jobs()
        self.assertEqual((line.state, line.bank_batch_id.state), ("unresolved", "done"))
        batch = line.mapper_batch_id
        self.assertEqual(batch.undecided_count, 1)
        self.mapper_script.unknown = set()
        again = self.reissue(line, "officer")
        self.assertEqual((batch.unresolved_count, batch.undecided_count), (1, 0))
        self.run_jobs()
        self.assertEqual(again.disbursement_ids.state, "shipped")

    def assertReissueRefused(self, words, lines):
        with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
            self.window(lines)

    def test_what_is_paid_or_may_be(self):
        self.assertReissueRefused("is shipped", self.shipped("10.00"))
        waiting = self.later_filled("10.00", cycle_code_mnemonic="LATER").disbursement_ids
        self.assertReissueRefused("is resolved", waiting)

    def test_nobody_twice(self):
        lines = self.returned("10.00", "20.00")
        new = self.reissue(lines[0]).disbursement_ids
        self.assertReissueRefused(f"reissued already, as {new.disbursement_id}", lines)

    def test_a_window_that_was_open_too_long(self):
        line = self.returned("10.00")
        first, second = self.window(line), self.window(line, cycle_code_mnemonic="OTHER")
        self.rpc("finance", first, "action_reissue")
        with self.assertRaisesRegex(UserError, "reissued already"), self.env.cr.savepoint():
            self.rpc("finance", second, "action_reissue")
        self.assertEqual(len(line.reissue_ids), 1)

    def test_two_programs(self):
        first = self.returned("10.00")
        self.make_program("OTHER", sponsor_bank_account_number="CASH-ACCOUNT")
        second = self.returned("20.00", benefit_program_mnemonic="OTHER")
        self.assertReissueRefused("one benefit program", first | second)

    def test_a_cycle_that_is_taken(self):
        line = self.returned("10.00", cycle_code_mnemonic="A")
        with self.assertRaisesRegex(UserError, "A has a live envelope"):
            self.reissue(line, cycle_code_mnemonic="A")

    def test_the_new_envelope_needs_its_approval(self):
        line = self.returned("10.00")
        self.program.write({"own_policies": True, "approval": "other"})
        envelope = self.reissue(line, "officer")
        self.assertEqual(envelope.state, "to_approve")
        self.assertIn(self.users["officer"], envelope.maker_ids)

    def test_only_officers_and_finance(self):
        line = self.returned("10.00")
        self.assertOnly(("officer", "finance"), lambda name: self.reissue(line, name))

    def test_only_with_a_reason(self):
        line = self.returned("10.00")
        with self.assertRaisesRegex(UserError, "reason"):
            self.reissue(line, reason=" ")
