# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Financial addresses as SPAR writes them, read into their parts.

A mapper gives text whose form each deployment configures (SPAR 1.x), or an object
(SPAR 2.x). Text comes as entries ``key:value`` joined by a separator, with parts missing
or in any order, or, from older deployments, filled into a template such as
``bank_{account_number}_{bank_code}_{branch_code}_{fa_type}``. What leaves any doubt is
an error and not a guess: money would follow it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from odoo.addons.g2p_bridge.lib.financial_address import FinancialAddress
from odoo.addons.g2p_bridge.lib.lost_digits import lost_digits

from .address_config import (
    DEFAULT_ENTRY_SEPARATOR,
    DEFAULT_KEYS,
    DEFAULT_PAIR_SEPARATOR,
    DEFAULT_TEMPLATES,
    IGNORE,
    Template,
)

#: Longest text that is looked at.
MAX_LENGTH = 500
#: Longest number that an object may hold.
MAX_BITS = 256
#: What follows fa_type on the wire, and the account type that it means.
ACCOUNT_TYPES = {
    "BANK": "BANK_ACCOUNT",
    "BANK_ACCOUNT": "BANK_ACCOUNT",
    "MOBILE_WALLET": "MOBILE_WALLET",
    "EMAIL_WALLET": "EMAIL_WALLET",
}
#: What an account type cannot do without.
REQUIRED = {
    "BANK_ACCOUNT": "account_number",
    "MOBILE_WALLET": "phone",
    "EMAIL_WALLET": "email",
}
#: Parts that name or number something.
_IDENTIFIERS = ("account_number", "bank_code", "branch_code", "phone")
_PROVIDERS = {"MOBILE_WALLET": "mobile_wallet_provider", "EMAIL_WALLET": "email_wallet_provider"}
#: How mappers write that a part is missing (templates filled with an absent value).
_NOTHING = {"", "None", "null", "NULL"}
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*").fullmatch
#: What no text column holds, or no screen shows: control characters, halves of characters.
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]").search
_TYPE_SHAPE = re.compile(r"[A-Za-z_]{1,30}").fullmatch
_SHAPES = {
    "email": re.compile(r"[^@\s]+@[^@\s]+").fullmatch,
    "phone": re.compile(r"\+?[0-9(][0-9 ().\-/]{2,30}").fullmatch,
}


class AddressError(ValueError):
    """The address cannot be used; the text says why without quoting account numbers.

    :param code: ``ADDRESS_EMPTY``, ``ADDRESS_UNREADABLE`` (no configured form fits),
        ``ADDRESS_TYPE_UNKNOWN``, ``ADDRESS_INCOMPLETE`` (what the type needs is missing)
        or ``ADDRESS_INVALID`` (a part cannot be what it says it is)
    """

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class AddressParser:
    """Reads the financial addresses of one mapper; build once, use for a whole batch.

    :param keys: key on the wire → name of the field (one of ``FIELDS``), or ``ignore``
    :param templates: older forms, tried in this order where the text does not begin
        with a key
    """

    keys: Mapping[str, str] = field(default_factory=lambda: DEFAULT_KEYS)
    entry_separator: str = DEFAULT_ENTRY_SEPARATOR
    pair_separator: str = DEFAULT_PAIR_SEPARATOR
    templates: Sequence[Template] = DEFAULT_TEMPLATES

    def parse(self, address: str | Mapping) -> FinancialAddress:
        """Read one address.

        :param address: text, or the object of SPAR 2.x
        :raises AddressError: anything about it is missing, unknown or ambiguous
        """
        if isinstance(address, Mapping):
            return self._build(self._from_object(address))
        if not isinstance(address, str):
            raise AddressError("ADDRESS_UNREADABLE", "The address is neither text nor an object.")
        text = address.strip()
        if text in _NOTHING:
            raise AddressError("ADDRESS_EMPTY", "The mapper gave an empty address.")
        if _is_odd(text):
            raise AddressError(
                "ADDRESS_UNREADABLE",
                f"The address is longer than {MAX_LENGTH} characters or has control characters.",
            )
        first_key, separator, _value = text.partition(self.pair_separator)
        if separator and first_key in self.keys:
            return self._build(self._from_entries(text))
        return self._build(self._from_template(text))

    def _from_entries(self, text: str) -> list[tuple[str, str]]:
        """Key by key. A piece without a key belongs to the value before it, which held
        the separator itself (an e-mail address, say)."""
        found: list[list[str]] = []
        for piece in text.split(self.entry_separator):
            key, separator, value = piece.partition(self.pair_separator)
            if separator and key in self.keys:
                found.append([key, value])
            elif separator and _IDENTIFIER(key):
                raise AddressError(
                    "ADDRESS_UNREADABLE",
                    "An entry of the address has a key that is not configured"
                    + (f": {key}." if len(key) <= 30 else "."),
                )
            else:
                found[-1][1] += self.entry_separator + piece
        return [(key, value) for key, value in found]

    def _from_object(self, address: Mapping) -> list[tuple[str, str]]:
        found = []
        for key, value in address.items():
            if key not in self.keys or value is None:
                continue
            if isinstance(value, bool) or not isinstance(value, str | int):
                raise AddressError("ADDRESS_UNREADABLE", f"The value of {key} is not text.")
            if value.bit_length() > MAX_BITS if isinstance(value, int) else _is_odd(value):
                raise AddressError(
                    "ADDRESS_INVALID", f"The value of {key} is too long or has control characters."
                )
            found.append((key, str(value)))
        return found

    def _from_template(self, text: str) -> list[tuple[str, str]]:
        for template in self.templates:
            readings = template.readings(text, _accepts)
            if len(readings) > 1:
                raise AddressError(
                    "ADDRESS_UNREADABLE",
                    f"The address can be read in more than one way with {template.source}.",
                )
            if readings:
                return readings[0]
        raise AddressError(
            "ADDRESS_UNREADABLE",
            "The address has none of the forms that are configured on the mapper.",
        )

    def _build(self, pairs: list[tuple[str, str]]) -> FinancialAddress:
        values: dict[str, str] = {}
        for key, raw in pairs:
            name, value = self.keys.get(key, key), raw.strip()
            if name == IGNORE or value in _NOTHING:
                continue
            if values.get(name, value) != value:
                raise AddressError("ADDRESS_UNREADABLE", f"The address gives two values for {key}.")
            values[name] = value
        account_type = _account_type(values.pop("fa_type", ""))
        _check(values, account_type)
        return FinancialAddress(account_type, **_with_provider(values, account_type))


def _is_odd(text: str) -> bool:
    return len(text) > MAX_LENGTH or bool(_CONTROL(text))


def _account_type(text: str) -> str:
    if not text:
        raise AddressError("ADDRESS_TYPE_UNKNOWN", "The address does not give its type (fa_type).")
    if text not in ACCOUNT_TYPES:
        shown = text if _TYPE_SHAPE(text) else "of the address"
        raise AddressError(
            "ADDRESS_TYPE_UNKNOWN",
            f"The type {shown} is not one of {', '.join(ACCOUNT_TYPES)}.",
        )
    return ACCOUNT_TYPES[text]


def _accepts(name, value):
    """Whether a part can have the value: what tells the readings of a template apart."""
    if name == "fa_type":
        return value in ACCOUNT_TYPES
    shape = _SHAPES.get(name)
    return bool(shape is None or shape(value))


def _check(values, account_type):
    needed = REQUIRED[account_type]
    value = values.get(needed)
    if value is None:
        raise AddressError("ADDRESS_INCOMPLETE", f"A {account_type} address needs the {needed}.")
    if not _accepts(needed, value):
        raise AddressError("ADDRESS_INVALID", f"The {needed} does not look like one.")
    for name in _IDENTIFIERS:
        if name in values and lost_digits(values[name]):
            raise AddressError(
                "ADDRESS_INVALID",
                f"The {name} is what a spreadsheet has made of one: its digits are lost.",
            )


def _with_provider(values, account_type):
    """Fill in the provider of a wallet from the spelling with name and code."""
    provider = _PROVIDERS.get(account_type)
    if provider:
        given = values.get("wallet_provider_code") or values.get("wallet_provider_name")
        if given:
            values.setdefault(provider, given)
    return values
