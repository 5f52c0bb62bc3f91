from odoo import api, models
from odoo.exceptions import UserError


class DisbursementExport(models.Model):
    """The way from a list of disbursements to the file of their envelope."""

    _inherit = "g2p.bridge.disbursement"

    def action_export_csv(self):
        """Download all disbursements of the envelope that the list shows, as a CSV file."""
        return self._listed_envelope().action_export_csv()

    def action_export_xlsx(self):
        """Download all disbursements of the envelope that the list shows, as a workbook."""
        return self._listed_envelope().action_export_xlsx()

    def _listed_envelope(self):
        """The one envelope of the selected disbursements; of the whole list if none is."""
        return self._one_envelope(self, self.env.context.get("active_domain") or [])

    @api.model
    def _one_envelope(self, lines, shown):
        """The one envelope of these disbursements, wherever they are, or of what a domain shows.

        :raises UserError: there are several
        """
        domain = [("id", "in", lines.ids)] if lines else shown
        envelopes = [group[0] for group in lines._read_group(domain, ["envelope_id"], limit=2)]
        if len(envelopes) != 1:
            raise UserError(
                self.env._("An export is of one envelope: open its disbursements from its form.")
            )
        return envelopes[0]
