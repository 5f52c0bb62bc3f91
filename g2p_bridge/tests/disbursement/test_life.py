# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo.exceptions import UserError

from odoo.addons.g2p_bridge_base.lib.errors import Unavailable

from ..common import BridgeCase


class TestLife(BridgeCase):
    """An envelope from its declaration to the bank, with nobody touching it."""

    def test_complete_envelope_is_shipped_by_itself(self):
        envelope = self.filled_envelope()
        self.run_jobs()
        self.assertEqual(envelope.state, "shipped")
        self.assertEqual(envelope.number_of_disbursements_shipped, 3)
        self.assertEqual(set(envelope.disbursement_ids.mapped("state")), {"shipped"})
        operations = [call[0] for call in self.bank_script.calls]
        self.assertEqual(operations, ["check_funds", "block_funds", "initiate_payment"])
        (payments,) = self.bank_script.payments.values()
        self.assertEqual(sum(p.payment_amount for p in payments), Decimal("60.75"))
        self.assertEqual({p.funds_blocked_reference_number for p in payments}, {"HOLD1"})

    def test_mapper_finds_addresses_and_leaves_the_unknown_out(self):
        self.program.write({"id_mapper_resolution_required": True, "mapper_id": self.mapper.id})
        self.mapper_script.unknown = {"ID2"}
        self.bank_script.script = {"release_funds": [Decimal("20.00")]}
        envelope = self.filled_envelope()
        self.run_jobs()
        self.assertEqual(
            envelope.disbursement_ids.mapped("state"), ["shipped", "unresolved", "shipped"]
        )
        self.assertEqual(envelope.disbursement_ids[1].reason_code, "NOT_LINKED")
        self.assertEqual(envelope.disbursement_ids[0].account_number, "ACCID1")
        self.assertEqual(envelope.amount_released, 20.00)

    def test_mapper_that_answers_in_part_is_asked_again(self):
        self.program.write({"id_mapper_resolution_required": True, "mapper_id": self.mapper.id})
        self.mapper_script.silent = {"ID2"}
        envelope = self.filled_envelope()
        self.run_jobs()
        batch = envelope.mapper_batch_ids
        self.assertEqual((batch.state, batch.latest_error_code), ("pending", "INCOMPLETE_ANSWER"))
        self.mapper_script.silent = set()
        batch.next_attempt_at = False
        batch._step_enqueue()
        self.run_jobs()
        self.assertEqual(envelope.number_of_disbursements_shipped, 3)

    def test_unresolved_beneficiaries_hold_the_envelope_until_they_are_resolved(self):
        self.program.write(
            {
                "id_mapper_resolution_required": True,
                "mapper_id": self.mapper.id,
                "own_policies": True,
                "unresolved": "hold",
            }
        )
        self.mapper_script.unknown = {"ID2"}
        envelope = self.filled_envelope()
        self.run_jobs()
        self.assertEqual(envelope.state, "shipping")
        self.assertEqual(envelope.number_of_disbursements_shipped, 0)
        self.mapper_script.unknown = set()
        envelope.action_resolve_again()
        self.run_jobs()
        self.assertEqual(envelope.number_of_disbursements_shipped, 3)
        self.assertEqual(envelope.number_of_disbursements_unresolved, 0)
        self.assertEqual(envelope.number_of_disbursements_received, 3)

    def test_nobody_is_added_after_the_hold_was_released(self):
        self.program.write({"id_mapper_resolution_required": True, "mapper_id": self.mapper.id})
        self.mapper_script.unknown = {"ID2"}
        self.bank_script.script = {"release_funds": [Unavailable("DOWN")] * 9}
        envelope = self.filled_envelope()
        self.run_jobs()
        with self.assertRaisesRegex(UserError, "released"):
            envelope.action_resolve_again()

    def test_same_beneficiary_twice_is_paid_twice(self):
        self.program.write({"id_mapper_resolution_required": True, "mapper_id": self.mapper.id})
        envelope = self.create_envelope(
            number_of_beneficiaries=1, number_of_disbursements=2, total_disbursement_amount="20.8"
        )
        rows = self.rows(envelope, "10.40", "10.40")
        rows[1]["beneficiary_id"] = rows[0]["beneficiary_id"]
        self.service.create_disbursements(rows)
        self.run_jobs()
        self.assertEqual(envelope.number_of_disbursements_shipped, 2)
        self.assertEqual(envelope.amount_shipped, 20.80)

    def test_nothing_moves_before_the_schedule_date(self):
        envelope = self.filled_envelope(disbursement_schedule_date=self.today(3))
        self.run_jobs()
        self.assertEqual(envelope.state, "scheduled")
        self.assertFalse(self.bank_script.calls)

    def test_future_dated_envelope_is_paid_where_policy_says_so(self):
        self.env["ir.config_parameter"].set_param("g2p_bridge.process_future_dated", "True")
        envelope = self.filled_envelope(disbursement_schedule_date=self.today(3))
        self.run_jobs()
        self.assertEqual(envelope.state, "shipped")

    def test_nothing_moves_before_the_last_disbursement(self):
        envelope = self.create_envelope()
        self.service.create_disbursements(self.rows(envelope, "10.00", "20.00"))
        self.run_jobs()
        self.assertEqual(envelope.state, "receiving")
        self.service.create_disbursements(self.rows(envelope, "30.75", start=3))
        self.run_jobs()
        self.assertEqual(envelope.state, "shipped")

    def test_paused_envelope_goes_on_when_it_is_resumed(self):
        envelope = self.create_envelope()
        envelope._pause("The list is checked again")
        self.service.create_disbursements(self.rows(envelope, "10.00", "20.00", "30.75"))
        self.run_jobs()
        self.assertFalse(self.bank_script.calls)
        envelope._resume("The list is right")
        self.run_jobs()
        self.assertEqual(envelope.state, "shipped")

    def test_manual_program_waits_for_an_officer(self):
        self.program.write({"own_policies": True, "start": "manual"})
        envelope = self.filled_envelope()
        self.run_jobs()
        self.assertEqual(envelope.state, "scheduled")
        envelope.action_start()
        self.run_jobs()
        self.assertEqual(envelope.state, "shipped")

    def test_approval_comes_before_any_money(self):
        self.program.write({"own_policies": True, "approval": "any"})
        envelope = self.filled_envelope()
        self.run_jobs()
        self.assertEqual(envelope.state, "to_approve")
        self.assertFalse(self.bank_script.calls)
        envelope.action_approve()
        self.run_jobs()
        self.assertEqual(envelope.state, "shipped")

    def test_disabled_bank_gets_nothing(self):
        self.bank.environment = "disabled"
        envelope = self.filled_envelope()
        self.run_jobs()
        self.assertEqual((envelope.state, self.bank_script.calls), ("scheduled", []))

    def test_batches_are_filled_before_new_ones_are_made(self):
        self.program.write({"own_policies": True, "bank_batch_size": 2})
        envelope = self.create_envelope(
            number_of_disbursements=5, total_disbursement_amount="5", number_of_beneficiaries=5
        )
        for number in range(1, 6):
            self.service.create_disbursements(self.rows(envelope, "1", start=number))
        self.assertEqual(envelope.bank_batch_ids.mapped("line_count"), [2, 2, 1])
        self.run_jobs()
        self.assertEqual(envelope.bank_batch_ids.mapped("shipped_count"), [2, 2, 1])

    def test_officer_cancels_a_blocked_envelope_and_the_hold_is_released(self):
        self.bank_script.script = {"release_funds": [Decimal("60.75")]}
        envelope = self.filled_envelope()
        envelope._funds_step("check")._job_step()
        envelope._funds_step("block")._job_step()
        self.service.cancel_disbursement_envelope(
            {"disbursement_envelope_id": envelope.disbursement_envelope_id}, reason="Wrong list"
        )
        self.run_jobs()
        self.assertEqual((envelope.state, envelope.amount_released), ("cancelled", 60.75))
        self.assertNotIn("initiate_payment", [call[0] for call in self.bank_script.calls])
