# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError

#: The roles of the bridge, by the end of their groups' names.
ROLES = ("officer", "approver", "finance", "admin", "auditor")


class ResUsers(models.Model):
    """Which roles of the bridge somebody has, and when the second factor was proved last."""

    _inherit = "res.users"

    # === Fields ===

    bridge_proof_at = fields.Datetime(groups=fields.NO_ACCESS, copy=False)
    bridge_proof_session = fields.Char(groups=fields.NO_ACCESS, copy=False)

    # === Helpers ===

    @api.model
    def _g2p_bridge_roles(self):
        """:return: set of the user's :data:`ROLES`"""
        user = self.env.user
        return {role for role in ROLES if user.has_group(f"g2p_bridge_base.group_{role}")}

    @api.model
    def _g2p_bridge_check_role(self, *roles):
        """Let the superuser pass, and people with one of these roles.

        Asked of ``self.env["res.users"]``: ``self.env.user`` is always in superuser mode.

        :raises AccessError: the user has none of them
        """
        user = self.env.user
        if self.env.su or any(user.has_group(f"g2p_bridge_base.group_{role}") for role in roles):
            return
        group = self.env.ref(f"g2p_bridge_base.group_{roles[0]}").sudo().name
        raise AccessError(self.env._("Only a member of the group %s may do this. Ask one.", group))
