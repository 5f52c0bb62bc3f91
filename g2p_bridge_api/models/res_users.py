# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import AccessDenied


class ResUsers(models.Model):
    """Users in whose name partners call: they act through the bridge's API and nowhere else."""

    _inherit = "res.users"

    g2p_bridge_is_partner = fields.Boolean(
        "Technical User of a Bridge Partner",
        readonly=True,
        copy=False,
        help="Nobody can log in as this user, whatever password or key it is given.",
    )

    def _check_credentials(self, credential, env):
        if self.env.user.g2p_bridge_is_partner:
            raise AccessDenied()
        return super()._check_credentials(credential, env)
