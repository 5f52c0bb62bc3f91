# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Amounts that a sender has passed through floats, made right again.

``7.70`` as a sum of floats is ``7.699999999999999``. Nothing here is a float: the number is the
text of the message, digit by digit.
"""

from decimal import Context, Decimal, InvalidOperation

#: How far, in major units, a number may be from the amount that is meant.
TOLERANCE = Decimal("0.000001")
#: Never more than this part of the smallest coin, whatever the currency.
_PART_OF_A_COIN = Decimal("0.001")
#: With more digits than an amount has before the point and a float behind it.
_CONTEXT = Context(prec=60, traps=[InvalidOperation])


def near_amount(value, decimals: int) -> Decimal | None:
    """The amount that a number with too many decimals stands for.

    :param value: as it came; only a Decimal, which is how a number with a point is read
    :param decimals: of the currency
    :return: the amount with so many decimals; None where the number is right as it is, stands
        for no amount, or is further from one than a sum of floats can be
    """
    if type(value) is not Decimal or not value.is_finite():
        return None
    if value.as_tuple().exponent >= -decimals:
        return None
    unit = Decimal(1).scaleb(-decimals)
    try:
        amount = value.quantize(unit, context=_CONTEXT)
    except InvalidOperation:
        return None  # more digits than any amount has: that is an error, and named as one
    distance = _CONTEXT.subtract(amount, value).copy_abs()
    return amount if distance <= min(TOLERANCE, unit * _PART_OF_A_COIN) else None
