# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo.exceptions import UserError

from odoo.addons.g2p_bridge_bank_connector.lib.values import Acknowledgement
from odoo.addons.g2p_bridge_base.lib.errors import OutcomeUnknown, Rejected

from .envelope_common import EnvelopeCase

REASON = "The account is closed for good"


class TestReleaseHold(EnvelopeCase):
    """Finance ends an envelope of which a part has left and the rest never will."""

    def setUp(self):
        super().setUp()
        self.program.write({"own_policies": True, "bank_batch_size": 1})

    def stuck(self, *answers):
        """An envelope of three batches, each answered so."""
        self.bank_script.script = {"initiate_payment": [Acknowledgement(), *answers]}
        envelope = self.filled_envelope()
        self.run_jobs()
        self.assertEqual(envelope.state, "shipping")
        return envelope

    def release(self, envelope, name="finance", **values):
        action = self.rpc(name, envelope, "action_release_hold")
        self.confirm(name, action, **{"reason": REASON, **values})

    def test_what_has_not_left_is_given_up_and_its_money_given_back(self):
        envelope = self.stuck(Rejected("ACCOUNT_CLOSED"), Rejected("ACCOUNT_CLOSED"))
        self.assertTrue(envelope.can_release_hold)
        self.bank_script.script = {"release_funds": [Decimal("50.75")]}
        self.release(envelope)
        self.run_jobs()
        lines = envelope.disbursement_ids.sorted("id")
        self.assertEqual(lines.mapped("state"), ["shipped", "rejected", "rejected"])
        self.assertIn("released before it left", lines[1].reason_text)
        self.assertEqual((envelope.state, envelope.needs_attention), ("shipped", False))
        self.assertEqual(envelope.amount_released, 50.75)
        self.assertFalse(envelope.can_release_hold)
        history = self.said(envelope)
        self.assertIn(REASON, history)
        self.assertIn("2 ($&nbsp;50.75)", history)

    def test_what_was_given_up_never_leaves(self):
        envelope = self.stuck(Rejected("ACCOUNT_CLOSED"), Rejected("ACCOUNT_CLOSED"))
        self.release(envelope)
        self.bank_script.calls.clear()
        self.rpc("officer", envelope, "action_try_again")
        self.run_jobs()
        self.assertNotIn("initiate_payment", [call[0] for call in self.bank_script.calls])

    def test_what_was_given_up_can_be_reissued(self):
        envelope = self.stuck(Rejected("ACCOUNT_CLOSED"), Rejected("ACCOUNT_CLOSED"))
        self.release(envelope)
        self.assertTrue(all(envelope.disbursement_ids.sorted("id")[1:].mapped("can_reissue")))

    def test_of_a_paused_envelope(self):
        envelope = self.stuck(Rejected("ACCOUNT_CLOSED"))
        envelope.sudo()._pause("The bank asked us to")
        self.release(envelope)
        self.run_jobs()
        self.assertEqual(envelope.state, "shipped")

    def test_not_while_the_bank_may_have_a_batch(self):
        envelope = self.stuck(OutcomeUnknown("TIMEOUT"), Rejected("ACCOUNT_CLOSED"))
        with self.assertRaisesRegex(UserError, "settle it"), self.env.cr.savepoint():
            self.release(envelope)
        states = envelope.bank_batch_ids.sorted("id").mapped("state")
        self.assertEqual(states, ["done", "uncertain", "failed"])

    def test_not_of_an_envelope_of_which_nothing_has_left(self):
        self.bank_script.script = {"initiate_payment": [Rejected("ACCOUNT_CLOSED")] * 3}
        envelope = self.filled_envelope()
        self.run_jobs()
        self.assertFalse(envelope.can_release_hold)
        with self.assertRaisesRegex(UserError, "Cancel"), self.env.cr.savepoint():
            self.release(envelope)

    def test_not_without_a_reason(self):
        envelope = self.stuck(Rejected("ACCOUNT_CLOSED"), Rejected("ACCOUNT_CLOSED"))
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.release(envelope, reason=" ")
        self.assertIn("failed", envelope.bank_batch_ids.mapped("state"))

    def test_only_finance(self):
        envelope = self.stuck(Rejected("ACCOUNT_CLOSED"), Rejected("ACCOUNT_CLOSED"))
        self.assertOnly(("finance",), lambda name: self.release(envelope, name))


class TestRetry(EnvelopeCase):
    def test_the_history_tells_who_tried_what_again(self):
        self.bank_script.script = {"initiate_payment": [Rejected("ACCOUNT_CLOSED")]}
        envelope = self.filled_envelope()
        self.run_jobs()
        self.rpc("officer", envelope, "action_try_again")
        batch = envelope.bank_batch_ids
        message = envelope.message_ids.filtered(lambda m: "Tried again" in m.body)
        self.assertIn(batch.display_name, message.body)
        self.assertEqual(message.author_id, self.users["officer"].partner_id)
