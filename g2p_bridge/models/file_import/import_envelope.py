# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ImportEnvelope(models.Model):
    """The files that disbursements of an envelope came from."""

    _inherit = "g2p.bridge.envelope"

    # === Fields ===

    import_ids = fields.One2many("g2p.bridge.import", "envelope_id", "Imports")
    import_count = fields.Integer("Imported Files", compute="_compute_import_count")

    # === Compute ===

    def _compute_import_count(self):
        counts = dict(
            self.env["g2p.bridge.import"]._read_group(
                [("envelope_id", "in", self.ids)], ["envelope_id"], ["__count"]
            )
        )
        for envelope in self:
            envelope.import_count = counts.get(envelope, 0)

    # === Actions ===

    def action_import(self):
        """Give a file of disbursements for this envelope."""
        self.ensure_one()
        self.env["res.users"]._g2p_bridge_check_role("officer")
        action = self.env["ir.actions.act_window"]._for_xml_id("g2p_bridge.import_action")
        return {
            **action,
            "views": [(False, "form")],
            "context": {"default_envelope_id": self.id},
        }

    def action_open_imports(self):
        """The files of these envelopes."""
        action = self.env["ir.actions.act_window"]._for_xml_id("g2p_bridge.import_action")
        context = {"default_envelope_id": self.id} if len(self) == 1 else {}
        return {**action, "domain": [("envelope_id", "in", self.ids)], "context": context}
