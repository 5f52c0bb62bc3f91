from odoo import models
from odoo.exceptions import UserError


class EnvelopeReportBack(models.Model):
    """The way from an envelope back to its cycle."""

    _inherit = "g2p.bridge.envelope"

    def action_open_pbms_cycle(self):
        """Open the cycle of PBMS that this envelope pays."""
        self.ensure_one()
        self.check_access("read")
        cycle = self.sudo().pbms_cycle_id
        if not cycle.with_env(self.env).has_access("read"):
            raise UserError(
                self.env._(
                    "The envelope pays the cycle %(cycle)s of %(program)s. Cycles are shown to "
                    "people of PBMS: ask its program manager about it.",
                    cycle=cycle.name,
                    program=cycle.program_id.name,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Cycle"),
            "res_model": "g2p.cycle",
            "res_id": self.pbms_cycle_id.id,
            "view_mode": "form",
            "views": [(self.env.ref("g2p_programs.view_cycle_form").id, "form")],
        }

    def _refresh_state(self):
        """An envelope that is finished may be the last thing that its cycle waited for, and a
        cancelled one ends payments that no report speaks of."""
        before = self.state
        result = super()._refresh_state()
        if self.state != before and self.state in ("reconciled", "cancelled"):
            batches = [] if self.state == "reconciled" else None
            self.pbms_cycle_id._bridge_enqueue_settle(batches)
        return result
