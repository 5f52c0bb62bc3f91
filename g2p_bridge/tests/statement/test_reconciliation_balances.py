# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from decimal import Decimal

from .statement_common import DAY, StatementCase


class TestBalances(StatementCase):
    """What does not add up is a warning on the statement, never a silent pass."""

    def fee(self, amount="1.00"):
        return self.entry("D", "NONREF", amount)

    def credit(self, amount="5.00"):
        return self.entry("C", "FUNDING", amount)

    def page(self, day, number, sequence="1", **values):
        """A statement that begins where all others begin and end."""
        return self.process(
            statement_date=day, statement_number=number, sequence_number=sequence, **values
        )

    def assertWarned(self, record, *texts):
        self.assertEqual(record.state, "done")
        self.assertEqual(record.has_warnings, bool(texts))
        warnings = record.warnings.splitlines() if record.warnings else []
        self.assertEqual(len(warnings), len(texts), warnings)
        for warning, text in zip(warnings, texts, strict=True):
            self.assertIn(text, warning)

    def test_all_marks_count_as_what_they_do_to_the_balance(self):
        record = self.process(
            self.credit("5.00"),
            self.fee("2.00"),
            self.entry("RC", "FUNDING", "0.50"),
            self.entry("RD", "NONREF", "0.25"),
            opening_balance="10.00",
            closing_balance=Decimal("12.75"),
        )
        self.assertWarned(record)

    def test_lines_that_do_not_lead_to_the_closing_balance(self):
        record = self.process(self.fee(), closing_balance=Decimal("999.01"))
        self.assertWarned(record, "do not give the closing balance $\xa0999.01")

    def test_debit_balance(self):
        record = self.process(self.fee("30.00"), opening_balance="10.00")
        self.assertWarned(record)
        self.assertEqual(record.closing_balance, -20.00)

    def test_balances_of_fifteen_digits(self):
        record = self.process(self.credit("0.01"), opening_balance="7845526026662.07")
        self.assertWarned(record)
        self.assertEqual(record.closing_balance, 7845526026662.08)
        record = self.process(opening_balance="7845526026662.08", **self.following())
        self.assertWarned(record)

    def test_first_statement_of_an_account_follows_none(self):
        self.process(account_number="OTHER", statement_number="7")
        self.assertWarned(self.process(statement_number="9"))

    def test_opening_balance_is_the_former_closing_balance(self):
        self.process(self.credit(), opening_balance="10.00")
        record = self.process(opening_balance="15.00", **self.following())
        self.assertWarned(record)

    def test_opening_balance_is_another(self):
        former = self.process(self.credit(), opening_balance="10.00")
        record = self.process(opening_balance="10.00", **self.following())
        self.assertWarned(record, f"is not the closing balance $\xa015.00 of {former.statement_id}")

    def test_no_balances(self):
        record = self.process(opening_balance="10.00", closing_balance=None)
        self.assertWarned(record, "no opening or no closing balance")

    def test_nothing_to_compare_with(self):
        self.process(opening_balance="10.00", closing_balance=None)
        self.assertWarned(self.process(opening_balance="10.00", **self.following()))

    def test_next_number(self):
        self.page(DAY, "8")
        self.assertWarned(self.page(DAY, "9"))

    def test_next_page_of_the_same_number(self):
        self.page(DAY, "8", "1")
        self.assertWarned(self.page(DAY, "8", "2"))
        self.assertWarned(self.page(DAY, "9", "1"))

    def test_missing_number(self):
        self.page(DAY, "8")
        self.assertWarned(self.page(DAY, "10"), "10/1 does not follow 8/1")

    def test_missing_page(self):
        self.page(DAY, "8", "1")
        self.assertWarned(self.page(DAY, "8", "3"), "8/3 does not follow 8/1")

    def test_missing_first_page(self):
        self.page(DAY, "8", "1")
        self.assertWarned(self.page(DAY, "9", "2"), "9/2 does not follow 8/1")

    def test_numbers_start_again_with_the_year(self):
        self.page(date(2026, 12, 31), "365")
        self.assertWarned(self.page(date(2027, 1, 1), "1"))

    def test_numbers_do_not_start_again_within_the_year(self):
        self.page(date(2026, 11, 20), "300")
        self.assertWarned(self.page(date(2026, 11, 21), "1"), "1/1 does not follow 300/1")

    def test_missing_statement_that_comes_late(self):
        self.process(self.credit(), opening_balance="10.00")
        later = self.process(opening_balance="20.00", **self.following(days=2, number=3))
        self.assertWarned(later, "is not the closing balance $\xa015.00", "3/1 does not follow 1/1")
        missing = self.process(self.credit(), opening_balance="15.00", **self.following())
        self.assertWarned(missing)

    def test_numbers_that_are_none(self):
        self.page(DAY, "ABC")
        self.assertWarned(self.page(DAY, "²"))
        self.assertWarned(self.page(DAY, ""))

    def test_statements_of_one_number_at_another_bank_are_no_predecessors(self):
        other = self.env["g2p.bridge.sponsor.bank"].create({"name": "Other", "code": "OTHER"})
        self.make_program(
            "PENSION", sponsor_bank_id=other.id, sponsor_bank_account_number="CASH-ACCOUNT"
        )
        self.receive(self.statement(opening_balance="1.00"), sponsor_bank=self.bank)
        second, known = self.receive(self.statement(opening_balance="2.00"), sponsor_bank=other)
        self.assertFalse(known)
        self.run_jobs()
        self.assertWarned(second)
