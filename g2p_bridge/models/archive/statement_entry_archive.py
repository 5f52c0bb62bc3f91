from odoo import api, fields, models

from ...lasting_link import LastingLink
from ...lib.reasons import reason_words


class StatementEntryArchive(models.Model):
    """Lines of statements that speak of archived disbursements, as they were, with their IDs."""

    _name = "g2p.bridge.statement.entry.archive"
    _description = "Archived Statement Entry"
    _inherit = ["g2p.bridge.statement.entry.record", "g2p.bridge.cold.mixin"]
    _order = "statement_id desc, entry_sequence"
    _rec_name = "customer_reference"
    _log_access = False
    _hot = "g2p.bridge.statement.entry"
    _record = "g2p.bridge.statement.entry.record"

    # Both are moved together and compared with what was there before: no foreign key needed.
    disbursement_id = LastingLink("g2p.bridge.disbursement.archive", readonly=True, index=True)
    reversal_text = fields.Char("Why It Came Back", compute="_compute_reversal_text")

    @api.depends("reversal_reason")
    @api.depends_context("lang")
    def _compute_reversal_text(self):
        for entry in self:
            entry.reversal_text = reason_words(self.env, entry.reversal_reason)
