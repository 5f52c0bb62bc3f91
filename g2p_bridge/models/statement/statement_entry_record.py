# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from odoo.addons.g2p_bridge_base.links import UncheckedLink

from ...lib.account_masking import FULL_ACCOUNT_GROUPS
from .statement_entry_states import DECISIONS, ERROR_REASONS, MARKS, OUTCOMES


class StatementEntryRecord(models.AbstractModel):
    """What is kept of one line of a statement, wherever it lies: live, or archived."""

    _name = "g2p.bridge.statement.entry.record"
    _description = "Record of a Statement Entry"

    statement_id = fields.Many2one(
        "g2p.bridge.statement", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="statement_id.company_id")
    currency_id = fields.Many2one(related="statement_id.currency_id")
    entry_sequence = fields.Integer("Line", readonly=True)
    value_date = fields.Date(readonly=True)
    entry_date = fields.Date(readonly=True)
    mark = fields.Selection(MARKS, readonly=True)
    amount = fields.Monetary(readonly=True)
    customer_reference = fields.Char(
        readonly=True, help="What we sent with the payment, as the bank repeats it."
    )
    bank_reference = fields.Char(readonly=True, help="The bank's own name for the booking.")
    narratives = fields.Text(readonly=True, groups=FULL_ACCOUNT_GROUPS)
    raw = fields.Text("As Received", readonly=True, groups=FULL_ACCOUNT_GROUPS)
    transaction_type = fields.Char(
        "Kind of Booking", readonly=True, help="The bank's own code, for example NTRF or NRTI."
    )
    supplementary_details = fields.Text(
        readonly=True,
        groups=FULL_ACCOUNT_GROUPS,
        help="Text that belongs to the line itself: subfield 9 of MT940.",
    )
    end_to_end_id = fields.Char("End-to-End Reference", readonly=True)
    instruction_id = fields.Char("Instruction Reference", readonly=True)
    batch_reference = fields.Char(
        readonly=True, help="Of the batch of payments that the line books as one."
    )
    batch_count = fields.Integer(
        "Payments in One", readonly=True, help="How many payments the line says it books as one."
    )
    reason_code = fields.Char(
        readonly=True, help="Why a payment came back, as a code of the bank or of ISO 20022."
    )
    counterparty_name = fields.Char(readonly=True, help="Who was paid, or paid.")
    counterparty_account = fields.Char(readonly=True, groups=FULL_ACCOUNT_GROUPS)
    reference = fields.Char(
        "Named Disbursement",
        readonly=True,
        help="The disbursement ID that was found in what the line says, known or not.",
    )
    beneficiary_name = fields.Char("Beneficiary at Bank", readonly=True)
    reversal_reason = fields.Char(readonly=True)
    outcome = fields.Selection(
        OUTCOMES,
        readonly=True,
        help="Errors are open: a person matches them by hand or marks them as not ours.",
    )
    error_reason = fields.Selection(ERROR_REASONS, readonly=True)
    # No batch goes whose money has left.
    bank_batch_id = UncheckedLink(
        "g2p.bridge.bank.batch",
        "Whole Batch",
        readonly=True,
        help="The batch whose payments the line books as one.",
    )
    payment_count = fields.Integer(
        "Payments Proved", readonly=True, help="How many payments of the batch the line proves."
    )
    ordinal = fields.Integer(
        readonly=True,
        help="The first, second, … line by which money left for the payment, or came back.",
    )
    found_error = fields.Selection(
        ERROR_REASONS,
        "Error at First",
        readonly=True,
        help="What was wrong with the line when the statement was processed; a person has "
        "decided about it since.",
    )
    decision = fields.Selection(
        DECISIONS,
        "Last Decision",
        readonly=True,
    )
    decided_by_id = fields.Many2one("res.users", "Decided by", readonly=True)
    decided_at = fields.Datetime(readonly=True)
    decision_reason = fields.Text(readonly=True)
