# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import time
from datetime import date, timedelta
from decimal import Decimal
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from ...lib.statement_identity import Sheet, corrections

DAY = date(2026, 11, 20)


class IdentityCase(TestCase):
    def setUp(self):
        self.keys = iter(range(1, 1_000_000))

    def sheet(self, opening="1000", closing="990", file=None, **values):
        key = next(self.keys)
        balances = {
            "opening": None if opening is None else Decimal(opening),
            "closing": None if closing is None else Decimal(closing),
        }
        return Sheet(
            **{
                "key": key,
                "account": "A",
                "number": 5,
                "sequence": 1,
                "file": file or f"file {key}",
                "day": DAY,
                **balances,
                **values,
            }
        )

    def assertCorrects(self, sheet, corrected, *others):
        for taken in ([corrected, *others], [*others, corrected]):
            self.assertEqual(corrections([sheet], taken), {sheet.key: corrected.key})

    def assertAnother(self, sheet, *taken):
        self.assertEqual(corrections([sheet], taken), {})


class TestIdentity(IdentityCase):
    """The same number with other content: another statement, or a correction."""

    def test_same_day_and_place_is_a_correction(self):
        for closing in ("970", "990"):
            self.assertCorrects(self.sheet(closing=closing), self.sheet())

    def test_another_number_page_or_account(self):
        first = self.sheet()
        for values in ({"number": 6}, {"sequence": 2}, {"account": "B"}):
            self.assertAnother(self.sheet("1000", "970", **values), first)

    def test_another_day(self):
        self.assertAnother(self.sheet(day=DAY + timedelta(days=1)), self.sheet())

    def test_no_number_is_no_argument(self):
        self.assertAnother(self.sheet(number=0), self.sheet(number=0))

    def test_it_follows_on_one_that_has_the_number(self):
        self.assertAnother(self.sheet("990", "970"), self.sheet("1000", "990"))

    def test_it_leads_to_one_that_has_the_number(self):
        self.assertAnother(self.sheet("1010", "1000"), self.sheet("1000", "990"))

    def test_the_place_is_taken(self):
        """Of three of one day the last is corrected: it still follows on the second."""
        first, second = self.sheet("1000", "990"), self.sheet("990", "980")
        third = self.sheet("980", "970")
        self.assertCorrects(self.sheet("980", "950"), third, first, second)
        self.assertCorrects(self.sheet("1040", "990"), first, second, third)
        self.assertAnother(self.sheet("970", "950"), first, second, third)

    def test_balances_of_another_day_say_nothing(self):
        """What a statement follows on is what its correction follows on."""
        before = self.sheet("1010", "1000", day=DAY - timedelta(days=1))
        self.assertCorrects(self.sheet("1000", "970"), self.sheet("1000", "990"), before)

    def test_an_empty_one_leaves_its_place(self):
        self.assertAnother(self.sheet("1000", "970"), self.sheet("1000", "1000"))

    def test_it_corrects_the_latest_where_balances_do_not_tell(self):
        first, second = self.sheet("1000", "990"), self.sheet("990", "980")
        self.assertCorrects(self.sheet("500", "400"), second, first)

    def test_what_is_not_known_is_no_argument(self):
        first = self.sheet()
        self.assertCorrects(self.sheet(None, None), first)
        self.assertCorrects(self.sheet("1000", "970", day=None), first)
        self.assertCorrects(self.sheet("1000", "970"), self.sheet(None, None, day=None))
        self.assertAnother(self.sheet("990", "970", day=None), first)

    def test_one_file_corrects_nothing_of_itself(self):
        sheets = [self.sheet("1000", closing, file="F") for closing in ("990", "980", "970")]
        self.assertEqual(corrections(sheets, []), {})

    def test_second_file_of_several(self):
        first = [self.sheet("1000", "990", file="F"), self.sheet("500", "400", file="F")]
        second = [self.sheet("1000", "980", file="G"), self.sheet("990", "970", file="G")]
        found = corrections([*first, *second], [])
        self.assertEqual(found, {second[0].key: first[0].key})

    def test_what_leads_to_one_that_follows(self):
        """A whole day in one file, in any order: one link is enough for all of them."""
        first = self.sheet("1000", "990")
        chain = [
            self.sheet(str(opening), str(opening - 10), file="F")
            for opening in range(990, 900, -10)
        ]
        for sheets in (chain, chain[::-1], chain[4:] + chain[:4]):
            self.assertEqual(corrections(sheets, [first]), {})

    @given(st.permutations(range(9)), st.integers(0, 8))
    def test_a_chain_in_any_order_and_any_files(self, order, start):
        """Nothing of a chain is a correction of the rest, wherever it was begun."""
        chain = [self.sheet(str(1000 - number), str(999 - number), file="F") for number in range(9)]
        taken = [chain[start]]
        fresh = [chain[number] for number in order if number != start]
        self.assertEqual(corrections(fresh, taken), {})

    def test_many_of_one_number_take_no_longer_than_their_number(self):
        def sheets(count, file):
            return [
                self.sheet(str(number), str(number + 1), file=file, number=1)
                for number in range(count)
            ]

        taken, fresh = sheets(20_000, "F"), sheets(20_000, "G")
        begun = time.process_time()
        self.assertEqual(len(corrections(fresh, taken)), 20_000)
        self.assertLess(time.process_time() - begun, 10)
