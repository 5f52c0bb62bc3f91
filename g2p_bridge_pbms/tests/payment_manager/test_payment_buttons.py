# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError

from ..common import PbmsCase


class TestButtons(PbmsCase):
    """Prepare Payments and Send Payments of PBMS, pressed by people."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager.automatic_start = "manual"

    def prepare(self, cycle, user=None):
        """What the button answers: kind and message."""
        answer = cycle.with_user(user or self.manager_user).prepare_payment()
        self.commit()
        return self.shown(answer)

    def send(self, cycle):
        answer = cycle.with_user(self.manager_user).send_payment()
        self.commit()
        return self.shown(answer)

    def shown(self, answer):
        self.assertEqual(answer["tag"], "display_notification")
        return answer["params"]["type"], answer["params"]["message"]

    def approved_cycle(self, count=3):
        cycle = self.make_cycle(self.make_people(count))
        self.approve(cycle)
        self.assertFalse(self.payments(cycle))
        return cycle

    def test_manual_prepare_declares_and_send_starts(self):
        cycle = self.approved_cycle()
        self.assertEqual(self.prepare(cycle), ("success", "3 new payments were issued."))
        self.run_jobs()
        envelope = self.envelopes(cycle)
        self.assertEqual(envelope.maker_ids, self.approver | self.manager_user)
        self.assertEqual(envelope.state, "scheduled")
        self.assertIn("officer has to start", envelope.waiting_for)
        self.assertFalse(cycle.payment_batch_ids.batch_has_started)
        self.assertEqual(self.send(cycle), ("success", "3 payments were started."))
        self.run_jobs()
        self.assertEqual(envelope.state, "shipped")
        self.assertEqual(envelope.started_by_id, self.manager_user)
        self.assertTrue(cycle.payment_batch_ids.batch_has_started)
        self.assertEqual(self.send(cycle)[0], "info")

    def test_send_before_everything_is_handed_over(self):
        self.manager.batch_size = 1
        cycle = self.approved_cycle()
        self.prepare(cycle)
        self.assertEqual(self.send(cycle)[0], "success")
        self.run_jobs()
        self.assertEqual(self.envelopes(cycle).state, "shipped")

    def test_prepare_twice_issues_once(self):
        cycle = self.approved_cycle()
        self.prepare(cycle)
        kind, message = self.prepare(cycle)
        self.assertEqual(kind, "danger")
        self.assertIn("Nobody is left", message)
        self.assertEqual(len(self.payments(cycle)), 3)

    def test_many_are_prepared_in_the_background_while_the_cycle_is_locked(self):
        cycle = self.approved_cycle(200)
        kind, message = self.prepare(cycle)
        self.assertEqual(kind, "success")
        self.assertIn("background", message)
        self.assertTrue(cycle.locked)
        self.assertTrue(cycle.locked_reason)
        self.assertEqual(self.prepare(cycle)[0], "danger")
        self.run_jobs()
        self.assertFalse(cycle.locked)
        self.assertEqual(len(self.disbursements(cycle)), 200)
        self.assertEqual(self.envelopes(cycle).maker_ids, self.approver | self.manager_user)

    def test_refusals_tell_what_to_do(self):
        cycle = self.make_cycle(self.make_people(2))
        self.assertIn("Approve the cycle", self.prepare(cycle)[1])
        self.assertIn("Prepare payments first", self.send(cycle)[1])
        self.approve(cycle)
        cycle.entitlement_ids.state = "cancelled"
        self.assertIn("None of the entitlements", self.prepare(cycle)[1])
        cycle.entitlement_ids.state = "approved"
        self.manager.bridge_program_id = False
        kind, message = self.prepare(cycle)
        self.assertEqual(kind, "danger")
        self.assertIn("Choose the benefit program", message)
        self.assertIn("Choose the benefit program", cycle.bridge_message)
        self.assertFalse(self.payments(cycle))

    def test_problems_are_shown_with_the_payments(self):
        cycle = self.approved_cycle()
        cycle.entitlement_ids[0].partner_id.reg_ids.unlink()
        kind, message = self.prepare(cycle)
        self.assertEqual(kind, "warning")
        self.assertIn("2 new payments", message)
        self.assertIn("No usable ID (1)", message)

    def test_failed_payments_are_prepared_once_more_as_reissues(self):
        cycle = self.approved_cycle()
        self.prepare(cycle)
        self.send(cycle)
        self.run_jobs()
        former = self.disbursements(cycle)
        failed = self.payments(cycle)[0]
        former[0].state = "rejected"
        failed.write({"status": "failed"})
        failed.entitlement_id.state = "approved"
        self.run_jobs()
        self.assertEqual(self.prepare(cycle), ("success", "1 new payments were issued."))
        self.run_jobs()
        again = self.disbursements(cycle) - former
        self.assertEqual(again.reissue_of_id, former[0])
        self.assertEqual(again.envelope_id.cycle_code_mnemonic, "Cycle 1-2")

    def test_open_entitlements_do_not_hold_a_person_up(self):
        cycle = self.approved_cycle()
        self.make_entitlements(cycle, self.make_people(1, start=8), ["5.00"], state="draft")
        self.assertEqual(self.prepare(cycle)[0], "success")
        self.assertEqual(len(self.payments(cycle)), 3)

    def test_chosen_entitlements_alone(self):
        cycle = self.approved_cycle()
        chosen = cycle.entitlement_ids[:2]
        self.manager.with_user(self.manager_user).prepare_payments(cycle, chosen)
        self.assertEqual(self.payments(cycle).entitlement_id, chosen)

    def test_preparing_in_an_automatic_program_starts_by_itself(self):
        cycle = self.approved_cycle()
        self.manager.automatic_start = "approval"
        cycle.approved_date = False
        self.prepare(cycle)
        self.run_jobs()
        self.assertEqual(self.envelopes(cycle).state, "shipped")

    def test_whoever_may_not_make_payments_may_not_prepare_them(self):
        cycle = self.approved_cycle()
        approver = self.make_user("only_approver", "g2p_program_cycle_approver")
        with self.assertRaises(AccessError):
            self.prepare(cycle, approver)

    def test_the_policy_of_the_benefit_program_does_not_start_cycles(self):
        self.program.write({"own_policies": True, "start": "manual"})
        self.manager.automatic_start = "approval"
        cycle = self.make_cycle(self.make_people(2))
        self.approve(cycle)
        self.assertEqual(self.envelopes(cycle).state, "shipped")

    def test_accounts_can_be_validated_beforehand(self):
        cycle = self.make_cycle(self.make_people(3))
        self.approve(cycle)
        cycle.entitlement_ids[0].partner_id.reg_ids.unlink()
        good = self.manager.validate_accounts(cycle.entitlement_ids)
        self.assertEqual(good, cycle.entitlement_ids[1:])
        self.assertEqual(cycle.entitlement_ids[0].bridge_problem, "no_id")
