# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""On which day a cycle is paid, and the moment at which a day begins."""

from datetime import date, datetime, time, timedelta

import pytz


def schedule_date(
    rule: str, start: date | None, approved: date, days: int, weekday: int, earliest: date
) -> date:
    """The schedule date of an envelope; all dates are days of the company's calendar.

    :param rule: cycle_start: ``days`` after the start of the cycle; approval: ``days`` after
        its approval; weekday: the first such day that is at least ``days`` after its approval
    :param start: first day of the cycle; without one, the approval counts
    :param weekday: 0 is Monday
    :param earliest: no envelope may be scheduled before this day, so a rule that names an
        earlier one gives this day; a fixed weekday is kept and moves on by whole weeks
    """
    day = (start or approved) if rule == "cycle_start" else approved
    day = max(day + timedelta(days=days), earliest)
    if rule == "weekday":
        day += timedelta(days=(weekday - day.weekday()) % 7)
    return day


def midnight(day: date, zone: pytz.BaseTzInfo) -> datetime:
    """The moment at which a day begins where the company is.

    In Python, because PostgreSQL may know fewer names of time zones than Odoo does.

    :return: naive datetime in UTC, as Odoo stores moments
    """
    local = zone.localize(datetime.combine(day, time.min))
    return local.astimezone(pytz.utc).replace(tzinfo=None)
