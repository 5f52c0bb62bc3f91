from datetime import datetime, time

import pytz


def midnight(day, zone):
    """The moment at which a day begins where the company is.

    In Python, because PostgreSQL may know fewer names of time zones than Odoo does.

    :param day: date
    :param zone: name of a time zone; UTC if there is none
    :return: naive datetime in UTC, as Odoo stores moments
    """
    local = pytz.timezone(zone or "UTC").localize(datetime.combine(day, time.min))
    return local.astimezone(pytz.utc).replace(tzinfo=None)
