from odoo import fields, models

from odoo.addons.g2p_bridge_base.lib.frozen import Frozen

from ...lasting_link import UncheckedLink
from ...lib import entry_statement


class StatementEntry(models.Model):
    """A line of a statement, kept as received, and what it turned out to be."""

    _name = "g2p.bridge.statement.entry"
    _description = "Statement Entry"
    _inherit = ["g2p.bridge.statement.entry.record", "g2p.bridge.frozen.mixin"]
    _order = "statement_id desc, entry_sequence"
    _rec_name = "customer_reference"
    _log_access = False
    # Entries are written together with their statement's end, so there are none before.
    _frozen = (
        Frozen(
            "received",
            (
                "statement_id",
                "entry_sequence",
                "value_date",
                "entry_date",
                "mark",
                "amount",
                "customer_reference",
                "bank_reference",
                "narratives",
                "raw",
                "transaction_type",
                "supplementary_details",
                "end_to_end_id",
                "instruction_id",
                "batch_reference",
                "batch_count",
                "reason_code",
                "counterparty_name",
                "counterparty_account",
                "reference",
                "beneficiary_name",
                "reversal_reason",
            ),
            even_empty=True,
        ),
    )

    # Kept by triggers, see ``lib.entry_statement``.
    statement_id = UncheckedLink(
        "g2p.bridge.statement", required=True, readonly=True, ondelete="cascade", index=True
    )
    disbursement_id = fields.Many2one("g2p.bridge.disbursement", readonly=True, ondelete="restrict")

    # The database itself keeps that a payment is debited, and comes back, a first time once.
    # Lines that are not matched differ by their ID, so that one index does for the search as well.
    _one_of_each = models.UniqueIndex(
        "(disbursement_id, (mark IN ('C', 'RD')),"
        " (CASE WHEN outcome = 'matched' THEN ordinal ELSE -id END))"
        " WHERE disbursement_id IS NOT NULL",
        "The disbursement has its debit, or its return, already.",
    )
    _one_of_each_batch = models.UniqueIndex(
        "(bank_batch_id, (mark IN ('C', 'RD')),"
        " (CASE WHEN outcome = 'matched' THEN ordinal ELSE -id END))"
        " WHERE bank_batch_id IS NOT NULL",
        "The bank batch has its debit, or its return, already.",
    )
    _errors = models.Index("(statement_id) WHERE outcome = 'error'")

    def init(self):
        super().init()
        self.env.cr.execute(entry_statement.CREATE)
