# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class Service(models.AbstractModel):
    """The operations as a partner sees them: only the programs that it was given."""

    _inherit = "g2p.bridge.service"

    @api.model
    def _reachable_programs(self):
        programs = super()._reachable_programs()
        partner = self._calling_partner()
        return programs & partner._programs() if partner else programs

    @api.model
    def _calling_partner(self):
        """:return: the ``g2p.bridge.partner`` whose call this is, none for a person"""
        partner_id = self.env.context.get("bridge_partner_id")
        return self.env["g2p.bridge.partner"].sudo().browse(partner_id or ())

    @api.model
    def _own_partner(self):
        """:return: the partner whose call this is; none for a person, who could only claim it"""
        partner = self._calling_partner()
        return partner if partner.user_id == self.env.user else partner.browse()
