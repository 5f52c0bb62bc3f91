# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.g2p_bridge_base.exact import write_exact

from ..lib.fault import Effect
from ..models.bookkeeping import REVERSAL_REASONS
from .common import BankCase


@tagged("post_install", "-at_install")
class TestBookkeeping(BankCase):
    """Money in the books: what is blocked, debited and reversed, and that it adds up."""

    def test_a_block_holds_money_without_moving_it(self):
        self.block("400.25")
        self.assert_balances("1000", "400.25")

    def test_an_accepted_batch_moves_nothing_until_it_is_booked(self):
        reference = self.block(20)
        self.pay([self.payment(1, reference), self.payment(2, reference)])
        self.assert_balances("1000", "20")
        self.assertFalse(self.log())

    def test_booking_debits_each_payment_and_ends_the_hold(self):
        self.account.reversal_rate = 0
        batch = self.book(5)
        self.assertEqual(batch.state, "processed")
        self.assertEqual(set(batch.payment_ids.mapped("status")), {"paid"})
        self.assertEqual(len(self.log(mark="D")), 5)
        self.assert_balances("950", "0")

    def test_booking_again_changes_nothing(self):
        batch = self.book(5)
        before = self.log().ids
        batch._job_book()
        batch._job_book()
        self.assertEqual(self.log().ids, before)

    def test_reversals_give_the_money_back_with_a_reason(self):
        self.account.reversal_rate = 100
        batch = self.book(5)
        self.assertEqual(set(batch.payment_ids.mapped("status")), {"reversed"})
        self.assertLessEqual(
            set(batch.payment_ids.mapped("reversal_reason")), set(REVERSAL_REASONS)
        )
        self.assertEqual((batch.reversed_count, batch.reversed_amount), (5, 50))
        self.assertEqual([len(self.log(mark=mark)) for mark in ("D", "RD")], [5, 5])
        self.assert_balances("1000", "0")

    def test_a_debit_stands_before_its_reversal(self):
        self.account.reversal_rate = 100
        self.book(5)
        for payment in self.account.batch_ids.payment_ids:
            entries = self.log(payment_id=payment.id)
            self.assertEqual(entries.mapped("mark"), ["D", "RD"])

    def test_what_comes_back_may_be_a_new_credit(self):
        self.account.write({"reversal_rate": 100, "returns_as": "C"})
        batch = self.book(5)
        self.assertEqual((batch.reversed_count, batch.reversed_amount), (5, 50))
        debits, credits = self.log(mark="D"), self.log(mark="C")
        self.assertEqual(len(self.log()), 10)
        self.assertEqual(credits.payment_id, debits.payment_id)
        for entry in credits:
            first, *_lines, reason = entry.narratives.split("\n")
            self.assertEqual((first, reason), ("RETOURE", entry.payment_id.reversal_reason))
        self.assert_balances("1000", "0")

    def test_a_batch_may_be_one_entry(self):
        self.account.write({"has_whole_batches": True, "reversal_rate": 50})
        batch = self.book(20)
        debit, *returns = self.log()
        self.assertEqual((debit.mark, debit.amount, debit.batch_id), ("D", 200, batch))
        self.assertFalse(debit.payment_id or debit.customer_reference)
        self.assertEqual(debit.narratives.split("\n"), [f"/PREF/{batch.reference}", "/NRTX/20"])
        self.assertEqual(len(returns), batch.reversed_count)
        self.assertEqual({entry.mark for entry in returns}, {"RD"})
        self.assert_balances(1000 - 200 + 10 * len(returns), "0")
        before = self.log().ids
        batch._job_book()
        self.assertEqual(self.log().ids, before)

    def test_one_entry_is_of_what_was_taken_alone(self):
        self.account.write({"has_whole_batches": True, "reversal_rate": 0})
        batch = self.book_partly(20, share=40)
        self.assertTrue(0 < batch.rejected_count < 20)
        debit = self.log()
        self.assertEqual(debit.amount, 10 * batch.payment_count)
        self.assertIn(f"/NRTX/{batch.payment_count}", debit.narratives)

    def test_nothing_is_booked_of_a_batch_without_payments(self):
        self.account.has_whole_batches = True
        batch = self.book_partly(3, share=100)
        self.assertEqual((batch.state, batch.payment_count), ("processed", 0))
        self.assertFalse(self.log())

    def book_partly(self, count, share):
        """:return: the booked batch, of which this share was rejected, in per cent"""
        reference = self.block(10 * count)
        payments = [self.payment(n, reference) for n in range(count)]
        effect = Effect("reject_payments", share=share)
        self.service._serve("initiate_payment", payments, "batch-1", effect)
        self.account.batch_ids._job_book()
        return self.account.batch_ids

    def test_about_thirty_percent_come_back_for_many_reasons(self):
        self.account.opening_balance = 10000
        batch = self.book(1000)
        self.assertGreater(batch.reversed_count, 240)
        self.assertLess(batch.reversed_count, 360)
        reasons = set(batch.payment_ids.mapped("reversal_reason")) - {False}
        self.assertEqual(reasons, set(REVERSAL_REASONS))

    def test_payments_inside_the_bank_never_come_back(self):
        self.account.reversal_rate = 100
        batch = self.book(5, beneficiary_bank_code="EXAMPLE_BANK")
        self.assertEqual(batch.reversed_count, 0)

    def test_the_same_seed_reverses_the_same_payments(self):
        self.account.opening_balance = 10000
        chosen = []
        for number, seed in (("PROG2", 7), ("PROG3", 7), ("PROG4", 8)):
            account = self.make_account(number, 10000, seed=seed)
            block = self.env["g2p.bridge.example.bank.block"]._block_funds(
                account, Decimal(1000), ""
            )
            batch = self.pay(
                [
                    self.payment(n, block.block_reference, remitting_account=number)
                    for n in range(100)
                ]
            )
            batch._job_book()
            chosen.append(
                {
                    payment.payment_reference_number: payment.reversal_reason
                    for payment in batch.payment_ids.filtered("reversal_reason")
                }
            )
        self.assertEqual(chosen[0], chosen[1])
        self.assertNotEqual(chosen[0], chosen[2])

    def test_the_entry_carries_what_the_statement_shows(self):
        self.account.reversal_rate = 100
        self.book(1, narrative_1="two\nlines", narrative_5="five", narrative_6="six")
        debit, reversal = self.log()
        self.assertEqual(debit.customer_reference, "D00000000000000")
        self.assertLessEqual(len(debit.bank_reference), 16)
        self.assertNotEqual(debit.bank_reference, reversal.bank_reference)
        lines = ["two lines", "PROG", "CYC", "ID0", "Beneficiary 0"]
        self.assertEqual(debit.narratives.split("\n"), [*lines, "six"])
        reason = reversal.payment_id.reversal_reason
        self.assertEqual(reversal.narratives.split("\n"), [*lines, reason])

    def test_a_forgotten_batch_is_found_by_the_heartbeat(self):
        reference = self.block(10)
        batch = self.pay([self.payment(1, reference)])
        jobs = self.env["queue.job"].search([("model_name", "=", batch._name)])
        jobs.unlink()
        batch._cron_book()
        batch._cron_book()
        job = self.env["queue.job"].search([("model_name", "=", batch._name)])
        self.assertEqual(len(job), 1)
        self.assertEqual(job.channel, "root.g2p_bridge_example_bank")
        self.assertEqual(job.records, batch)

    def test_a_deposit_is_a_credit(self):
        wizard = self.env["g2p.bridge.example.bank.deposit"].create(
            {"account_id": self.account.id, "amount": 250.5}
        )
        wizard.action_deposit()
        self.assertEqual(self.log().mapped("mark"), ["C"])
        self.assert_balances("1250.50", "0")

    def test_a_deposit_of_nothing_is_refused(self):
        for amount in (0, -5):
            wizard = self.env["g2p.bridge.example.bank.deposit"].create(
                {"account_id": self.account.id, "amount": amount}
            )
            with self.assertRaises(UserError):
                wizard.action_deposit()

    def test_what_statements_were_computed_with_is_fixed(self):
        self.account.opening_balance = 2000
        self.book(1)
        self.account.holder_name = "Another name"
        for values in ({"opening_balance": 1}, {"account_number": "OTHER"}):
            with self.assertRaises(UserError):
                self.account.write(values)

    def test_large_amounts_stay_exact(self):
        account = self.make_account("BIG")
        opening = Decimal("9999999999999.99")
        write_exact(account, opening_balance=opening)
        amount = Decimal("9999999999999.98")
        blocks = self.env["g2p.bridge.example.bank.block"]
        block = blocks._block_funds(account, amount, "key")
        self.assertEqual(blocks._block_funds(account, amount, "key"), block)
        self.assertEqual(account._balances()[account.id], (opening, amount))
        pay = self.payment(
            1,
            block.block_reference,
            remitting_account="BIG",
            payment_amount=Decimal("999999999999.99"),
        )
        self.pay([pay])._job_book()
        self.assertEqual(block._release("key"), Decimal("8999999999999.99"))

    def test_currencies_with_other_decimals(self):
        for code, amount, wrong in (("JPY", "7", "7.5"), ("KWD", "7.125", "7.1255")):
            with self.subTest(code):
                account = self.make_account(f"ACC-{code}", 1000, code)
                message = {"account_number": account.account_number, "currency": code}
                good = {**message, "amount": Decimal(amount)}
                self.assertEqual(self.serve("block_funds", good)["status"], "success")
                bad = {**message, "amount": Decimal(wrong)}
                self.assertIn("decimals", self.serve("block_funds", bad)["error_message"])
                self.assertEqual(account._balances()[account.id][1], Decimal(amount))
