from odoo import fields, models


class StatementTotal(models.Model):
    """What one statement proved of one envelope: written once, summed when it is read."""

    _name = "g2p.bridge.statement.total"
    _description = "Statement Total per Envelope"
    _order = "statement_id desc"
    _rec_name = "statement_id"
    _log_access = False

    statement_id = fields.Many2one(
        "g2p.bridge.statement", required=True, readonly=True, ondelete="cascade"
    )
    envelope_id = fields.Many2one(
        "g2p.bridge.envelope", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="statement_id.company_id")
    currency_id = fields.Many2one(related="envelope_id.currency_id")
    reconciled_count = fields.Integer("Reconciled", readonly=True)
    reconciled_amount = fields.Monetary(readonly=True)
    reversed_count = fields.Integer("Reversed", readonly=True)
    reversed_amount = fields.Monetary(readonly=True)

    _one_per_pair = models.Constraint(
        "UNIQUE(statement_id, envelope_id)", "A statement has one total per envelope."
    )
