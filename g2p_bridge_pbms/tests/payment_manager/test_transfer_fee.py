# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from ..bank_batch.report_back_common import ReportBackCase


class TestTransferFee(ReportBackCase):
    """What the bank pays is what PBMS books for the beneficiary, or the whole entitlement."""

    def fee_cycle(self, *fees, **values):
        """An approved cycle of entitlements of 10.00 with these transfer fees."""
        cycle = self.make_cycle(self.make_people(len(fees)), "10.00", **values)
        for entitlement, fee in zip(cycle.entitlement_ids.sorted("id"), fees, strict=True):
            entitlement.transfer_fee = fee
        self.approve(cycle)
        return cycle

    def shipped(self):
        return [
            one.payment_amount
            for payments in self.bank_script.payments.values()
            for one in payments
        ]

    def booked(self, cycle):
        return self.entitlements(cycle).mapped("disbursement_id.amount")

    def test_less_the_fee_as_pbms_books_it(self):
        self.assertEqual(self.manager.amount_paid, "net")
        cycle = self.fee_cycle("0.25", "0.00")
        self.assertEqual(self.shipped(), [Decimal("9.75"), Decimal("10.00")])
        self.assertEqual(self.booked(cycle), [9.75, 10.0])
        self.assertEqual(self.envelopes(cycle)._declared(), (2, Decimal("19.75")))
        self.assertTotals(cycle, in_flight=(2, "19.75"), fees="0.25")
        self.debit(*self.lines(cycle))
        self.assertTotals(cycle, paid=(2, "19.75"), fees="0.25")
        self.assertEqual(cycle.bridge_fee_amount, 0.25)
        self.assertEqual(cycle.bridge_changed_count, 0)

    def test_the_whole_entitlement(self):
        self.manager.amount_paid = "gross"
        cycle = self.fee_cycle("0.25", "0.00")
        self.assertEqual(self.shipped(), [Decimal("10.00")] * 2)
        self.assertTotals(cycle, in_flight=(2, "20.00"))
        self.assertEqual(cycle.bridge_fee_amount, 0)

    def test_the_fund_is_spent_by_the_entitlement_either_way(self):
        self.env["g2p.program.fund"].search([]).state = "cancelled"
        self.make_fund(self.pbms_program, 30)
        for number, choice in enumerate(("net", "gross", "net")):
            self.manager.amount_paid = choice
            cycle = self.fee_cycle("0.25", name=f"Cycle {number}")
            self.debit(self.lines(cycle), **self.following(number + 1, number + 2))
            self.assertEqual(self.entitlements(cycle).state, "rdpd2ben")
        fourth = self.fee_cycle("0.25", name="Cycle 4")
        self.assertEqual(self.entitlements(fourth).state, "pending_validation")

    def test_a_fee_that_leaves_nothing(self):
        cycle = self.fee_cycle("10.00", "0.00")
        self.assertEqual(self.entitlements(cycle)[0].bridge_problem, "zero_amount")
        self.assertEqual(self.shipped(), [Decimal("10.00")])

    def test_what_was_made_stays_when_the_choice_changes(self):
        cycle = self.fee_cycle("0.25", "0.25")
        self.manager.amount_paid = "gross"
        self.assertTotals(cycle, in_flight=(2, "19.50"), fees="0.50")
        self.debit(*self.lines(cycle))
        self.reverse(self.lines(cycle)[0])
        self.prepare_again(cycle)
        self.assertEqual(self.payments(cycle)[2].amount_issued, 10)
        self.assertTotals(cycle, paid=(1, "9.75"), in_flight=(1, "10.00"), fees="0.25")
