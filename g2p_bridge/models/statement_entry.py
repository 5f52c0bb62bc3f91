from odoo import fields, models

from odoo.addons.g2p_bridge_bank_connector.lib.frozen import Frozen


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
                "reference",
                "beneficiary_name",
                "reversal_reason",
            ),
            even_empty=True,
        ),
    )

    disbursement_id = fields.Many2one(
        "g2p.bridge.disbursement", readonly=True, ondelete="restrict", index="btree_not_null"
    )

    # The database itself keeps that a payment is proved once and comes back once.
    _one_debit_and_one_reversal = models.UniqueIndex(
        "(disbursement_id, mark) WHERE outcome = 'matched'",
        "The disbursement has its debit, or its reversal, already.",
    )
    _errors = models.Index("(statement_id) WHERE outcome = 'error'")
