# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What operations speak of, whatever the dialect around it."""

from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from .values import (
    Amount,
    ExactNumber,
    Flag,
    OptionalText,
    OptionalWholeNumber,
    SenderKey,
    Text,
)


def described(kind, text, *examples):
    """A value with its meaning for people."""
    return Annotated[kind, Field(description=text, examples=list(examples) or None)]


FREQUENCY = described(
    OptionalText,
    "Daily, Weekly, Fortnightly, Monthly, BiMonthly, Quarterly, SemiAnnually, Annually or OnDemand",
    "Monthly",
)
DAY = described(OptionalText, "A day, YYYY-MM-DD", "2027-01-31")
ERROR_CODES = described(list[str] | None, "What is wrong with this row; empty or absent if nothing")


class ErrorDetail(TypedDict):
    """What is wrong with one member of a row."""

    code: described(str, "One of response_error_codes", "NUMBER_TOO_LONG")
    field: described(str, "The member that it is about", "beneficiary_account")
    value: described(str, "As it was sent", "1.23457E+17")
    remedy: described(str, "What to do, for people")


ERROR_DETAILS = described(
    list[ErrorDetail] | None,
    "Where a code does not say which member of the row is wrong; else absent",
)


class Envelope(TypedDict, total=False):
    """A disbursement envelope by its control totals."""

    id: OptionalText
    disbursement_envelope_id: described(OptionalText, "The bridge's ID of the envelope")
    benefit_program_mnemonic: described(OptionalText, "The program, as configured", "CASH")
    disbursement_frequency: FREQUENCY
    cycle_code_mnemonic: described(OptionalText, "The cycle that is paid", "2027-01")
    number_of_beneficiaries: described(OptionalWholeNumber, "At least 1", 3)
    number_of_disbursements: described(OptionalWholeNumber, "At least one for each beneficiary", 3)
    total_disbursement_amount: described(
        Amount, "Sum of all disbursements, with at most the decimals of the currency", 60.75
    )
    disbursement_currency_code: described(OptionalText, "The program's currency", "USD")
    disbursement_schedule_date: DAY


class Disbursement(TypedDict, total=False):
    """One payment to one person."""

    id: OptionalText
    mis_reference_number: described(
        SenderKey, "The sender's own key, unique in the envelope: makes a repeated call harmless"
    )
    disbursement_id: described(OptionalText, "The bridge's ID of the disbursement")
    disbursement_envelope_id: OptionalText
    beneficiary_id: OptionalText
    beneficiary_name: OptionalText
    disbursement_amount: described(Amount, "Above zero, with the decimals of the currency", 20.25)
    narrative: OptionalText
    receipt_time_stamp: OptionalText
    cancellation_status: OptionalText
    cancellation_time_stamp: OptionalText
    response_error_codes: ERROR_CODES
    response_error_details: ERROR_DETAILS
    reissue_of: described(
        OptionalText, "disbursement_id of an earlier one that was not paid, which this one replaces"
    )
    beneficiary_account_type: described(
        OptionalText,
        "BANK_ACCOUNT, MOBILE_WALLET or EMAIL_WALLET; the address is for programs without a mapper",
    )
    beneficiary_account: OptionalText
    beneficiary_bank_code: OptionalText
    beneficiary_branch_code: OptionalText
    beneficiary_phone_no: OptionalText
    beneficiary_email: OptionalText
    beneficiary_mobile_wallet_provider: OptionalText
    beneficiary_email_wallet_provider: OptionalText


class Program(TypedDict, total=False):
    """A benefit program and the account that pays it."""

    benefit_program_mnemonic: OptionalText
    benefit_program_name: OptionalText
    funding_org_code: OptionalText
    funding_org_name: OptionalText
    sponsor_bank_code: described(OptionalText, "Code of a sponsor bank that is configured")
    sponsor_bank_account_number: OptionalText
    sponsor_bank_branch_code: OptionalText
    sponsor_bank_account_currency: OptionalText
    id_mapper_resolution_required: Flag


class FundsStatus(TypedDict):
    """The steps of an envelope's money, and how many payments have gone how far."""

    disbursement_envelope_id: str
    funds_available_with_bank: described(
        str, "PENDING_CHECK, FUNDS_AVAILABLE, FUNDS_NOT_AVAILABLE or ERROR"
    )
    funds_available_latest_timestamp: OptionalText
    funds_available_latest_error_code: OptionalText
    funds_available_attempts: int
    funds_blocked_with_bank: described(
        str, "PENDING_CHECK, FUNDS_BLOCK_SUCCESS, FUNDS_BLOCK_FAILURE or ERROR"
    )
    funds_blocked_latest_timestamp: OptionalText
    funds_blocked_latest_error_code: OptionalText
    funds_blocked_attempts: int
    funds_blocked_reference_number: OptionalText
    id_mapper_resolution_required: bool
    number_of_disbursements_received: int
    number_of_disbursements_shipped: int
    number_of_disbursements_reconciled: int
    number_of_disbursements_reversed: int


class EnvelopeStatus(FundsStatus):
    """What became of an envelope."""

    total_disbursement_amount_received: ExactNumber


class Recon(TypedDict, total=False):
    """A payment as the bank's statement shows it, and its reversal."""

    bank_disbursement_batch_id: OptionalText
    disbursement_id: str
    disbursement_envelope_id: OptionalText
    beneficiary_name_from_bank: OptionalText
    remittance_reference_number: OptionalText
    remittance_statement_id: OptionalText
    remittance_statement_number: OptionalText
    remittance_statement_sequence: OptionalText
    remittance_entry_sequence: OptionalText
    remittance_entry_date: OptionalText
    remittance_value_date: OptionalText
    reversal_found: bool | None
    reversal_statement_id: OptionalText
    reversal_statement_number: OptionalText
    reversal_statement_sequence: OptionalText
    reversal_entry_sequence: OptionalText
    reversal_entry_date: OptionalText
    reversal_value_date: OptionalText
    reversal_reason: OptionalText


class ErrorRecon(TypedDict, total=False):
    """A statement line that names the disbursement but does not fit."""

    statement_id: OptionalText
    statement_number: OptionalText
    statement_sequence: OptionalText
    entry_sequence: OptionalText
    entry_date: OptionalText
    value_date: OptionalText
    error_reason: OptionalText
    disbursement_id: str
    bank_reference_number: OptionalText


class ReconRecords(TypedDict):
    disbursement_recon_payloads: list[Recon]
    disbursement_error_recon_payloads: list[ErrorRecon]


class DisbursementStatus(TypedDict, total=False):
    """A disbursement's own state and what the bank's statements say of it."""

    disbursement_id: str
    disbursement_status: described(
        str,
        "RECEIVED, RESOLVED, UNRESOLVED, SHIPPED, RECONCILED, REVERSED, REJECTED or CANCELLED; "
        "UNKNOWN if the sender has no disbursement of this ID",
    )
    disbursement_recon_records: ReconRecords


class AnyValues(TypedDict, total=False):
    """Names and values."""

    __pydantic_config__ = {"extra": "allow"}


class Gen2Envelope(TypedDict, total=False):
    """A disbursement envelope as the newer PBMS sends it."""

    id: described(OptionalText, "The sender's ID of the envelope; without one the bridge gives one")
    benefit_program_id: OptionalWholeNumber
    benefit_program_mnemonic: OptionalText
    benefit_program_description: OptionalText
    target_registry: OptionalText
    benefit_code_id: OptionalWholeNumber
    benefit_code_mnemonic: OptionalText
    benefit_code_description: OptionalText
    benefit_type: described(OptionalText, "Only CASH_DIGITAL is paid", "CASH_DIGITAL")
    disbursement_cycle_id: OptionalWholeNumber
    disbursement_frequency: FREQUENCY
    cycle_code_mnemonic: OptionalText
    number_of_beneficiaries: OptionalWholeNumber
    number_of_disbursements: OptionalWholeNumber
    total_disbursement_quantity: Amount
    measurement_unit: described(OptionalText, "The program's currency", "USD")
    disbursement_schedule_date: DAY
    receipt_time_stamp: OptionalText
    cancellation_status: OptionalText
    cancellation_timestamp: OptionalText


class Gen2Disbursement(TypedDict, total=False):
    """One payment to one person as the newer PBMS sends it."""

    disbursement_id: described(OptionalText, "The sender's ID of the disbursement")
    disbursement_envelope_id: described(OptionalText, "The envelope's ID as in its reply")
    beneficiary_id: OptionalText
    beneficiary_name: described(OptionalText, "Without one the beneficiary's ID stands for it")
    disbursement_quantity: described(Amount, "The amount", 20.25)
    disbursement_cycle_id: OptionalWholeNumber
    narrative: OptionalText
    disbursement_batch_control_id: OptionalText
    receipt_time_stamp: OptionalText
    cancellation_status: OptionalText
    cancellation_time_stamp: OptionalText
    response_error_codes: ERROR_CODES
    response_error_details: ERROR_DETAILS


class Gen2EnvelopeStatus(FundsStatus):
    """What became of an envelope, in the words of the newer PBMS."""

    measurement_unit: str
    number_of_beneficiaries_declared: int
    number_of_disbursements_declared: int
    total_disbursement_quantity_declared: ExactNumber
    total_disbursement_quantity_received: ExactNumber


class Gen2Recon(Recon, total=False):
    disbursement_batch_control_id: OptionalText


class Gen2ErrorRecon(ErrorRecon, total=False):
    reconciliation_id: Text


class Gen2ReconRecords(TypedDict):
    disbursement_recon_payloads: list[Gen2Recon]
    disbursement_error_recon_payloads: list[Gen2ErrorRecon]


class Gen2DisbursementStatus(TypedDict, total=False):
    reconciliation_id: Text
    disbursement_id: Text
    disbursement_status: str
    disbursement_recon_records: Gen2ReconRecords


AnyJson = Any
