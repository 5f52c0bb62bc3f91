# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Accounts, codes and IDs that people enter."""

from .lib.account_masking import masked
from .lib.lost_digits import lost_digits


def refusal_of(env, field, value, secret=False):
    """Why an account, a code or an ID can't be what somebody has entered.

    :param field: how people call it
    :param secret: whether only its end may be quoted
    :return: a sentence; None if nothing speaks against it
    """
    if not value or not lost_digits(value):
        return None
    return env._(
        "%(field)s is “%(value)s”: that is what a spreadsheet has made of it. Enter it as it was.",
        field=field,
        value=masked(value) if secret else value,
    )
