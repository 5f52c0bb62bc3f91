# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError

from odoo.addons.g2p_bridge_bank_connector.lib.values import BatchState, PaymentStatus
from odoo.addons.g2p_bridge_base.lib.errors import OutcomeUnknown, Rejected

from .test_protocol import LOST, ProtocolCase

#: What OpenG2P's own example bank lacks.
ORIGINAL = {
    "can_release_funds": False,
    "can_query_payment_status": False,
    "has_idempotent_block": False,
}
NOT_FOUND = Rejected("HTTP_404", "Not Found")


class TestCapabilities(ProtocolCase):
    """What an administrator says that a bank lacks is never asked of it."""

    def waits(self, step):
        """Seconds until a step is looked at again."""
        return (step.next_attempt_at - fields.Datetime.now()).total_seconds()

    def bodies(self, envelope):
        return " ".join(envelope.activity_ids.mapped("summary"))

    def test_a_record_says_less_than_its_connector_and_never_more(self):
        self.assertTrue(self.bank.has_idempotent_block)
        self.bank.write(ORIGINAL)
        self.env.invalidate_all()
        for name in ORIGINAL:
            self.assertFalse(self.bank[name], name)
        self.bank.has_idempotent_block = True
        self.assertEqual(
            (self.bank.lacks_idempotent_block, self.bank.lacks_payment_status), (False, True)
        )
        self.startPatcher(patch.object(type(self.bank), "_offered", lambda bank: []))
        self.env.invalidate_all()
        self.assertFalse(self.bank.has_idempotent_block)
        with self.assertRaisesRegex(UserError, "Never Holds Twice"):
            self.bank.has_idempotent_block = True

    def test_what_a_bank_lacks_is_on_record(self):
        self.bank.has_idempotent_block = False
        self.env.flush_all()
        trail = self.env["g2p.bridge.audit"].search([], order="id desc", limit=1)
        self.assertIn("May Hold Twice", trail.what)
        self.assertEqual((trail.old_value, trail.new_value), ("no", "yes"))

    def test_a_lost_answer_holds_once_at_a_bank_that_holds_twice(self):
        self.bank.write(ORIGINAL)
        self.bank_script.script = {"block_funds": [LOST]}
        envelope = self.filled_envelope()
        self.run_jobs()
        for _time in range(3):
            self.later(envelope)
        self.assertEqual(self.operations().count("block_funds"), 1)
        block = envelope._funds_step("block")
        self.assertEqual(block.state, "uncertain")
        told = self.bodies(envelope)
        for fact in ("60.75", envelope.sponsor_bank_account_masked, "hold the money twice"):
            self.assertIn(fact, told)
        block._settle(True, "Seen in their books", "HOLD9")
        self.run_jobs()
        self.assertEqual(self.operations().count("block_funds"), 1)
        self.assertEqual(envelope.funds_blocked_reference_number, "HOLD9")
        self.assertEqual(envelope.number_of_disbursements_shipped, 3)

    def test_a_worker_that_died_in_the_hold_leaves_it_to_a_person(self):
        self.bank.write(ORIGINAL)
        envelope = self.filled_envelope()
        block = envelope._funds_step("block")
        envelope._funds_step("check").write({"state": "done"})
        block.write({"state": "in_progress", "attempts": 1, "begun_at": fields.Datetime.now()})
        self.env["queue.job"].search([]).unlink()
        block._step_enqueue()
        self.run_jobs()
        self.later(envelope)
        self.assertEqual(block.state, "uncertain")
        self.assertNotIn("block_funds", self.operations())
        self.assertTrue(envelope.activity_ids)

    def test_a_bank_without_status_is_not_asked_for_it(self):
        self.bank.write(ORIGINAL)
        self.bank_script.script = {"initiate_payment": [LOST]}
        envelope = self.filled_envelope()
        self.run_jobs()
        for _time in range(3):
            self.later(envelope)
        self.assertNotIn("get_payment_status", self.operations())
        self.assertEqual(self.operations().count("initiate_payment"), 1)
        self.assertIn("3 payments", self.bodies(envelope))
        envelope.bank_batch_ids._settle(True, "They have it")
        self.run_jobs()
        self.assertNotIn("get_payment_status", self.operations())
        self.assertEqual(envelope.number_of_disbursements_shipped, 3)

    def test_a_status_query_that_a_bank_loses_ends_the_questions(self):
        self.bank_script.script = {
            "initiate_payment": [LOST],
            "get_payment_status": [NOT_FOUND] * 9,
        }
        envelope = self.filled_envelope()
        self.run_jobs()
        self.later(envelope)
        self.assertEqual(self.operations().count("get_payment_status"), 1)
        self.bank.can_query_payment_status = False
        self.later(envelope)
        self.assertEqual(self.operations().count("get_payment_status"), 1)

    def test_rejections_are_not_asked_for_at_a_bank_that_lost_its_status(self):
        self.bank_script.script = {"initiate_payment": [LOST]}
        envelope = self.filled_envelope()
        self.run_jobs()
        envelope.bank_batch_ids._settle(True, "They have it")
        self.bank.can_query_payment_status = False
        self.run_jobs()
        self.assertNotIn("get_payment_status", self.operations())
        self.assertIn("does not say which", self.bodies(envelope))

    def test_a_release_that_a_bank_can_not_do_is_done_by_a_person(self):
        self.bank_script.script = {"initiate_payment": [Rejected("NO", "no")]}
        envelope = self.filled_envelope()
        self.run_jobs()
        self.bank.environment = "disabled"
        envelope.bank_batch_ids._give_up_lines("The bank will not pay")
        envelope._create_release()
        self.bank.write({**ORIGINAL, "environment": "test"})
        for _time in range(3):
            self.later(envelope)
        release = envelope._funds_step("release")
        self.assertEqual(release.state, "uncertain")
        self.assertNotIn("release_funds", self.operations())
        self.assertIn("can't release a hold by itself", self.bodies(envelope))
        release._settle(True, "Released by telephone")
        self.assertEqual(envelope.amount_released, 60.75)

    def test_questions_come_ever_more_rarely_and_never_at_once(self):
        self.program.write({"own_policies": True, "ship_delay": 0, "ship_attempts": 3})
        unknown = [NOT_FOUND, LOST, PaymentStatus(BatchState.UNKNOWN), NOT_FOUND]
        self.bank_script.script = {
            "initiate_payment": [LOST],
            "get_payment_status": unknown * 10,
        }
        envelope = self.filled_envelope()
        self.run_jobs()
        batch, waits = envelope.bank_batch_ids, []
        for _time in range(20):
            waits.append(self.waits(batch))
            self.later(envelope)
        self.assertEqual(self.operations().count("get_payment_status"), 20)
        self.assertGreater(waits[0], 3)
        for earlier, later in zip(waits, waits[1:], strict=False):
            self.assertTrue(later > 1.9 * earlier or later > 6 * 3600 - 5, waits)
        self.assertLessEqual(max(waits), 6 * 3600)
        self.assertEqual(len(envelope.activity_ids), 1)

    def test_the_next_call_is_asked_about_soon_again(self):
        never = PaymentStatus(BatchState.NEVER_RECEIVED)
        self.bank_script.script = {
            "initiate_payment": [LOST, LOST],
            "get_payment_status": [LOST, LOST, never],
        }
        envelope = self.filled_envelope()
        self.run_jobs()
        first = self.waits(envelope.bank_batch_ids)
        for _time in range(3):
            self.later(envelope)
        batch = envelope.bank_batch_ids
        self.assertEqual((batch.state, batch.attempts, batch.asks), ("uncertain", 2, 0))
        self.assertAlmostEqual(self.waits(batch), first, delta=5)

    def test_a_question_about_a_hold_that_fails_comes_later_and_later(self):
        self.program.write({"own_policies": True, "block_delay": 0, "block_attempts": 9})
        self.bank_script.script = {"block_funds": [OutcomeUnknown("HTTP_500", "oops")] * 9}
        envelope = self.filled_envelope()
        self.run_jobs()
        block, waits = envelope._funds_step("block"), []
        for _time in range(4):
            waits.append(self.waits(block))
            self.later(envelope)
        self.assertEqual(sorted(waits), waits)
        self.assertGreater(waits[3], 4 * waits[0])
        self.assertEqual(self.operations().count("block_funds"), 5)
        self.assertEqual(Decimal(str(block.amount)), Decimal("60.75"))
