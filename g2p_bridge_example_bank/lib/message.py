# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Requests of the bank's clients: from bytes to checked values, before any database.

The shapes are those of the OpenG2P Example Bank's own OpenAPI document; the texts for a
malformed request are its texts. Amounts become :class:`decimal.Decimal`.
"""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import simplejson

from .refusal import MalformedRequest, Refused

#: Longest text that the bank keeps in one field.
TEXT_LIMIT = 255
#: Most digits of a total; more would not survive every client's JSON reader.
TOTAL_DIGITS = 15
#: Most integer digits of one payment: parsers of MT940 corrupt longer ones.
PAYMENT_INTEGER_DIGITS = 12
#: A number that travels as text.
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
#: A customer reference as field :61: carries it: 16 characters of SWIFT's set x, and the
#: underscore, which is in the IDs of OpenG2P's bridge.
REFERENCE = re.compile(r"(?!/)(?!.*//)[0-9A-Za-z/?:().,'+_-]{1,16}(?<!/)", re.ASCII)

CHECK_FUNDS = {"account_number": str, "account_currency": str, "total_funds_needed": Decimal}
BLOCK_FUNDS = {"account_number": str, "currency": str, "amount": Decimal}
RELEASE_FUNDS = {"block_reference_no": str}
PAYMENT_STATUS = {"batch_reference": str}
ACCOUNT = {"program_account_number": str}
PAYMENT = {
    "payment_reference_number": str,
    "remitting_account": str,
    "remitting_account_currency": str,
    "payment_amount": Decimal,
    "funds_blocked_reference_number": str,
    "beneficiary_name": str,
    "beneficiary_account": str,
    "beneficiary_account_currency": str,
    "beneficiary_account_type": str,
    "beneficiary_bank_code": str,
    "beneficiary_branch_code": str,
    "payment_date": str,
}
PAYMENT_OPTIONAL = (
    "beneficiary_mobile_wallet_provider",
    "beneficiary_phone_no",
    "beneficiary_email",
    "beneficiary_email_wallet_provider",
    "narrative_1",
    "narrative_2",
    "narrative_3",
    "narrative_4",
    "narrative_5",
    "narrative_6",
)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a request must look like.

    :param fields: required field → ``str`` or ``Decimal``
    :param optional: names of texts that may be missing or null; they become ``""``
    :param many: the body is a list of such objects
    """

    fields: dict
    optional: tuple = ()
    many: bool = False


SHAPES = {
    "check_funds": Shape(CHECK_FUNDS),
    "block_funds": Shape(BLOCK_FUNDS),
    "release_funds": Shape(RELEASE_FUNDS),
    "initiate_payment": Shape(PAYMENT, PAYMENT_OPTIONAL, many=True),
    "payment_status": Shape(PAYMENT_STATUS),
    "generate_account_statement": Shape(ACCOUNT),
    "list_account_statements": Shape(ACCOUNT),
}


def read(operation, body):
    """Decode and check the bytes of one request.

    :return: dict of fields, or a list of them for ``initiate_payment``
    :raises MalformedRequest: with one text for every fault
    """
    shape = SHAPES[operation]
    try:
        data = simplejson.loads(body, use_decimal=True)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise MalformedRequest("JSON decode error") from error
    if shape.many and not isinstance(data, list):
        raise MalformedRequest("Input should be a valid list")
    faults = []
    rows = [_read_object(item, shape, faults) for item in (data if shape.many else [data])]
    if faults:
        raise MalformedRequest(*faults)
    return rows if shape.many else rows[0]


def _read_object(item, shape, faults):
    if not isinstance(item, dict):
        faults.append("Input should be a valid dictionary or object to extract fields from")
        return {}
    row = {}
    for name, kind in shape.fields.items():
        if name not in item:
            faults.append("Field required")
        else:
            row[name] = (_read_text if kind is str else _read_number)(item[name], faults)
    for name in shape.optional:
        value = item.get(name)
        row[name] = "" if value is None else _read_text(value, faults)
    return row


def _read_text(value, faults):
    if isinstance(value, str) and "\x00" not in value:
        try:
            value.encode()
            return value
        except UnicodeEncodeError:
            # A lone surrogate: legal in JSON, but no text that can be kept.
            pass
    faults.append("Input should be a valid string")
    return ""


def _read_number(value, faults):
    if isinstance(value, str):
        number = _number_from_text(value.strip())
        if number is None:
            faults.append("Input should be a valid number, unable to parse string as a number")
            return Decimal(0)
    elif isinstance(value, int | Decimal) and not isinstance(value, bool):
        number = Decimal(value)
    else:
        faults.append("Input should be a valid number")
        return Decimal(0)
    if not number.is_finite():
        faults.append("Input should be a finite number")
        return Decimal(0)
    return number


def _number_from_text(text):
    try:
        return Decimal(text) if NUMBER.fullmatch(text) else None
    except InvalidOperation:
        return None


def exact_amount(name, value, decimals, integer_digits=None):
    """Check that an amount is one that can be moved, and bring it to its currency's form.

    :param int decimals: decimal places of the currency
    :param int integer_digits: most digits before the comma; by default what is left of
        :data:`TOTAL_DIGITS`
    :return: Decimal with exactly ``decimals`` decimal places
    :raises Refused: not above zero, too many decimals, or too large
    """
    if value <= 0:
        raise Refused(f"{name} is {_short(value)}: it must be above zero")
    if value.adjusted() + 1 > (integer_digits or TOTAL_DIGITS - decimals):
        raise Refused(f"{name} is {_short(value)}: it is too large")
    # Below one unit of the last place only zeros may follow.
    if value.adjusted() < -decimals or value != round(value, decimals):
        raise Refused(f"{name} is {_short(value)}: the currency has {decimals} decimals")
    return value.quantize(Decimal(1).scaleb(-decimals))


def check_texts(row):
    """Refuse a text that is longer than the bank keeps.

    :raises Refused: naming the field
    """
    for name, value in row.items():
        if isinstance(value, str) and len(value) > TEXT_LIMIT:
            raise Refused(f"{name} is longer than {TEXT_LIMIT} characters")


def check_reference(reference):
    """Refuse a payment reference that a statement could not carry back.

    :raises Refused: naming the rule
    """
    if not REFERENCE.fullmatch(reference):
        raise Refused(
            f"payment_reference_number {reference[:40]!r} must have 1 to 16 letters, digits or"
            " /?:().,'+_- and no slash at an end or doubled"
        )


def _short(value):
    text = str(value)
    return text if len(text) <= 40 else text[:37] + "..."
