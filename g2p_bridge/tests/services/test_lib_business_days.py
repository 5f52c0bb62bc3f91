# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From when on a day lies too many business days back."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from odoo.tests.common import BaseCase

from ...lib.business_days import first_day_in_time

MONDAY = date(2026, 11, 16)
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


def passed(day, today):
    """The plain model: business days after a day, today with them."""
    days = (day + timedelta(days=number) for number in range(1, (today - day).days + 1))
    return sum(day.weekday() < 5 for day in days)


class TestBusinessDays(BaseCase):
    def late_from(self, sent, business_days):
        """The first day on which what was sent then is late, looked for day by day."""
        return next(
            today
            for today in (sent + timedelta(days=number) for number in range(60))
            if sent < first_day_in_time(today, business_days)
        )

    def test_a_week_with_its_weekend(self):
        for sent, business_days, late in (
            (0, 3, 4),  # Monday: Friday
            (1, 3, 7),  # Tuesday: Friday is in time, the weekend says nothing, Monday
            (4, 3, 10),  # Friday: Thursday
            (4, 1, 8),  # Friday: Tuesday
            (5, 1, 8),  # Saturday: Monday is in time, Tuesday
            (6, 1, 8),  # Sunday alike
            (0, 5, 8),  # Monday to Monday is in time, Tuesday
            (0, 10, 15),
            (0, 1, 2),
        ):
            with self.subTest(sent=sent, business_days=business_days):
                wanted = MONDAY + timedelta(days=late)
                found = self.late_from(MONDAY + timedelta(days=sent), business_days)
                self.assertEqual(found, wanted)

    @given(DAYS, st.integers(0, 999))
    def test_it_is_the_first_day_of_which_no_more_have_passed(self, today, business_days):
        first = first_day_in_time(today, business_days)
        self.assertLessEqual(passed(first, today), business_days)
        self.assertGreater(passed(first - timedelta(days=1), today), business_days)
