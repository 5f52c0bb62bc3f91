from odoo import fields, models

from odoo.addons.g2p_bridge_bank_connector.lib.frozen import Frozen

from ..lib import entry_statement
from .program import FULL_ACCOUNT_GROUPS

ERROR_REASONS = [
    ("INVALID_DISBURSEMENT", "Unknown or never shipped"),
    ("DUPLICATE_DISBURSEMENT", "Debited before"),
    ("INVALID_REVERSAL", "Reversal without a debit"),
    ("AMOUNT_MISMATCH", "Other amount than shipped"),
    ("CURRENCY_MISMATCH", "Other currency than shipped"),
    ("REOPENED", "Reopened by a person"),
]


class KeptByTriggers(fields.Many2one):
    """A reference without a foreign key, see ``lib.entry_statement``."""

    def update_db_foreign_key(self, model, column):
        pass


class StatementEntry(models.Model):
    """A line of a statement, kept as received, and what it turned out to be."""

    _name = "g2p.bridge.statement.entry"
    _description = "Statement Entry"
    _inherit = ["g2p.bridge.frozen.mixin"]
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
                "reference",
                "beneficiary_name",
                "reversal_reason",
            ),
            even_empty=True,
        ),
    )

    statement_id = KeptByTriggers(
        "g2p.bridge.statement", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="statement_id.company_id")
    currency_id = fields.Many2one(related="statement_id.currency_id")
    entry_sequence = fields.Integer("Line", readonly=True)
    value_date = fields.Date(readonly=True)
    entry_date = fields.Date(readonly=True)
    mark = fields.Selection(
        [
            ("C", "Credit"),
            ("D", "Debit"),
            ("RC", "Reversal of credit"),
            ("RD", "Reversal of debit"),
        ],
        readonly=True,
    )
    amount = fields.Monetary(readonly=True)
    customer_reference = fields.Char(
        readonly=True, help="What we sent with the payment, as the bank repeats it."
    )
    bank_reference = fields.Char(readonly=True, help="The bank's own name for the booking.")
    narratives = fields.Text(readonly=True, groups=FULL_ACCOUNT_GROUPS)
    raw = fields.Text("As Received", readonly=True, groups=FULL_ACCOUNT_GROUPS)
    reference = fields.Char(
        "Named Disbursement",
        readonly=True,
        help="The disbursement ID that was found in what the line says, known or not.",
    )
    beneficiary_name = fields.Char("Beneficiary at Bank", readonly=True)
    reversal_reason = fields.Char(readonly=True)
    disbursement_id = fields.Many2one("g2p.bridge.disbursement", readonly=True, ondelete="restrict")
    outcome = fields.Selection(
        [("matched", "Matched"), ("error", "Error"), ("not_ours", "Not ours")],
        readonly=True,
        help="Errors are open: a person matches them by hand or marks them as not ours.",
    )
    error_reason = fields.Selection(ERROR_REASONS, readonly=True)
    found_error = fields.Selection(
        ERROR_REASONS,
        "Error at First",
        readonly=True,
        help="What was wrong with the line when the statement was processed; a person has "
        "decided about it since.",
    )
    decision = fields.Selection(
        [
            ("matched", "Matched by hand"),
            ("not_ours", "Marked as not ours"),
            ("reopened", "Reopened"),
        ],
        "Last Decision",
        readonly=True,
    )
    decided_by_id = fields.Many2one("res.users", "Decided by", readonly=True)
    decided_at = fields.Datetime(readonly=True)
    decision_reason = fields.Text(readonly=True)

    # The database itself keeps that a payment is proved once and comes back once. Lines that
    # are not matched differ by their ID, so that one index does for the search as well.
    _one_debit_and_one_reversal = models.UniqueIndex(
        "(disbursement_id, mark, (CASE WHEN outcome = 'matched' THEN 0 ELSE id END))"
        " WHERE disbursement_id IS NOT NULL",
        "The disbursement has its debit, or its reversal, already.",
    )
    _errors = models.Index("(statement_id) WHERE outcome = 'error'")

    def init(self):
        super().init()
        self.env.cr.execute(entry_statement.CREATE)
