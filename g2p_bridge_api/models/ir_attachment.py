from odoo import api, models

from odoo.addons.g2p_bridge.models.statement_file import MIME_TYPE


class Attachment(models.Model):
    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        """Bodies of calls are no texts: names and accounts stand in them, and no index has them."""
        return super().create(
            [
                {**vals, "mimetype": MIME_TYPE}
                if vals.get("res_model") == "g2p.bridge.api.call"
                else vals
                for vals in vals_list
            ]
        )
