# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Registrants of the registry: people and groups."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import single_email_re


class ResPartner(models.Model):
    _inherit = "res.partner"

    company_id = fields.Many2one(required=True, default=lambda self: self.env.company)
    is_registrant = fields.Boolean("Registrant")
    is_group = fields.Boolean("Group")
    address = fields.Text()
    reg_ids = fields.One2many("g2p.reg.id", "partner_id", "Registrant IDs")
    phone_number_ids = fields.One2many("g2p.phone.number", "partner_id", "Phone Numbers")
    # Whom the registry has disabled stays active in Odoo's sense, and is hidden by record rules.
    disabled = fields.Datetime("Date Disabled")
    disabled_reason = fields.Text("Reason for Disabling")
    disabled_by = fields.Many2one("res.users")

    @api.onchange("phone_number_ids")
    def phone_number_ids_change(self):
        """All numbers in one text; registrants that are made by API have none here."""
        numbers = self.phone_number_ids.filtered(lambda number: not number.disabled)
        self.phone = ",".join(numbers.mapped("phone_no"))

    @api.constrains("email")
    def _check_valid_email(self):
        for partner in self:
            if partner.email and not single_email_re.match(partner.email):
                raise ValidationError(self.env._("%s is no e-mail address.", partner.email))

    def enable_registrant(self):
        self.filtered("disabled").write(
            {"disabled": False, "disabled_by": False, "disabled_reason": False}
        )
