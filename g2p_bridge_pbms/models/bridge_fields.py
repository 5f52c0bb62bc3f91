# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class BridgeFieldsMixin(models.AbstractModel):
    """Records of PBMS: its people give what is PBMS's, never what the glue keeps on them."""

    _name = "g2p.bridge.pbms.fields"
    _description = "Record of PBMS That the Bridge Writes On"
    _inherit = ["g2p.bridge.own.fields"]

    @api.model
    def _own_fields(self):
        return {name for name in super()._own_fields() if name.startswith("bridge_")}
