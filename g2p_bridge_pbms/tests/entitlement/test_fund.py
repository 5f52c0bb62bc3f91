# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ..bank_batch.report_back_common import ReportBackCase


class TestFund(ReportBackCase):
    """A program spends its fund once, by PBMS's own approval: 700 is enough for one cycle of 600.

    What was sent or paid is spent; what came back and is not owed any more is there again.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["g2p.program.fund"].search([]).state = "cancelled"
        cls.make_fund(cls.pbms_program, 700)

    def approve_next(self, *amounts, name="Cycle 2"):
        """What approving another cycle says, and the states of its entitlements."""
        cycle = self.make_cycle(self.make_people(len(amounts), 50), list(amounts), name=name)
        answer = self.approve(cycle)
        return answer["params"]["type"], self.entitlements(cycle).mapped("state")

    def assertLeft(self, amount):
        """The next cycle is approved by this amount, and not by a cent more."""
        self.assertEqual(
            self.approve_next(amount + 0.01, name="Too Much"), ("danger", ["pending_validation"])
        )
        self.assertEqual(self.approve_next(amount, name="Enough"), ("success", ["trans2FSP"]))

    def test_what_was_paid_is_spent(self):
        cycle = self.paid_cycle("300.00", "300.00")
        self.debit(*self.lines(cycle))
        self.assertEqual(self.entitlements(cycle).mapped("state"), ["rdpd2ben"] * 2)
        self.assertEqual(self.approve_next(600), ("danger", ["pending_validation"]))
        self.assertLeft(100)

    def test_what_is_on_its_way_is_spent(self):
        cycle = self.paid_cycle("300.00", "300.00")
        self.assertEqual(self.entitlements(cycle).mapped("state"), ["trans2FSP"] * 2)
        self.assertLeft(100)

    def test_what_is_approved_and_prepared_is_spent_once(self):
        self.manager.write({"automatic_start": "schedule", "schedule_rule": "approval"})
        self.manager.schedule_days = 7
        cycle = self.paid_cycle("300.00", "300.00")
        self.assertEqual(self.entitlements(cycle).mapped("state"), ["approved"] * 2)
        self.assertTrue(self.payments(cycle))
        self.manager.automatic_start = "approval"
        self.assertLeft(100)

    def test_what_came_back_is_owed_until_it_is_cancelled(self):
        cycle = self.paid_cycle("300.00", "300.00")
        back, kept = self.lines(cycle)
        self.debit(back, kept)
        self.reverse(back)
        owed = self.entitlements(cycle)[0]
        self.assertEqual(owed.state, "approved")
        self.assertEqual(self.approve_next(101), ("danger", ["pending_validation"]))
        owed.state = "cancelled"
        self.assertLeft(400)

    def test_what_is_paid_again_is_spent_once(self):
        cycle = self.paid_cycle("300.00", "300.00")
        back, kept = self.lines(cycle)
        self.debit(back, kept)
        self.reverse(back)
        self.prepare_again(cycle)
        self.assertEqual(len(self.payments(cycle)), 3)
        self.assertEqual(self.entitlements(cycle).mapped("state"), ["trans2FSP", "rdpd2ben"])
        self.assertLeft(100)

    def test_expired_entitlements_are_spent_where_they_were_sent(self):
        cycle = self.paid_cycle("300.00", "200.00")
        late = self.make_entitlements(cycle, self.make_people(1, 90), ["200.00"])
        (self.entitlements(cycle)[0] | late).state = "expired"
        self.assertLeft(200)

    def test_cancelled_after_it_had_left(self):
        cycle = self.paid_cycle("300.00", "300.00")
        self.entitlements(cycle)[0].state = "cancelled"
        self.assertLeft(100)

    def test_lowering_the_amount_afterwards_frees_nothing(self):
        cycle = self.paid_cycle("300.00", "300.00")
        self.entitlements(cycle)[0].write({"state": "approved", "initial_amount": 1})
        self.assertLeft(100)

    def test_paid_at_the_counter(self):
        cycle = self.paid_cycle("300.00")
        self.make_entitlements(cycle, self.make_people(1, 90), ["300.00"], state="rdpd2ben")
        self.assertLeft(100)

    def test_programs_do_not_spend_each_others_fund(self):
        other, _manager = self.make_pbms_program("Food Grant", self.make_program("FOOD"))
        self.paid_cycle("10000.00", program=other)
        self.assertLeft(700)

    def test_the_fund_is_asked_for_once_in_an_approval(self):
        """PBMS asks for each entitlement: a long history is not summed up for each of them."""
        self.paid_cycle("1.00")
        self.assertAskedAsOften("bridge_fee")
