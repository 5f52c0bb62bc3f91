# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL


class StatementEvents(models.Model):
    """What a statement proves of an envelope: one event for each envelope."""

    _inherit = "g2p.bridge.statement"

    def _reconcile(self, parsed):
        result = super()._reconcile(parsed)
        self.env["g2p.bridge.event"].sudo()._emit(
            "statement.recorded",
            SQL(
                "g2p_bridge_statement_total t JOIN g2p_bridge_envelope e ON e.id = t.envelope_id"
                " CROSS JOIN (SELECT MIN(id) AS first, MAX(id) AS last"
                " FROM g2p_bridge_statement_entry WHERE statement_id = %(id)s) l"
                " WHERE t.statement_id = %(id)s ORDER BY e.id",
                id=self.id,
            ),
            statement_id="t.statement_id",
            first_id="l.first",
            last_id="l.last",
            line_count="t.reconciled_count",
            amount="t.reconciled_amount",
            failed_count="t.reversed_count",
            failed_amount="t.reversed_amount",
        )
        return result
