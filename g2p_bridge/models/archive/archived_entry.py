# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from odoo.addons.g2p_bridge_base.links import UncheckedLink

from ...lib.reasons import reason_words


class ArchivedEntry(models.Model):
    """Lines of statements that speak of archived disbursements, as they were, with their IDs."""

    _name = "g2p.bridge.statement.entry.archive"
    _description = "Archived Statement Entry"
    _inherit = ["g2p.bridge.statement.entry.record", "g2p.bridge.cold.mixin"]
    _order = "statement_id desc, entry_sequence"
    _rec_name = "customer_reference"
    _log_access = False
    _archive_of = "g2p.bridge.statement.entry"
    _record = "g2p.bridge.statement.entry.record"

    # === Fields ===

    # Both are moved together and compared with what was there before: no foreign key needed.
    disbursement_id = UncheckedLink("g2p.bridge.disbursement.archive", readonly=True, index=True)
    reversal_text = fields.Char("Why It Came Back", compute="_compute_reversal_text")

    # === Compute ===

    @api.depends("reversal_reason")
    @api.depends_context("lang")
    def _compute_reversal_text(self):
        for entry in self:
            entry.reversal_text = reason_words(self.env, entry.reversal_reason)
