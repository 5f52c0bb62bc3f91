# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError


class Reissue(models.TransientModel):
    """A payment of PBMS is paid again from its cycle, or PBMS would never hear of it."""

    _inherit = "g2p.bridge.reissue"

    @api.model
    def _check_rows(self, rows):
        super()._check_rows(rows)
        envelopes = self.env["g2p.bridge.envelope"].browse({row["envelope"] for row in rows})
        cycle = envelopes.sudo().pbms_cycle_id[:1]
        if cycle:
            raise UserError(
                self.env._(
                    "These are payments of the cycle %(cycle)s of %(program)s. Open the cycle and "
                    "press Prepare Payments there: it pays again whoever was not paid.",
                    cycle=cycle.name,
                    program=cycle.program_id.name,
                )
            )
