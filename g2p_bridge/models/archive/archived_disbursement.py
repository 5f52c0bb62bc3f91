# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ArchivedDisbursement(models.Model):
    """Disbursements of archived envelopes, as they were, with their IDs."""

    _name = "g2p.bridge.disbursement.archive"
    _description = "Archived Disbursement"
    _inherit = ["g2p.bridge.disbursement.record", "g2p.bridge.cold.mixin"]
    _order = "id"
    _rec_name = "disbursement_id"
    _log_access = False
    _archive_of = "g2p.bridge.disbursement"
    _record = "g2p.bridge.disbursement.record"

    # === Fields ===

    entry_ids = fields.One2many("g2p.bridge.statement.entry.archive", "disbursement_id")

    # === Constraints ===

    # What is looked for by: nothing else has an index here.
    _disbursement_id_uniq = models.Constraint(
        "UNIQUE(disbursement_id)", "The archive has a disbursement with this ID already."
    )
    _mis_reference_uniq = models.Constraint(
        "UNIQUE(envelope_id, mis_reference_number)",
        "The archive has a disbursement of the envelope with this sender's reference already.",
    )
    _one_reissue = models.UniqueIndex("(reissue_of_id) WHERE reissue_of_id IS NOT NULL")
    _beneficiary = models.Index("(beneficiary_id)")
    _reference = models.Index("(mis_reference_number)")

    # === Actions ===

    def action_export_csv(self):
        """Download all disbursements of the envelope that the list shows, as a CSV file."""
        return self._listed_envelope().action_export_csv()

    def action_export_xlsx(self):
        """Download all disbursements of the envelope that the list shows, as a workbook."""
        return self._listed_envelope().action_export_xlsx()

    def action_bring_back(self):
        """Ask why the envelope of this disbursement is brought back."""
        return self.envelope_id.action_bring_back()

    # === Helpers ===

    def _listed_envelope(self):
        shown = self.env.context.get("active_domain") or []
        return self.env[self._archive_of]._one_envelope(self, shown)
