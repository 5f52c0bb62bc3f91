# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.g2p_bridge_bank_connector.lib.entry import BACK, OUT

# What matched lines prove, per statement and envelope. A payment is reconciled once: what leaves
# again after it came back takes the return back.
KEEP = f"""
    INSERT INTO g2p_bridge_statement_total (statement_id, envelope_id, reconciled_count,
        reconciled_amount, reversed_count, reversed_amount)
    SELECT statement_id, envelope_id,
           COALESCE(SUM(COALESCE(payment_count, 1))
                    FILTER (WHERE mark IN {OUT} AND ordinal = 1), 0),
           COALESCE(SUM(amount) FILTER (WHERE mark IN {OUT} AND ordinal = 1), 0),
           COALESCE(SUM(CASE WHEN mark IN {BACK} THEN 1 ELSE -1 END * COALESCE(payment_count, 1))
                    FILTER (WHERE mark IN {BACK} OR ordinal > 1), 0),
           COALESCE(SUM(CASE WHEN mark IN {BACK} THEN amount ELSE -amount END)
                    FILTER (WHERE mark IN {BACK} OR ordinal > 1), 0)
      FROM (%(lines)s) lines
     GROUP BY statement_id, envelope_id
    ON CONFLICT (statement_id, envelope_id) DO UPDATE
       SET reconciled_count = EXCLUDED.reconciled_count,
           reconciled_amount = EXCLUDED.reconciled_amount,
           reversed_count = EXCLUDED.reversed_count,
           reversed_amount = EXCLUDED.reversed_amount
"""
FORGET = """
    DELETE FROM g2p_bridge_statement_total
     WHERE statement_id = ANY(%(statements)s) AND envelope_id = ANY(%(envelopes)s)
"""
# The matched lines of recorded statements that are about some envelopes.
RECORDED = """
    SELECT e.statement_id, d.envelope_id, e.mark, e.amount, e.payment_count, e.ordinal
      FROM g2p_bridge_statement_entry e
      JOIN g2p_bridge_disbursement d ON d.id = e.disbursement_id
     WHERE e.statement_id = ANY(%(statements)s) AND e.outcome = 'matched'
       AND d.envelope_id = ANY(%(envelopes)s)
     UNION ALL
    SELECT e.statement_id, b.envelope_id, e.mark, e.amount, e.payment_count, e.ordinal
      FROM g2p_bridge_statement_entry e
      JOIN g2p_bridge_bank_batch b ON b.id = e.bank_batch_id
     WHERE e.statement_id = ANY(%(statements)s) AND e.outcome = 'matched'
       AND b.envelope_id = ANY(%(envelopes)s)
"""


class StatementTotal(models.Model):
    """What one statement proved of one envelope, summed when it is read."""

    _name = "g2p.bridge.statement.total"
    _description = "Statement Total per Envelope"
    _order = "statement_id desc"
    _rec_name = "statement_id"
    _log_access = False

    # === Fields ===

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

    # === Constraints ===

    _one_per_pair = models.Constraint(
        "UNIQUE(statement_id, envelope_id)", "A statement has one total per envelope."
    )

    # === Helpers ===

    @api.model
    def _keep(self, lines):
        """Keep what matched lines prove of envelopes.

        :param lines: SQL of a query that gives statement_id, envelope_id, mark, amount,
            payment_count and ordinal of each line
        """
        self.env.cr.execute(SQL(KEEP, lines=lines))

    @api.model
    def _count_anew(self, statements, envelope_ids):
        """Count anew what recorded statements prove of envelopes."""
        values = {"statements": statements.ids, "envelopes": list(envelope_ids)}
        self.env.cr.execute(SQL(FORGET, **values))
        self._keep(SQL(RECORDED, **values))
        self.env.invalidate_all()
