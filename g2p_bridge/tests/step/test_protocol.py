# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import fields

from odoo.addons.g2p_bridge_bank_connector.lib.values import (
    Acknowledgement,
    BatchState,
    FundsBlock,
    FundsCheck,
    PaymentStatus,
)
from odoo.addons.g2p_bridge_base.lib.errors import (
    OutcomeUnknown,
    Rejected,
    Unavailable,
)

from ...lib.step import Claim, Outcome
from ..common import BridgeCase

LOST = OutcomeUnknown("TIMEOUT", "no answer")


class ProtocolCase(BridgeCase):
    """A bank whose calls go wrong, and time that passes."""

    def setUp(self):
        super().setUp()
        # Asking waits until nothing can be under way any more: here, at once.
        self.bank.write({"connect_timeout": 1, "read_timeout": 1})

    def operations(self):
        return [call[0] for call in self.bank_script.calls]

    def later(self, envelope):
        """Let the time pass that the steps of an envelope wait for."""
        self.env.flush_all()
        for table in ("bank_batch", "funds_step", "mapper_batch"):
            self.env.cr.execute(
                f"UPDATE g2p_bridge_{table} SET next_attempt_at = NULL,"
                " begun_at = begun_at - interval '1 hour' WHERE envelope_id = %s",
                [envelope.id],
            )
        self.env.cr.execute("UPDATE queue_job SET eta = NULL WHERE state = 'pending'")
        self.env.invalidate_all()
        envelope._advance()
        self.run_jobs()


class TestProtocol(ProtocolCase):
    """Claim, mark, call, record, ask: at most one payment, whatever fails in between."""

    def test_unknown_outcome_is_asked_about_and_not_sent_again(self):
        accepted = PaymentStatus(BatchState.ACCEPTED)
        self.bank_script.script = {"initiate_payment": [LOST], "get_payment_status": [accepted]}
        envelope = self.filled_envelope()
        self.run_jobs()
        self.assertEqual(envelope.bank_batch_ids.state, "uncertain")
        self.assertTrue(envelope.needs_attention)
        self.later(envelope)
        self.assertEqual(self.operations().count("initiate_payment"), 1)
        self.assertEqual(envelope.number_of_disbursements_shipped, 3)
        self.assertFalse(envelope.needs_attention)

    def test_batch_that_never_arrived_is_sent_again_with_its_reference(self):
        never = PaymentStatus(BatchState.NEVER_RECEIVED)
        self.bank_script.script = {"initiate_payment": [LOST], "get_payment_status": [never]}
        envelope = self.filled_envelope()
        self.run_jobs()
        self.later(envelope)
        sent = [call for call in self.bank_script.calls if call[0] == "initiate_payment"]
        self.assertEqual(len(sent), 2)
        self.assertEqual(sent[0][1:], sent[1][1:], "the same reference and the same payments")
        self.assertEqual(envelope.bank_batch_ids.state, "done")

    def test_bank_that_cannot_tell_leaves_it_to_a_person(self):
        unknown = PaymentStatus(BatchState.UNKNOWN)
        self.bank_script.script = {
            "initiate_payment": [LOST],
            "get_payment_status": [unknown] * 5,
        }
        envelope = self.filled_envelope()
        self.run_jobs()
        for _time in range(4):
            self.later(envelope)
        batch = envelope.bank_batch_ids
        self.assertEqual(batch.state, "uncertain")
        self.assertEqual(len(envelope.activity_ids), 1)
        batch._settle(True, "Confirmed by telephone")
        self.assertEqual(envelope.number_of_disbursements_shipped, 3)
        self.assertEqual(self.operations().count("initiate_payment"), 1)
        self.assertIn("Confirmed by telephone", str(envelope.message_ids.mapped("body")))

    def test_refused_question_says_nothing_of_the_batch(self):
        accepted = PaymentStatus(BatchState.ACCEPTED)
        self.bank_script.script = {
            "initiate_payment": [LOST],
            "get_payment_status": [Rejected("FORBIDDEN", "no"), accepted],
        }
        envelope = self.filled_envelope()
        self.run_jobs()
        self.later(envelope)
        self.assertEqual(envelope.bank_batch_ids.state, "uncertain")
        self.assertEqual(envelope.bank_batch_ids.latest_error_code, "FORBIDDEN")
        self.later(envelope)
        self.assertEqual(envelope.bank_batch_ids.state, "done")
        self.assertEqual(self.operations().count("initiate_payment"), 1)

    def test_bank_denies_so_it_is_sent_again_with_the_same_reference(self):
        self.bank_script.script = {"initiate_payment": [LOST]}
        envelope = self.filled_envelope()
        self.run_jobs()
        envelope.bank_batch_ids._settle(False, "Not in their system")
        self.run_jobs()
        references = {call[1] for call in self.bank_script.calls if call[0] == "initiate_payment"}
        self.assertEqual(references, {envelope.bank_batch_ids.reference})
        self.assertEqual(envelope.bank_batch_ids.state, "done")

    def test_worker_that_died_in_the_call_is_asked_about(self):
        envelope = self.filled_envelope()
        batch = envelope.bank_batch_ids
        self.run_jobs()
        # As a kill between the call and the record leaves it.
        self.env["queue.job"].search([]).unlink()
        batch.write({"state": "in_progress", "begun_at": fields.Datetime.now(), "shipped_count": 0})
        envelope.disbursement_ids.write({"state": "resolved"})
        self.bank_script.script = {"get_payment_status": [PaymentStatus(BatchState.ACCEPTED)]}
        batch._step_enqueue()
        self.run_jobs()
        self.assertEqual(batch.state, "uncertain")
        self.later(envelope)
        self.assertEqual((batch.state, batch.shipped_count), ("done", 3))
        self.assertEqual(self.operations().count("initiate_payment"), 1)

    def test_worker_that_died_before_the_call_starts_again(self):
        envelope = self.filled_envelope(cycle_code_mnemonic="dead")
        batch = envelope.bank_batch_ids
        envelope.funds_step_ids.write({"state": "done"})
        batch.write({"state": "in_progress", "attempts": 1})
        self.env["queue.job"].search([]).unlink()
        batch._step_enqueue()
        self.run_jobs()
        self.assertEqual((batch.state, batch.attempts), ("done", 2))

    def test_unavailable_bank_is_tried_again_until_attempts_are_used_up(self):
        down = Unavailable("CONNECTION_FAILED", "down")
        self.bank_script.script = {"initiate_payment": [down] * 3}
        envelope = self.filled_envelope()
        self.run_jobs()
        self.assertEqual(envelope.bank_batch_ids.state, "pending")
        for _time in range(2):
            self.later(envelope)
        self.assertEqual(envelope.bank_batch_ids.state, "failed")
        self.assertEqual(len(envelope.activity_ids), 1)
        envelope.bank_batch_ids.action_try_again()
        self.run_jobs()
        self.assertEqual(envelope.bank_batch_ids.state, "done")

    def test_rejected_batch_is_final_and_can_be_given_up(self):
        self.bank_script.script = {
            "initiate_payment": [Rejected("BLOCKED_CUSTOMER", "no")],
            "release_funds": [Decimal("60.75")],
        }
        envelope = self.filled_envelope()
        self.run_jobs()
        self.assertEqual(envelope.bank_batch_ids.state, "failed")
        envelope.bank_batch_ids._give_up_lines("The bank will not pay")
        self.run_jobs()
        self.assertEqual(set(envelope.disbursement_ids.mapped("state")), {"rejected"})
        self.assertEqual(envelope.amount_released, 60.75)

    def test_single_payment_that_the_bank_rejects_returns_to_the_hold(self):
        envelope = self.create_envelope()
        rejected = {}
        self.bank_script.script = {
            "initiate_payment": [Acknowledgement(rejected)],
            "release_funds": [Decimal("20.00")],
        }
        rows = self.service.create_disbursements(self.rows(envelope, "10.00", "20.00", "30.75"))
        rejected[rows[1]["disbursement_id"]] = "ACCOUNT_CLOSED"
        self.run_jobs()
        self.assertEqual(
            envelope.disbursement_ids.mapped("state"), ["shipped", "rejected", "shipped"]
        )
        self.assertEqual(envelope.disbursement_ids[1].reason_code, "ACCOUNT_CLOSED")
        self.assertEqual(envelope.amount_shipped, 40.75)
        self.assertEqual(self.operations()[-1], "release_funds")
        self.assertEqual(envelope.amount_released, 20.00)

    def test_empty_account_is_checked_again_and_then_reported(self):
        poor = FundsCheck(False, "INSUFFICIENT_FUNDS", "Insufficient funds")
        self.bank_script.script = {"check_funds": [poor, poor, poor, poor]}
        envelope = self.filled_envelope()
        self.run_jobs()
        self.assertEqual(envelope.funds_available_with_bank, "funds_not_available")
        self.assertEqual(envelope.funds_available_attempts, 1)
        for _time in range(2):
            self.later(envelope)
        self.assertEqual(envelope._funds_step("check").state, "failed")
        self.assertNotIn("block_funds", self.operations())
        self.assertTrue(envelope.activity_ids)

    def test_unknown_block_is_settled_by_its_reference(self):
        self.bank_script.script = {"block_funds": [LOST, FundsBlock("HOLD7")]}
        envelope = self.filled_envelope()
        self.run_jobs()
        self.assertEqual(envelope.funds_blocked_with_bank, "error")
        self.later(envelope)
        blocks = [call for call in self.bank_script.calls if call[0] == "block_funds"]
        self.assertEqual(len({call[2] for call in blocks}), 1)
        self.assertEqual(envelope.funds_blocked_reference_number, "HOLD7")
        self.assertEqual(envelope.number_of_disbursements_shipped, 3)

    def test_unexpected_error_in_a_connector_counts_as_unknown(self):
        self.bank_script.script = {"initiate_payment": [ZeroDivisionError()]}
        envelope = self.filled_envelope()
        with self.assertLogs("odoo.addons.g2p_bridge", "ERROR"):
            self.run_jobs()
        self.assertEqual(envelope.bank_batch_ids.state, "uncertain")

    def test_record_that_comes_too_late_changes_nothing(self):
        self.bank_script.script = {"initiate_payment": [LOST]}
        envelope = self.filled_envelope()
        self.run_jobs()
        batch = envelope.bank_batch_ids
        batch._settle(True, "Confirmed")
        batch._step_record(Outcome("rejected", code="TOO_LATE"), Claim(attempt=1))
        self.assertEqual(batch.state, "done")
        self.assertEqual(set(envelope.disbursement_ids.mapped("state")), {"shipped"})
