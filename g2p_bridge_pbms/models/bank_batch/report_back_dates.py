from datetime import datetime, time

import pytz


def midnight(day, zone):
    """The moment at which a day begins where the company is.

    In Python, because PostgreSQL may know fewer names of time zones than Odoo does.

    :param day: date
    :param zone: time zone of ``pytz``
    :return: naive datetime in UTC, as Odoo stores moments
    """
    local = zone.localize(datetime.combine(day, time.min))
    return local.astimezone(pytz.utc).replace(tzinfo=None)
