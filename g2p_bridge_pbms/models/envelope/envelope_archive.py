from odoo import models


class EnvelopeArchive(models.Model):
    """An envelope is archived once PBMS knows what became of each payment."""

    _inherit = "g2p.bridge.envelope"

    def _archive_refusal_of_lines(self):
        refusal = super()._archive_refusal_of_lines()
        if not refusal and self.pbms_cycle_id and self.sudo().bank_batch_ids._differing():
            refusal = self.env._(
                "PBMS has not been told yet what became of the payments of %s. That is done "
                "within the hour.",
                self.display_name,
            )
        return refusal
