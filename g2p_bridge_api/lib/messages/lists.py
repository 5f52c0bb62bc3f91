# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The bridge's own additions: reading many disbursements, and what has changed."""

from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from .parts import described
from .values import ExactNumber, OptionalText, OptionalWholeNumber

Names = Annotated[list[Annotated[str, Field(strict=True)]] | None, Field(strict=True)]
CURSOR = described(OptionalText, "next_cursor of the page before; none to begin")
LIMIT = described(OptionalWholeNumber, "How many disbursements a page holds at most, 500 if absent")


class ListDisbursements(TypedDict, total=False):
    """Which page of an envelope's disbursements is wanted."""

    disbursement_envelope_id: OptionalText
    cursor: CURSOR
    limit: LIMIT
    states: described(Names, "Only disbursements with these disbursement_status")


class ListChanges(TypedDict, total=False):
    """From where on, and of what, changes are wanted."""

    cursor: CURSOR
    start: described(OptionalText, "Without a cursor: now (the default) or beginning", "now")
    limit: LIMIT
    include: described(Names, "events, disbursements or both (the default)")
    disbursement_envelope_id: described(OptionalText, "Only of this envelope")


class DisbursementState(TypedDict):
    """All that is known of a disbursement; accounts show their last four characters alone."""

    disbursement_id: str
    disbursement_envelope_id: str
    mis_reference_number: OptionalText
    disbursement_amount: ExactNumber
    disbursement_currency_code: str
    disbursement_status: str
    reason_code: OptionalText
    reason: described(OptionalText, "The reason in words")
    beneficiary_account_type: OptionalText
    beneficiary_account_masked: OptionalText
    mapper_batch_id: OptionalText
    bank_disbursement_batch_id: OptionalText
    bank_disbursement_batch_status: OptionalText
    bank_reference: OptionalText
    remittance_value_date: OptionalText
    remittance_entry_date: OptionalText
    reversal_found: bool
    reversal_value_date: OptionalText
    reversal_entry_date: OptionalText
    reversal_reason_code: OptionalText
    reversal_reason: OptionalText
    reissue_of: OptionalText
    reissued_as: OptionalText


class DisbursementPage(TypedDict):
    """A page; there are more as long as next_cursor is there."""

    disbursement_envelope_id: str
    disbursements: list[DisbursementState]
    next_cursor: OptionalText


class Event(TypedDict):
    """Something that happened to an envelope or to a batch of it."""

    event_id: str
    sequence: int
    kind: str
    happened_at: str
    benefit_program_mnemonic: OptionalText
    disbursement_envelope_id: OptionalText
    cycle_code_mnemonic: OptionalText
    bank_disbursement_batch_id: OptionalText
    mapper_batch_id: OptionalText
    statement_id: OptionalText
    disbursement_currency_code: OptionalText
    figures: Any
    reason_code: OptionalText
    reason: OptionalText


class Changes(TypedDict):
    """What has changed; keep next_cursor, and call again at once if has_more."""

    events: list[Event]
    disbursements: list[DisbursementState]
    next_cursor: str
    has_more: bool
