from odoo import models


class EnvelopeAudit(models.Model):
    _inherit = "g2p.bridge.envelope"

    def action_open_audit(self):
        """Open what was decided about these envelopes."""
        action = self.env["ir.actions.act_window"]._for_xml_id("g2p_bridge_base.audit_action")
        return {
            **action,
            "domain": [("model", "=", self._name), ("res_id", "in", self.ids)],
            "context": {},
        }
