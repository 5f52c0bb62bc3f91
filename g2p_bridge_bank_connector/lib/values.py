# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a connector is given and what it answers: plain, immutable values.

All amounts are :class:`decimal.Decimal` in major units of the currency.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import NamedTuple


class Payment(NamedTuple):
    """One payment to one beneficiary, as a bank needs to know it.

    Which beneficiary fields are filled depends on ``beneficiary_account_type``
    (``BANK_ACCOUNT``, ``MOBILE_WALLET`` or ``EMAIL_WALLET``; empty where only the
    beneficiary's ID travels and the bank finds the account).
    """

    disbursement_id: str
    remitting_account: str
    remitting_account_currency: str
    payment_amount: Decimal
    funds_blocked_reference_number: str
    payment_date: date
    beneficiary_id: str = ""
    beneficiary_name: str = ""
    beneficiary_account: str = ""
    beneficiary_account_currency: str = ""
    beneficiary_account_type: str = ""
    beneficiary_bank_code: str = ""
    beneficiary_branch_code: str = ""
    beneficiary_mobile_wallet_provider: str = ""
    beneficiary_phone_no: str = ""
    beneficiary_email: str = ""
    beneficiary_email_wallet_provider: str = ""
    disbursement_narrative: str = ""
    benefit_program_mnemonic: str = ""
    cycle_code_mnemonic: str = ""


@dataclass(frozen=True, slots=True)
class FundsCheck:
    """Whether the account covers the amount; the code says why not."""

    available: bool
    error_code: str = ""
    error_message: str = ""


@dataclass(frozen=True, slots=True)
class FundsBlock:
    """A hold on funds that the bank has made.

    :param block_reference: the bank's own name for the hold
    """

    block_reference: str


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The bank has taken the batch; this is not yet the result of the payments.

    :param rejected: disbursement_id → reason code of payments refused one by one
    :param bank_reference: the bank's own name for the batch, if it gives one
    """

    rejected: Mapping[str, str] = field(default_factory=dict)
    bank_reference: str = ""


class BatchState(Enum):
    """What a bank knows of a batch reference."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    NEVER_RECEIVED = "never_received"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PaymentStatus:
    """The bank's answer to "what became of this batch?".

    :param rejected: as in :class:`Acknowledgement`, for an accepted batch
    :param error_code: why the whole batch was rejected
    """

    state: BatchState
    rejected: Mapping[str, str] = field(default_factory=dict)
    bank_reference: str = ""
    error_code: str = ""
    error_message: str = ""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What banks with one connector can do at most, beyond the minimum.

    :param release_funds: can give back what a hold did not use
    :param payment_status: can say what became of a batch by its reference
    :param idempotent_block: the same block (or release) reference again returns the
        same block (or release), so that an unknown outcome is settled by calling again
    """

    release_funds: bool = False
    payment_status: bool = False
    idempotent_block: bool = False
