from odoo import fields, models

from ..gone import gone_domain


class CycleGone(models.Model):
    """Who was disabled since payments were prepared, told before the payments are sent."""

    _inherit = "g2p.cycle"

    bridge_gone_count = fields.Integer(
        "Disabled since Prepared",
        compute="_compute_bridge_gone_count",
        compute_sudo=True,
        help="Whoever is still disabled when the payments are sent is left out.",
    )

    def _compute_bridge_gone_count(self):
        for cycle in self:
            domain = cycle._bridge_entitlement_domain("gone")
            cycle.bridge_gone_count = self.env["g2p.entitlement"].search_count(domain)

    def _bridge_line_names(self):
        return {**super()._bridge_line_names(), "gone": self.env._("Disabled since Prepared")}

    def _bridge_entitlement_domain(self, line):
        if line != "gone":
            return super()._bridge_entitlement_domain(line)
        waiting = [
            ("bridge_envelope_id", "!=", False),
            ("status", "=", False),
            ("state", "=", "issued"),
        ]
        gone = gone_domain("entitlement_id.partner_id") | gone_domain("bridge_head_id")
        return [
            ("cycle_id", "=", self._origin.id),
            ("payment_ids", "any", [*waiting, *gone]),
        ]
