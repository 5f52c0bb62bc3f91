# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError

from ...models.envelope.envelope_review import APPROVAL_TYPE, SENT_BACK_TYPE
from .envelope_common import EnvelopeCase

REASON = "The total is twice that of October"


class TestApproving(EnvelopeCase):
    def test_only_approvers_open_the_window(self):
        envelope = self.to_approve()
        for button in ("action_open_approve", "action_open_reject"):
            with self.subTest(button):
                self.assertOnly(
                    ("approver",), lambda name, button=button: self.rpc(name, envelope, button)
                )

    def test_the_window_approves_with_the_comment(self):
        envelope = self.to_approve()
        action = self.rpc("approver", envelope, "action_open_approve")
        self.confirm("approver", action, reason="Compared with the list of October")
        self.assertEqual(envelope.state, "scheduled")
        self.assertEqual(envelope.approved_by_id, self.users["approver"])
        self.assertIn("Compared with the list of October", self.said(envelope))

    def test_the_window_does_not_let_the_maker_approve(self):
        self.users["officer"].group_ids += self.env.ref("g2p_bridge_base.group_approver")
        envelope = self.to_approve()
        action = self.rpc("officer", envelope, "action_open_approve")
        self.assertForbidden(self.confirm, "officer", action)
        self.assertEqual(envelope.state, "to_approve")

    def test_the_buttons_are_not_there_for_the_maker(self):
        self.users["officer"].group_ids += self.env.ref("g2p_bridge_base.group_approver")
        envelope = self.to_approve()
        for name, expected in (("officer", False), ("approver", True), ("finance", False)):
            with self.subTest(name):
                self.assertEqual(envelope.with_user(self.users[name]).can_review, expected)

    def test_the_maker_is_told_that_another_one_has_to(self):
        self.users["officer"].group_ids += self.env.ref("g2p_bridge_base.group_approver")
        envelope = self.to_approve()
        sentence = envelope.with_user(self.users["officer"]).waiting_for
        self.assertIn("Another approver", sentence)

    def test_several_at_once(self):
        envelopes = self.to_approve() | self.to_approve(cycle_code_mnemonic="2026-12")
        self.confirm("approver", self.rpc("approver", envelopes, "action_open_approve"))
        self.assertEqual(set(envelopes.mapped("state")), {"scheduled"})


class TestSendingBack(EnvelopeCase):
    def reject(self, envelope, reason=REASON, name="approver"):
        return self.rpc(name, envelope, "action_reject", reason)

    def test_only_approvers(self):
        envelope = self.to_approve()
        self.assertOnly(("approver",), lambda name: self.reject(envelope, name=name))

    def test_not_the_maker(self):
        self.users["officer"].group_ids += self.env.ref("g2p_bridge_base.group_approver")
        envelope = self.to_approve()
        self.assertForbidden(self.reject, envelope, name="officer")
        self.assertFalse(envelope.rejected_by_id)

    def test_not_without_a_reason(self):
        envelope = self.to_approve()
        for reason in ("", "  ", None, False):
            with self.subTest(reason=reason), self.assertRaises(UserError):
                self.reject(envelope, reason)
        self.assertEqual(envelope.state, "to_approve")

    def test_the_reason_is_kept_and_shown(self):
        envelope = self.to_approve()
        action = self.rpc("approver", envelope, "action_open_reject")
        self.confirm("approver", action, reason=REASON)
        self.assertEqual(envelope.rejection_reason, REASON)
        self.assertEqual(envelope.rejected_by_id, self.users["approver"])
        self.assertIn(REASON, self.said(envelope))

    def test_it_can_not_be_approved_as_it_is(self):
        envelope = self.to_approve()
        self.reject(envelope)
        self.assertEqual(envelope.state, "receiving")
        with self.assertRaises(UserError):
            self.approve("approver", envelope)
        self.env["g2p.bridge.envelope"]._cron_heartbeat()
        self.run_jobs()
        self.assertEqual(envelope.state, "receiving")
        self.assertFalse(self.bank_script.calls)

    def test_nothing_is_paid_even_if_the_policy_drops_approval(self):
        envelope = self.to_approve(disbursement_schedule_date=self.today())
        self.reject(envelope)
        self.program.approval = "none"
        envelope._advance()
        self.run_jobs()
        self.assertFalse(self.bank_script.calls)

    def test_amended_it_comes_before_the_approvers_again(self):
        envelope = self.to_approve()
        self.reject(envelope)
        self.amend(envelope)
        self.assertEqual(envelope.state, "to_approve")
        self.assertFalse(envelope.rejected_by_id or envelope.rejection_reason)
        self.approve("approver", envelope)
        self.assertEqual(envelope.state, "scheduled")

    def submit(self, envelope, name="officer", reason="There are two months in it"):
        action = self.rpc(name, envelope, "action_submit")
        self.confirm(name, action, reason=reason)

    def test_with_an_answer_it_comes_before_the_approvers_again(self):
        envelope = self.to_approve()
        self.reject(envelope)
        self.submit(envelope)
        self.assertEqual(envelope.state, "to_approve")
        self.assertFalse(envelope.rejected_by_id or envelope.rejection_reason)
        self.assertIn("There are two months in it", self.said(envelope))
        self.assertIn(self.users["approver"], self.asked(envelope, APPROVAL_TYPE))

    def test_who_answers_does_not_approve(self):
        other = self.users["finance"]
        for group in ("officer", "approver"):
            other.group_ids += self.env.ref(f"g2p_bridge_base.group_{group}")
        envelope = self.to_approve()
        self.reject(envelope)
        self.submit(envelope, "finance")
        self.assertForbidden(self.rpc, "finance", envelope, "action_approve")

    def test_only_what_was_sent_back_and_is_complete_is_submitted_again(self):
        envelope = self.to_approve()
        with self.assertRaisesRegex(UserError, "not sent back"), self.env.cr.savepoint():
            self.submit(envelope)
        self.reject(envelope)
        line = envelope.disbursement_ids[0]
        self.service.cancel_disbursements([{"disbursement_id": line.disbursement_id}])
        with self.assertRaisesRegex(UserError, "Still to arrive: 1 of 3"), self.env.cr.savepoint():
            self.submit(envelope)
        self.assertTrue(envelope.rejected_by_id)

    def test_only_officers_submit_again(self):
        envelope = self.to_approve()
        self.reject(envelope)
        self.assertOnly(("officer",), lambda name: self.submit(envelope, name))

    def test_it_may_be_amended_even_after_its_schedule_date(self):
        envelope = self.to_approve()
        self.reject(envelope)
        envelope.disbursement_schedule_date = self.today(-3)
        self.amend(envelope, disbursement_schedule_date=self.today(2))
        self.assertEqual(envelope.state, "to_approve")

    def test_it_may_be_cancelled(self):
        envelope = self.to_approve()
        self.reject(envelope)
        self.service.cancel_disbursement_envelope(
            {"disbursement_envelope_id": envelope.disbursement_envelope_id}, reason="Wrong list"
        )
        self.assertEqual(envelope.state, "cancelled")
        self.assertFalse(envelope.activity_search([APPROVAL_TYPE, SENT_BACK_TYPE]))


class TestAsking(EnvelopeCase):
    """Whoever's turn it is has a to-do; nobody else has one."""

    def test_approvers_are_asked_but_not_the_maker(self):
        self.users["officer"].group_ids += self.env.ref("g2p_bridge_base.group_approver")
        envelope = self.to_approve()
        asked = self.asked(envelope, APPROVAL_TYPE)
        self.assertIn(self.users["approver"], asked)
        self.assertNotIn(self.users["officer"], asked)

    def test_approvers_of_another_company_are_not_asked(self):
        company = self.env["res.company"].create({"name": "Other Ministry"})
        self.users["approver"].write(
            {"company_ids": [(6, 0, company.ids)], "company_id": company.id}
        )
        self.assertNotIn(self.users["approver"], self.asked(self.to_approve(), APPROVAL_TYPE))

    def test_they_are_not_asked_any_more_once_it_is_approved(self):
        envelope = self.to_approve()
        self.approve("approver", envelope)
        self.assertFalse(self.asked(envelope, APPROVAL_TYPE))

    def test_makers_are_asked_when_it_is_sent_back_until_they_amend(self):
        envelope = self.to_approve()
        self.rpc("approver", envelope, "action_reject", REASON)
        self.assertIn(self.users["officer"], self.asked(envelope, SENT_BACK_TYPE))
        self.assertFalse(self.asked(envelope, APPROVAL_TYPE))
        self.amend(envelope)
        self.assertFalse(self.asked(envelope, SENT_BACK_TYPE))
        self.assertIn(self.users["approver"], self.asked(envelope, APPROVAL_TYPE))

    def test_somebody_is_told_if_nobody_may_approve(self):
        group = self.env.ref("g2p_bridge_base.group_approver")
        for user in group.all_user_ids:
            user.group_ids -= group
        self.program.responsible_id = self.users["officer"]
        envelope = self.to_approve()
        self.assertEqual(self.asked(envelope, SENT_BACK_TYPE), self.users["officer"])
