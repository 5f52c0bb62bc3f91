# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Financial addresses: where a person wants the money, whichever ID mapper has said so."""

from dataclasses import dataclass, fields

#: Stands for what is not shown.
HIDDEN = "••••"


@dataclass(frozen=True, slots=True)
class FinancialAddress:
    """Where one person wants the money. Empty text where a part is not given.

    :param account_type: ``BANK_ACCOUNT``, ``MOBILE_WALLET`` or ``EMAIL_WALLET``
    :param phone: number of the wallet, or the holder's
    :param mobile_wallet_provider, email_wallet_provider: who runs the wallet, its code
        where the mapper gives one, else its name
    :param wallet_provider_name, wallet_provider_code: both as the mapper gave them
    """

    account_type: str
    account_number: str = ""
    bank_code: str = ""
    bank_name: str = ""
    branch_code: str = ""
    branch_name: str = ""
    phone: str = ""
    email: str = ""
    mobile_wallet_provider: str = ""
    email_wallet_provider: str = ""
    wallet_provider_name: str = ""
    wallet_provider_code: str = ""

    def masked(self) -> dict[str, str]:
        """The parts that are given, with accounts, phone and e-mail down to the end."""
        given = {item.name: getattr(self, item.name) for item in fields(self)}
        for name in ("account_number", "phone", "email"):
            given[name] = mask(given[name])
        return {name: value for name, value in given.items() if value}


def mask(text: str) -> str:
    """The last four characters of ``text``; up to four: none. Not even its length is told."""
    return HIDDEN + (text[-4:] if len(text) > 4 else "") if text else ""
