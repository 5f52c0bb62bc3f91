# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError

from odoo.addons.g2p_bridge_base.lib.errors import Rejected

from .envelope_common import EnvelopeCase


class TestStart(EnvelopeCase):
    def setUp(self):
        super().setUp()
        self.program.write({"own_policies": True, "start": "manual"})

    def test_on_its_day_it_starts_at_once(self):
        envelope = self.filled_envelope()
        self.assertTrue(envelope.can_start)
        self.rpc("officer", envelope, "action_start")
        self.run_jobs()
        self.assertEqual(envelope.state, "shipped")
        self.assertEqual(envelope.started_by_id, self.users["officer"])

    def test_before_its_day_it_waits_where_the_policy_wants_the_date(self):
        envelope = self.later_filled()
        self.rpc("officer", envelope, "action_start")
        self.run_jobs()
        self.assertEqual(envelope.state, "scheduled")
        self.assertIn("by itself on its schedule date", envelope.waiting_for)

    def test_before_its_day_only_with_a_reason_where_the_policy_allows(self):
        self.program.process_future_dated = True
        envelope = self.later_filled()
        action = self.rpc("officer", envelope, "action_start")
        self.assertFalse(envelope.started_by_id)
        with self.assertRaises(UserError):
            self.confirm("officer", action, reason=" ")
        self.confirm("officer", action, reason="The flood came early")
        self.run_jobs()
        self.assertEqual(envelope.state, "shipped")
        self.assertIn("The flood came early", self.said(envelope))

    def test_not_a_cancelled_one(self):
        envelope = self.later_filled()
        self.service.cancel_disbursement_envelope(
            {"disbursement_envelope_id": envelope.disbursement_envelope_id}
        )
        self.assertFalse(envelope.can_start)
        with self.assertRaises(UserError):
            self.rpc("officer", envelope, "action_start")

    def test_an_envelope_that_starts_by_itself_has_no_button(self):
        self.program.start = "automatic"
        self.assertFalse(self.later_filled().can_start)


class TestPause(EnvelopeCase):
    def decide(self, name, envelope, button, reason="The list is checked again"):
        self.confirm(name, self.rpc(name, envelope, button), reason=reason)

    def test_only_officers(self):
        envelope = self.later_filled()
        for button in ("action_pause", "action_resume"):
            with self.subTest(button):
                self.assertOnly(
                    ("officer",),
                    lambda name, button=button: self.decide(name, envelope, button),
                )

    def test_the_window_of_another_is_no_way_around(self):
        """Finance may open windows of its own, and not by them pause an envelope."""
        envelope = self.later_filled()
        action = self.rpc("officer", envelope, "action_pause")
        self.assertForbidden(self.confirm, "finance", action, reason="Because")
        self.assertFalse(envelope.paused)

    def test_nothing_leaves_until_it_is_resumed(self):
        envelope = self.filled_envelope()
        self.decide("officer", envelope, "action_pause")
        self.run_jobs()
        self.assertFalse(self.bank_script.calls)
        self.decide("officer", envelope, "action_resume", "The list is right")
        self.run_jobs()
        self.assertEqual(envelope.state, "shipped")
        history = self.said(envelope)
        self.assertIn("Paused: The list is checked again", history)
        self.assertIn("Resumed: The list is right", history)

    def test_not_without_a_reason(self):
        envelope = self.later_filled()
        with self.assertRaises(UserError):
            self.decide("officer", envelope, "action_pause", " ")
        self.assertFalse(envelope.paused)

    def test_not_when_everything_has_left(self):
        envelope = self.filled_envelope()
        self.run_jobs()
        with self.assertRaises(UserError):
            self.decide("officer", envelope, "action_pause")


class TestTryAgain(EnvelopeCase):
    def failing(self):
        self.bank_script.script = {"initiate_payment": [Rejected("CLOSED"), Rejected("CLOSED")]}
        self.program.write({"own_policies": True, "bank_batch_size": 1})
        envelope = self.filled_envelope()
        self.run_jobs()
        self.assertEqual(envelope.bank_batch_ids.mapped("state"), ["failed", "failed", "done"])
        return envelope

    def test_only_selected_batches(self):
        envelope = self.failing()
        self.rpc("officer", envelope.bank_batch_ids[0], "action_try_again")
        self.run_jobs()
        self.assertEqual(envelope.bank_batch_ids.mapped("state"), ["done", "failed", "done"])

    def test_everything_of_the_envelope(self):
        envelope = self.failing()
        self.assertTrue(envelope.can_try_again)
        self.rpc("officer", envelope, "action_try_again")
        self.run_jobs()
        self.assertEqual(envelope.state, "shipped")
        self.assertFalse(envelope.needs_attention or envelope.can_try_again)

    def test_a_failed_release_of_a_cancelled_envelope(self):
        self.bank_script.script = {"release_funds": [Rejected("NO")]}
        envelope = self.filled_envelope()
        envelope._funds_step("check")._job_step()
        envelope._funds_step("block")._job_step()
        self.service.cancel_disbursement_envelope(
            {"disbursement_envelope_id": envelope.disbursement_envelope_id}, reason="Wrong list"
        )
        self.run_jobs()
        self.assertEqual((envelope.state, envelope.attention_mark), ("cancelled", "trouble"))
        self.assertTrue(envelope.can_try_again)
        self.rpc("officer", envelope, "action_try_again")
        self.run_jobs()
        self.assertEqual(envelope._funds_step("release").state, "done")


class TestWaitsForMe(EnvelopeCase):
    def mine(self, name):
        return (
            self.env["g2p.bridge.envelope"]
            .with_user(self.users[name])
            .search([("waits_for_me", "=", True)])
        )

    def test_an_approval_waits_for_approvers_who_had_no_part_in_it(self):
        envelope = self.to_approve()
        self.assertIn(envelope, self.mine("approver"))
        self.assertNotIn(envelope, self.mine("officer"))
        envelope.maker_ids += self.users["approver"]
        self.assertNotIn(envelope, self.mine("approver"))

    def test_where_anybody_may_approve_it_waits_for_its_maker_too(self):
        self.program.write({"own_policies": True, "approval": "any"})
        envelope = self.filled_envelope()
        envelope.maker_ids += self.users["approver"]
        self.assertIn(envelope, self.mine("approver"))

    def test_what_was_sent_back_waits_for_its_maker(self):
        envelope = self.to_approve()
        self.rpc("approver", envelope, "action_reject", "Look again")
        self.assertIn(envelope, self.mine("officer"))
        self.assertNotIn(envelope, self.mine("approver"))

    def test_a_start_by_hand_waits_for_the_officer(self):
        self.program.write({"own_policies": True, "start": "manual"})
        self.program.responsible_id = self.users["officer"]
        self.assertIn(self.later_filled(), self.mine("officer"))

    def test_the_field_says_the_same(self):
        envelope = self.to_approve()
        self.assertTrue(envelope.with_user(self.users["approver"]).waits_for_me)
        self.assertFalse(envelope.with_user(self.users["auditor"]).waits_for_me)

    def test_an_auditor_has_nothing_to_do(self):
        self.to_approve()
        self.assertFalse(self.mine("auditor"))
