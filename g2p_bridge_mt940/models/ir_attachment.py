# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.g2p_bridge.models.statement.statement_file import MIME_TYPE


class Attachment(models.Model):
    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        """Statement files that people hand in are no texts either: no word of them is indexed."""
        return super().create(
            [
                {**vals, "mimetype": MIME_TYPE}
                if vals.get("res_model") == "g2p.bridge.statement.upload"
                else vals
                for vals in vals_list
            ]
        )
