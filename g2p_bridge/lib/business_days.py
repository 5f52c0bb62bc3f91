# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Business days, Monday to Friday. Public holidays are not known: they make a time shorter."""

from datetime import date, timedelta

FRIDAY = 4


def first_day_in_time(today: date, business_days: int) -> date:
    """The earliest day since which no more than so many business days have passed.

    The day itself does not count and ``today`` does. So what was sent on a Monday and is
    expected within three business days is late from Friday on; sent on a Friday, from
    Thursday on.

    :param business_days: from 0
    """
    day = today - timedelta(days=max(today.weekday() - FRIDAY, 0))
    weeks, rest = divmod(business_days, FRIDAY + 1)
    weekend = 2 if rest > day.weekday() else 0
    return day - timedelta(days=7 * weeks + rest + weekend)
