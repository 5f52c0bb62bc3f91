# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What was seen is what is approved, and what is approved is what is paid."""

import json

from odoo.exceptions import UserError

from .envelope_common import EnvelopeCase


class RevisionCase(EnvelopeCase):
    def seen(self, envelope, name="approver"):
        return self.rpc(name, envelope, "content_revisions")

    def replace_last(self, envelope):
        """Another person gets what the last one would have got: all totals stay."""
        line = envelope.disbursement_ids.sorted("id")[-1]
        self.service.cancel_disbursements([{"disbursement_id": line.disbursement_id}])
        amount = str(line.disbursement_amount)
        rows = self.rows(envelope, amount, start=9, beneficiary_id="EVIL")
        self.service.create_disbursements(rows)
        self.env.invalidate_all()
        self.assertEqual(envelope.state, "to_approve")

    def approve_seen(self, envelopes, seen):
        return self.rpc("approver", envelopes, "action_approve", None, seen)


class TestWhatWasSeen(RevisionCase):
    """An approval names what its approver has seen."""

    def test_payments_that_were_exchanged_are_not_approved(self):
        envelope = self.to_approve()
        seen = self.seen(envelope)
        self.replace_last(envelope)
        told = "came: 1; payments that were cancelled: 1"
        with self.assertRaisesRegex(UserError, told), self.env.cr.savepoint():
            self.approve_seen(envelope, seen)
        self.assertEqual(envelope.state, "to_approve")
        self.assertFalse(envelope.approved_by_id)
        self.approve_seen(envelope, self.seen(envelope))
        self.assertEqual(envelope.approved_by_id, self.users["approver"])

    def test_the_window_that_stands_open_approves_nothing_else(self):
        envelope = self.to_approve()
        action = self.rpc("approver", envelope, "action_open_approve")
        model, fields = action["res_model"], ["kind", "envelope_ids", "revisions"]
        given = self.rpc_model("approver", model, "default_get", fields, context=action["context"])
        wizard = self.env[model].browse(self.rpc_model("approver", model, "create", given))
        self.replace_last(envelope)
        with self.assertRaisesRegex(UserError, "not what you saw"), self.env.cr.savepoint():
            self.rpc("approver", wizard, "action_confirm")
        self.assertFalse(envelope.approved_by_id)

    def test_the_window_approves_what_the_preview_has_shown(self):
        envelope = self.to_approve()
        preview = self.rpc("approver", envelope, "preview_release")
        self.assertTrue(preview["can_review"])
        shown = {str(envelope.id): preview["revision"]}
        self.assertEqual(shown, self.seen(envelope))
        self.replace_last(envelope)
        action = self.rpc("approver", envelope, "action_open_approve", shown)
        with self.assertRaisesRegex(UserError, "not what you saw"), self.env.cr.savepoint():
            self.confirm("approver", action)
        self.assertFalse(envelope.approved_by_id)

    def test_no_approval_without_having_seen_it(self):
        envelope = self.to_approve()
        other = self.to_approve(cycle_code_mnemonic="2026-12")
        text = self.seen(envelope)[str(envelope.id)]
        facts = json.loads(text)
        for seen in (
            None,
            {},
            {str(envelope.id): ""},
            {str(envelope.id): facts},
            {str(envelope.id): "null"},
            {str(envelope.id): json.dumps({**facts, "last": "x"})},
            {str(envelope.id): json.dumps({**facts, "amount": "NaN"})},
            {str(envelope.id): json.dumps({"digest": facts["digest"]})},
            self.seen(other),
            text,
        ):
            with self.subTest(seen), self.assertRaises(UserError), self.env.cr.savepoint():
                self.approve_seen(envelope, seen)
        values = {"kind": "approve", "envelope_ids": [(6, 0, envelope.ids)]}
        model = "g2p.bridge.envelope.review"
        wizard = self.env[model].browse(self.rpc_model("approver", model, "create", values))
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.rpc("approver", wizard, "action_confirm")
        self.assertFalse(envelope.approved_by_id)

    def test_of_several_none_is_approved_if_one_has_moved(self):
        envelopes = self.to_approve() | self.to_approve(cycle_code_mnemonic="2026-12")
        seen = self.seen(envelopes)
        self.replace_last(envelopes[1])
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.approve_seen(envelopes, seen)
        self.assertFalse(envelopes.approved_by_id)

    def test_what_has_changed_is_said(self):
        envelope = self.to_approve()
        seen = self.seen(envelope)
        self.amend(envelope, number_of_beneficiaries=2)
        with self.assertRaisesRegex(UserError, "beneficiaries was 3, now 2.*schedule date is now"):
            self.approve_seen(envelope, seen)

    def test_every_part_of_a_payment_counts(self):
        envelope = self.to_approve()
        before = self.seen(envelope)
        line = envelope.disbursement_ids[0]
        self.env.cr.execute("ALTER TABLE g2p_bridge_disbursement DISABLE TRIGGER USER")
        for column in (
            "beneficiary_id",
            "beneficiary_name",
            "narrative",
            "account_number",
            "bank_code",
            "phone",
        ):
            with self.subTest(column), self.env.cr.savepoint() as savepoint:
                self.env.cr.execute(
                    f"UPDATE g2p_bridge_disbursement SET {column} = 'OTHER' WHERE id = %s",
                    [line.id],
                )
                self.assertNotEqual(self.seen(envelope), before)
                savepoint.rollback()
        self.assertEqual(self.seen(envelope), before)

    def test_no_account_is_guessed_from_it(self):
        envelope = self.to_approve()
        self.assertNotIn("CASH-ACCOUNT", str(self.seen(envelope)))

    def test_it_is_kept_with_the_approval(self):
        envelope = self.to_approve()
        seen = self.seen(envelope)
        self.approve_seen(envelope, seen)
        self.assertEqual(envelope.approved_revision, seen[str(envelope.id)])
        audit = self.env["g2p.bridge.audit"].search(
            [("action", "=", "approve"), ("res_id", "=", envelope.id)], limit=1
        )
        self.assertEqual(audit.new_value, seen[str(envelope.id)])


class TestWhatIsPaid(RevisionCase):
    """What is paid is what was approved, or nothing is."""

    def approved(self, **values):
        envelope = self.to_approve(**values)
        self.approve("approver", envelope)
        return envelope

    def tamper(self, envelope, sql):
        """As somebody with the database could, past the bridge and its triggers."""
        self.env.cr.execute("ALTER TABLE g2p_bridge_disbursement DISABLE TRIGGER USER")
        self.env.cr.execute(sql, [envelope.id])
        self.env.cr.execute("ALTER TABLE g2p_bridge_disbursement ENABLE TRIGGER USER")
        self.env.invalidate_all()

    def assertBack(self, envelope):
        self.env.invalidate_all()
        self.assertEqual(envelope.state, "to_approve")
        self.assertFalse(envelope.approved_by_id)
        self.assertIn("approval is taken back", str(envelope.activity_ids.mapped("summary")))
        audit = self.env["g2p.bridge.audit"].search(
            [("model", "=", envelope._name), ("res_id", "=", envelope.id)], limit=1
        )
        self.assertEqual(audit.action, "take_back")

    def test_no_bank_is_asked_for_what_was_not_approved(self):
        envelope = self.approved(disbursement_schedule_date=self.today())
        self.tamper(
            envelope,
            "UPDATE g2p_bridge_disbursement SET beneficiary_id = 'EVIL' WHERE envelope_id = %s"
            " AND beneficiary_id = 'ID1'",
        )
        self.run_jobs()
        self.assertFalse(self.bank_script.calls)
        self.assertBack(envelope)
        self.approve("approver", envelope)
        self.run_jobs()
        self.assertEqual(envelope.state, "shipped")

    def test_nothing_leaves_that_was_not_approved(self):
        envelope = self.approved(disbursement_schedule_date=self.today())
        step = envelope._funds_step("check")
        step._job_step()
        envelope._funds_step("block")._job_step()
        self.tamper(
            envelope,
            "UPDATE g2p_bridge_bank_batch SET line_amount = line_amount + 1 WHERE envelope_id = %s",
        )
        self.run_jobs()
        self.assertFalse(self.bank_script.payments)
        self.env.invalidate_all()
        self.assertFalse(envelope.approved_by_id)
        self.assertEqual(envelope.state, "to_approve")

    def test_an_approval_without_what_was_seen_counts_for_nothing(self):
        envelope = self.to_approve(disbursement_schedule_date=self.today())
        envelope.sudo().write({"approved_by_id": self.users["approver"].id})
        envelope._go_on()
        self.run_jobs()
        self.assertFalse(self.bank_script.calls)
        self.assertBack(envelope)

    def test_addresses_that_are_found_after_the_approval_are_no_other_content(self):
        self.program.write({"id_mapper_resolution_required": True, "mapper_id": self.mapper.id})
        self.mapper.environment = "disabled"
        envelope = self.approved(disbursement_schedule_date=self.today())
        self.assertEqual(set(envelope.disbursement_ids.mapped("state")), {"received"})
        self.mapper.environment = "test"
        envelope._go_on()
        self.run_jobs()
        self.assertEqual(envelope.state, "shipped")
        self.assertEqual(envelope.number_of_disbursements_shipped, 3)

    def test_addresses_that_were_found_since_it_was_seen_have_to_be_looked_at(self):
        self.program.write({"id_mapper_resolution_required": True, "mapper_id": self.mapper.id})
        envelope = self.to_approve()
        seen = self.seen(envelope)
        self.run_jobs()
        with self.assertRaisesRegex(UserError, "found meanwhile: 3"), self.env.cr.savepoint():
            self.approve_seen(envelope, seen)
        self.approve("approver", envelope)
