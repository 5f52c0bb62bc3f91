# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import TransactionCase

from ...lib.reasons import failure_words


class TestReasons(TransactionCase):
    """Officers read why somebody was not paid, not a code."""

    def assertReason(self, expected, state, code):
        self.assertEqual(failure_words(self.env, state, code), expected)

    def test_known_code(self):
        self.assertReason(
            "The bank returned the money. The account is closed.", "reversed", "ACCOUNT_CLOSED"
        )

    def test_a_code_that_only_the_bank_knows_is_quoted(self):
        self.assertReason(
            "The bank refused the payment. The other side's own reason: LIMIT_42",
            "rejected",
            "LIMIT_42",
        )

    def test_the_banks_own_words_stay(self):
        self.assertReason(
            "The bank returned the money. Konto erloschen, siehe AB12.",
            "reversed",
            "Konto erloschen, siehe AB12.",
        )

    def test_no_code(self):
        for state, words in (
            ("unresolved", "There is no address to pay to."),
            ("rejected", "The bank refused the payment."),
            ("reversed", "The bank returned the money."),
            ("cancelled", "It was cancelled before it was sent to the bank."),
        ):
            with self.subTest(state=state):
                self.assertReason(words, state, "")
