# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .common import BankCase


@tagged("post_install", "-at_install")
class TestFaultBookings(BankCase):
    """The books go wrong exactly as they were told; the balances follow the books."""

    def setUp(self):
        super().setUp()
        self.account.reversal_rate = 0

    def test_a_wrong_amount_is_one_too_much_for_a_share_of_the_payments(self):
        fault = self.account.set_fault("book_wrong_amount", share=30)
        self.book(10)
        amounts = self.log(mark="D").mapped("amount")
        self.assertEqual(set(amounts), {10.0, 11.0})
        self.assertEqual(fault.calls, 0)
        self.assertEqual(self.account.book_balance, 1000 - sum(amounts))

    def test_the_same_seed_hits_the_same_payments(self):
        """The lots come from the seed and the reference, whatever else is going on."""
        hit = []
        for seed in (7, 7, 8):
            self.account.fault_ids.unlink()
            fault = self.account.set_fault("book_wrong_amount", share=50, seed=seed)
            effect = fault._take_now("book", self.account)
            hit.append(effect.picks([f"D{n:014d}" for n in range(50)]))
        self.assertEqual(hit[0], hit[1])
        self.assertNotEqual(hit[0], hit[2])

    def test_a_payment_is_booked_twice(self):
        self.account.set_fault("book_twice", share=1)
        self.book(3)
        references = self.log(mark="D").mapped("customer_reference")
        self.assertEqual((len(references), len(set(references))), (4, 3))
        self.assertEqual(len(set(self.log(mark="D").mapped("bank_reference"))), 4)
        self.assertEqual(self.account.book_balance, 960)

    def test_afterwards_the_books_are_right_again(self):
        self.account.set_fault("book_twice", calls=1, share=100)
        self.book(2)
        reference = self.block(20, "second")
        self.pay([self.payment(n, reference) for n in (8, 9)], "batch-2")._job_book()
        self.assertEqual(len(self.log(mark="D")), 4 + 2)

    def test_a_batch_that_is_one_entry_is_spoilt_as_a_whole(self):
        self.account.has_whole_batches = True
        self.account.set_fault("book_wrong_amount", share=1)
        self.account.set_fault("book_twice", share=1)
        self.book(3)
        reference = self.block(20, "second")
        self.pay([self.payment(n, reference) for n in (8, 9)], "batch-2")._job_book()
        self.assertEqual(self.log(mark="D").mapped("amount"), [31, 20, 20])
        self.assertEqual(self.account.book_balance, 1000 - 71)

    def test_payments_that_come_back_are_left_alone(self):
        self.account.reversal_rate = 100
        self.account.set_fault("book_twice", share=100)
        self.book(3)
        self.assertEqual((len(self.log(mark="D")), len(self.log(mark="RD"))), (3, 3))

    def test_no_call_uses_up_a_fault_of_the_books(self):
        fault = self.account.set_fault("book_twice")
        self.block(10)
        self.assertEqual(fault.calls, 1)
