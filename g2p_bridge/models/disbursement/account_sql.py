# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""When two financial addresses are one account, for queries over disbursements.

Accounts are the same however they are spaced; those of different banks, providers or kinds are not.
"""

#: Bank or provider of a row's address.
PLACE = """
    UPPER(COALESCE(CASE account_type
        WHEN 'MOBILE_WALLET' THEN mobile_wallet_provider
        WHEN 'EMAIL_WALLET' THEN email_wallet_provider ELSE bank_code END, ''))
"""
#: Account, phone number or mail address of a row; empty or NULL if it has none.
ACCOUNT = """
    UPPER(CASE account_type
        WHEN 'MOBILE_WALLET' THEN translate(phone, ' ()-./', '')
        WHEN 'EMAIL_WALLET' THEN email
        ELSE translate(account_number, ' -./', '') END)
"""
#: All of it as one text.
WHOLE = f"ROW(account_type, {PLACE}, {ACCOUNT})::text"
