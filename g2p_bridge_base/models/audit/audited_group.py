# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager

from odoo import api, models

PRIVILEGE = "g2p_bridge_base.privilege"
#: Who is in them may give himself every other group.
MASTERS = ("base.group_erp_manager", "base.group_system")


class GroupMembers(models.AbstractModel):
    """Who is in a group of the bridge, or may hand it out, before and after a change."""

    _name = "g2p.bridge.group.members"
    _description = "Members of the Bridge's Groups"

    @api.model
    @contextmanager
    def _watched(self):
        """Put what changes of the members of these groups into the audit trail."""
        before = self._members()
        yield
        after = self._members()
        for group, user in sorted(before ^ after, key=lambda pair: (pair[0].id, pair[1].id)):
            member, none = self.env._("member"), self.env._("no member")
            joined = (group, user) in after
            self.env["g2p.bridge.audit"]._record_fact(
                "group",
                user,
                group.sudo().with_context(lang=None).full_name,
                old_value=none if joined else member,
                new_value=member if joined else none,
            )

    @api.model
    def _members(self):
        """:return: set of (group, active user)"""
        return {
            (group, user) for group in self._groups() for user in group.all_user_ids if user.active
        }

    @api.model
    def _groups(self):
        """:return: the groups of the bridge, and those that hand them out"""
        privilege = self.env.ref(PRIVILEGE, raise_if_not_found=False)
        if not privilege:
            return self.env["res.groups"].sudo()
        own = self.env["res.groups"].sudo().search([("privilege_id", "=", privilege.id)])
        return own.concat(*(self.env.ref(name).sudo() for name in MASTERS))


class Users(models.Model):
    _inherit = "res.users"

    @api.model_create_multi
    def create(self, vals_list):
        with self.env["g2p.bridge.group.members"]._watched():
            return super().create(vals_list)

    def write(self, vals):
        if not {"group_ids", "active", "role"} & set(vals):
            return super().write(vals)
        with self.env["g2p.bridge.group.members"]._watched():
            return super().write(vals)


class Groups(models.Model):
    _inherit = "res.groups"

    @api.model_create_multi
    def create(self, vals_list):
        with self.env["g2p.bridge.group.members"]._watched():
            return super().create(vals_list)

    def write(self, vals):
        with self.env["g2p.bridge.group.members"]._watched():
            return super().write(vals)

    def unlink(self):
        with self.env["g2p.bridge.group.members"]._watched():
            return super().unlink()
