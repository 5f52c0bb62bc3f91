# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What one row of ``create_disbursements`` says and what is wrong with it."""

from operator import itemgetter, methodcaller

from ..lib.lost_digits import are_whole, lost_digits
from ..lib.money import AmountError, parse_amount, parse_amounts
from .checks import are_texts, is_storable, is_text, shown
from .wire import ADDRESS, ADDRESS_IDENTIFIERS, IDENTIFIERS

#: Types of a financial address and the part that none of that type can do without.
ACCOUNT_TYPES = {
    "BANK_ACCOUNT": "beneficiary_account",
    "MOBILE_WALLET": "beneficiary_phone_no",
    "EMAIL_WALLET": "beneficiary_email",
}
_amount_of = itemgetter("disbursement_amount")
_key_of = itemgetter("mis_reference_number")
_beneficiary_of = itemgetter("beneficiary_id")
_reissue_of = methodcaller("get", "reissue_of")
#: What a row has to say in words.
_TEXTS = [
    itemgetter(name)
    for name in (
        "disbursement_envelope_id",
        "beneficiary_id",
        "beneficiary_name",
        "narrative",
    )
]
#: Keys that are numbers have fewer digits than this.
LARGEST_KEY = 10**40


def sender_keys(rows):
    """:func:`sender_key` of each row."""
    try:
        keys = list(map(_key_of, rows))
    except (LookupError, TypeError):
        keys = ()
    return keys if are_texts(keys) else [sender_key(row) for row in rows]


def sender_key(row):
    """The sender's key as text; None if there is none or it can't be one."""
    key = row.get("mis_reference_number") if isinstance(row, dict) else None
    if isinstance(key, int) and not isinstance(key, bool) and abs(key) < LARGEST_KEY:
        key = str(key)
    return key if is_text(key) else None


def reissue_of(row):
    """The disbursement that a row is to be paid in the place of, None if there is none."""
    value = row.get("reissue_of") if isinstance(row, dict) else None
    return None if _is_absent(value) else value if is_text(value) else shown(value)


def name_reissues(rows):
    """Whether any row says something of a reissue, right or wrong."""
    try:
        return not {None}.issuperset(map(_reissue_of, rows))
    except (AttributeError, TypeError):
        return True


def content_of(row, amount, mapped):
    """What makes two sendings of one key the same disbursement."""
    address = () if mapped else (row.get(name) or None for name in ADDRESS)
    return amount, row["beneficiary_id"], row["beneficiary_name"], row["narrative"], *address


def amounts_of(rows, decimals):
    """The amount of each row as Decimal, None where it is none."""
    try:
        return parse_amounts(list(map(_amount_of, rows)), decimals)
    except (AmountError, LookupError, TypeError):
        return [_amount(row, decimals) for row in rows]


def _amount(row, decimals):
    if not isinstance(row, dict):
        return None
    try:
        return parse_amount(row.get("disbursement_amount"), decimals)
    except AmountError:
        return None


def are_faultless(rows, amounts, keys):
    """Whether rows of a program with a mapper surely have no fault and no key twice.

    Column by column, hundreds of thousands of values in each call. Where it can't be told so
    easily, the answer is False: then :func:`row_faults` looks at each row.
    """
    try:
        return (
            are_texts(keys)
            and len(set(keys)) == len(keys)
            and None not in amounts
            and min(amounts) > 0
            and all(are_texts(list(map(text_of, rows))) for text_of in _TEXTS)
            and are_whole(keys)
            and are_whole(list(map(_beneficiary_of, rows)))
            and not name_reissues(rows)
        )
    except (LookupError, TypeError):
        return False


def row_faults(row, amount, key, mapped):
    """Codes of what is wrong with one row."""
    if not isinstance(row, dict):
        yield "INVALID_DISBURSEMENT_PAYLOAD"
        return
    if not row.get("disbursement_envelope_id"):
        yield "INVALID_DISBURSEMENT_ENVELOPE_ID"
    if amount is None or amount <= 0:
        yield "INVALID_DISBURSEMENT_AMOUNT"
    if not is_text(row.get("beneficiary_id")):
        yield "INVALID_BENEFICIARY_ID"
    if not is_text(row.get("beneficiary_name")):
        yield "INVALID_BENEFICIARY_NAME"
    if not is_text(row.get("narrative")):
        yield "INVALID_NARRATIVE"
    if not key and not _is_absent(row.get("mis_reference_number")):
        yield "INVALID_MIS_REFERENCE_NUMBER"
    if not mapped and not _address_is_fine(row):
        yield "INVALID_FINANCIAL_ADDRESS"
    yield from dict.fromkeys(code for _name, code in lost_fields(row, mapped))


def lost_fields(row, mapped):
    """(name, code) of each ID, account and code of a row of which a spreadsheet has made something.

    :param mapped: whether a mapper knows the address, so that the row's own is not used
    """
    for name in IDENTIFIERS if mapped else IDENTIFIERS + ADDRESS_IDENTIFIERS:
        value = row.get(name)
        code = lost_digits(value) if isinstance(value, str) else None
        if code:
            yield name, code


def _is_absent(value):
    return value is None or value is False or value == ""


def _address_is_fine(row):
    """No address at all (the ID travels), or one that a payment can be sent to.

    Its parts are texts, its type is known, and what its type needs is there.
    """
    parts = {name: row.get(name) for name in ADDRESS if not _is_absent(row.get(name))}
    if not parts:
        return True
    if not all(map(is_storable, parts.values())):
        return False
    needed = ACCOUNT_TYPES.get(parts.get("beneficiary_account_type"))
    return needed is not None and is_text(parts.get(needed))
