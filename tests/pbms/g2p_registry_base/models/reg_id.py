# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The IDs of registrants, and their types."""

import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class IdType(models.Model):
    _name = "g2p.id.type"
    _description = "ID Type"
    _order = "name ASC"

    name = fields.Char()
    id_validation = fields.Char()

    @api.constrains("name")
    def _check_name(self):
        names = [name and name.lower() for name in self.search([]).mapped("name")]
        for kind in self:
            if not kind.name:
                raise ValidationError(self.env._("An ID type needs a name."))
            if names.count(kind.name.lower()) > 1:
                raise ValidationError(self.env._("The ID type %s exists already.", kind.name))


class RegistrantId(models.Model):
    _name = "g2p.reg.id"
    _description = "Registrant ID"
    _order = "id desc"

    partner_id = fields.Many2one(
        "res.partner",
        "Registrant",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("is_registrant", "=", True)],
    )
    id_type = fields.Many2one("g2p.id.type", "ID Type", required=True)
    value = fields.Char(size=100)
    expiry_date = fields.Date()
    status = fields.Selection([("invalid", "Invalid"), ("valid", "Valid")])

    @api.constrains("value")
    def _check_value(self):
        for one in self.filtered("value"):
            pattern = one.id_type.id_validation
            if pattern and not re.match(pattern, one.value):
                raise ValidationError(self.env._("%s is no such ID.", one.value))

    @api.constrains("partner_id", "id_type")
    def _check_one_of_a_type(self):
        """In Python alone, as in the registry: SQL can still make a second one."""
        groups = self._read_group(
            [("partner_id", "in", self.partner_id.ids), ("id_type", "in", self.id_type.ids)],
            ["partner_id", "id_type"],
            having=[("__count", ">", 1)],
        )
        if groups:
            raise ValidationError(self.env._("A registrant has one ID of a type."))
