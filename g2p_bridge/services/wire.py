# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The names that existing systems use, mapped to ours in this one place."""

FREQUENCIES = {
    "Daily": "daily",
    "Weekly": "weekly",
    "Fortnightly": "fortnightly",
    "Monthly": "monthly",
    "BiMonthly": "bimonthly",
    "Quarterly": "quarterly",
    "SemiAnnually": "semiannually",
    "Annually": "annually",
    "OnDemand": "ondemand",
}
FREQUENCY_NAMES = {key: name for name, key in FREQUENCIES.items()}


def status(key):
    """The wire's upper-case name of a status."""
    return (key or "").upper()


def in_units(amount):
    """An amount as clients want it that count money in whole units: 60 and not 60.00.

    What is no whole number stays as exact as it is.
    """
    return int(amount) if amount == amount.to_integral_value() else amount


def timestamp(value):
    """A time as text, None if there is none."""
    return value.isoformat() if value else None


def moment(day):
    """A day as the time that the wire wants in its place: its midnight, without a zone."""
    return f"{day.isoformat()}T00:00:00" if day else None


#: What names or numbers a payment, a person, an account or a bank: no text of these may be what a
#: spreadsheet has made of it (``lib.lost_digits``). Those of an address count where it is used.
IDENTIFIERS = ("mis_reference_number", "beneficiary_id")
ADDRESS_IDENTIFIERS = (
    "beneficiary_account",
    "beneficiary_bank_code",
    "beneficiary_branch_code",
    "beneficiary_phone_no",
)

#: Optional financial address of a disbursement, for programs without a mapper: wire → column.
ADDRESS = {
    "beneficiary_account_type": "account_type",
    "beneficiary_account": "account_number",
    "beneficiary_bank_code": "bank_code",
    "beneficiary_branch_code": "branch_code",
    "beneficiary_phone_no": "phone",
    "beneficiary_email": "email",
    "beneficiary_mobile_wallet_provider": "mobile_wallet_provider",
    "beneficiary_email_wallet_provider": "email_wallet_provider",
}
