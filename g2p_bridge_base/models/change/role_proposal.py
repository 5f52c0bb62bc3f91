# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..audit.audited_group import PRIVILEGE

#: Modules whose groups give rights in the bridge.
ADDONS = r"g2p\_bridge%"
#: Who of the active users is in a group by name.
LINKS = """
    SELECT link.uid, link.gid FROM res_groups_users_rel link
      JOIN res_users person ON person.id = link.uid WHERE person.active
"""
#: In the context of what is taken off again: nobody outside can give this very object.
HELD_BACK = object()


class GroupMembers(models.AbstractModel):
    """A role of the bridge is given by two people: one proposes, an administrator confirms.

    Whatever way a person gives it (a user's form, a group's, a copy, an import, an archived user
    who comes back), the groups that would bring the role are taken off again in the same
    transaction, and wait as a proposal. What takes a role away is done at once.
    """

    _inherit = "g2p.bridge.group.members"

    @api.model
    @contextmanager
    def _watched(self):
        if self.env.context.get("g2p_bridge_held_back") is HELD_BACK:
            yield  # nobody had the role for a moment
            return
        with super()._watched():
            if not self._needs_second_person():
                yield
                return
            before, links = self._holders(), self._links()
            yield
            joined = {}
            for group, user in self._holders() - before:
                joined[user] = joined.get(user, group) | group
            for user in sorted(joined, key=lambda user: user.id):
                self._hold_back(user.with_env(self.env), joined[user], links)

    @api.model
    def _members(self):
        """Whoever has a role is in the trail, wherever somebody has moved its group to."""
        return super()._members() | self._holders()

    @api.model
    def _holders(self):
        """:return: set of (group that gives rights in the bridge, active user who has them)"""
        groups = self._bridge_groups()
        # What groups mean may have been looked at while they were being changed.
        groups.invalidate_model(["all_implied_ids", "all_implied_by_ids", "all_user_ids"])
        return {(group, user) for group in groups for user in group.all_user_ids if user.active}

    @api.model
    def _bridge_groups(self):
        """The groups that give rights in the bridge, wherever somebody has moved them to."""
        groups = self.env["res.groups"].sudo()
        names = self.env["ir.model.data"].sudo()
        own = names.search([("model", "=", groups._name), ("module", "=like", ADDONS)])
        privilege = self.env.ref(PRIVILEGE, raise_if_not_found=False)
        shown = groups.search([("privilege_id", "=", privilege.id)]) if privilege else groups
        return (groups.browse(own.mapped("res_id")) | shown).exists()

    @api.model
    def _needs_second_person(self):
        return self.env["g2p.bridge.change.subject"]._needs_second_person()

    @api.model
    def _links(self):
        """:return: set of (user ID, group ID): which active user is in which group by name"""
        self.env.flush_all()
        self.env.cr.execute(LINKS)
        return set(self.env.cr.fetchall())

    @api.model
    def _hold_back(self, user, roles, links):
        """Take off again what would give a user these roles, and propose it.

        :param links: who was in which group by name before
        :raises UserError: a group that he was in before would give it: its meaning has changed
        """
        own = user.sudo().group_ids
        bringing = own.filtered(lambda group: group.all_implied_ids & roles)
        changed = bringing.filtered(lambda group: (user.id, group.id) in links)
        if changed:
            raise UserError(
                self.env._(
                    "%(group)s would give the role %(role)s to everybody who is in it. Roles of "
                    "the bridge are given to each person by name, and confirmed by another "
                    "administrator: choose the role on the user's own page.",
                    group=changed[0].full_name,
                    role=roles[0].full_name,
                )
            )
        former = user.sudo().bridge_role_ids - bringing
        commands = [Command.unlink(group.id) for group in bringing]
        internal = self.env.ref("base.group_user").sudo()
        if internal in bringing.all_implied_ids - (own - bringing).all_implied_ids:
            commands.append(Command.link(internal.id))
        user.sudo().with_context(g2p_bridge_held_back=HELD_BACK).write({"group_ids": commands})
        wanted = {"bridge_role_ids": sorted((former | bringing).ids)}
        self.env["g2p.bridge.change"]._propose(user, wanted, "role")


class Users(models.Model):
    _name = "res.users"
    _inherit = ["res.users", "g2p.bridge.change.subject"]

    # === Fields ===

    bridge_role_ids = fields.Many2many(
        "res.groups",
        string="Roles in the Bridge",
        compute="_compute_bridge_role_ids",
        inverse="_inverse_bridge_role_ids",
        groups=fields.NO_ACCESS,
        help="The groups of a user that give him rights in the bridge.",
    )

    # === Compute ===

    @api.depends("group_ids")
    def _compute_bridge_role_ids(self):
        roles = self.env["g2p.bridge.group.members"]._bridge_groups()
        for user in self:
            user.bridge_role_ids = user.group_ids.filtered(
                lambda group: group.all_implied_ids & roles
            )

    def _inverse_bridge_role_ids(self):
        for user in self:
            wanted = user.bridge_role_ids
            user.invalidate_recordset(["bridge_role_ids"])
            former = user.bridge_role_ids
            user.group_ids = (user.group_ids - former) | wanted

    # === Helpers ===

    @api.model
    def _change_names(self):
        return ["bridge_role_ids"]

    def _change_words(self, names):
        words = {}
        for name in names:
            value = self.sudo()[name]
            text = ", ".join(value.mapped("full_name"))
            words[name] = (text, text)
        return words

    def _check_may_confirm(self):
        """Administrators of the bridge need no right to change users."""

    def _check_change_reached(self):
        """Whoever proposes it has changed the user already, or was refused."""

    def _change_log(self):
        return self.browse()


class Change(models.Model):
    _inherit = "g2p.bridge.change"

    # === Fields ===

    kind = fields.Selection(
        selection_add=[("role", "Role of a person"), ("login", "Login of a person")],
        ondelete={"role": "cascade", "login": "cascade"},
    )

    # === Helpers ===

    @api.model
    def _keep(self, subject, kind, values, before, lines, makers, tell):
        """Nobody confirms what is about himself."""
        if subject._name == "res.users":
            makers |= subject
        return super()._keep(subject, kind, values, before, lines, makers, tell)
