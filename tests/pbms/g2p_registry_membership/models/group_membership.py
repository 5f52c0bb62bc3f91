# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which people belong to a group, and who of them is its head."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResPartner(models.Model):
    _inherit = "res.partner"

    group_membership_ids = fields.One2many("g2p.group.membership", "group", "Group Members")
    individual_membership_ids = fields.One2many(
        "g2p.group.membership", "individual", "Membership to Groups"
    )

    def write(self, vals):
        """A second head is refused where groups are written, and only there: of all of them."""
        result = super().write(vals)
        kinds = self.group_membership_ids.mapped("kind")
        for kind in kinds.filtered("is_unique"):
            if len(self.group_membership_ids.filtered(lambda one, kind=kind: kind in one.kind)) > 1:
                raise ValidationError(self.env._("Only one %s is allowed per group.", kind.name))
        return result


class GroupMembershipKind(models.Model):
    _name = "g2p.group.membership.kind"
    _description = "Group Membership Kind"
    _order = "id desc"

    name = fields.Char("Kind")
    is_unique = fields.Boolean("Unique")

    @api.constrains("name")
    def _check_name(self):
        names = [name and name.lower() for name in self.search([]).mapped("name")]
        for kind in self:
            if not kind.name or names.count(kind.name.lower()) > 1:
                raise ValidationError(self.env._("A kind needs a name of its own."))


class GroupMembership(models.Model):
    _name = "g2p.group.membership"
    _description = "Group Membership"
    _order = "id desc"

    group = fields.Many2one(
        "res.partner",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("is_group", "=", True), ("is_registrant", "=", True)],
    )
    individual = fields.Many2one(
        "res.partner",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("is_group", "=", False), ("is_registrant", "=", True)],
    )
    kind = fields.Many2many("g2p.group.membership.kind")
    start_date = fields.Datetime(default=fields.Datetime.now)
    ended_date = fields.Datetime()
    # Found when the end is written, and not again when it is reached.
    status = fields.Selection(
        [("inactive", "Inactive"), ("active", "Active")], compute="_compute_status", store=True
    )
    is_ended = fields.Boolean(compute="_compute_status", store=True)

    @api.depends("ended_date")
    def _compute_status(self):
        for one in self:
            one.is_ended = bool(one.ended_date) and one.ended_date <= fields.Datetime.now()
            one.status = "inactive" if one.is_ended else "active"

    @api.constrains("ended_date")
    def _check_ended_date(self):
        for one in self.filtered("ended_date"):
            if one.ended_date < one.start_date:
                raise ValidationError(self.env._("A membership ends after its start."))

    @api.constrains("individual")
    def _check_group_members(self):
        for one in self:
            members = one.group.group_membership_ids.individual.ids
            if len(members) < len(one.group.group_membership_ids):
                raise ValidationError(self.env._("Nobody is a member of a group twice."))
