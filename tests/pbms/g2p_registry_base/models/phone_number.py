# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The phone numbers of registrants: as they were given, and in E.164."""

import re

from odoo import api, fields, models
from odoo.exceptions import UserError


class PhoneNumber(models.Model):
    _name = "g2p.phone.number"
    _description = "Phone Number"
    _order = "id desc"
    _rec_name = "phone_no"

    partner_id = fields.Many2one(
        "res.partner",
        "Registrant",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("is_registrant", "=", True)],
    )
    phone_no = fields.Char(required=True)
    phone_sanitized = fields.Char(compute="_compute_phone_sanitized", store=True)
    date_collected = fields.Date(default=fields.Date.today)
    disabled = fields.Datetime("Date Disabled")
    disabled_by = fields.Many2one("res.users")
    country_id = fields.Many2one("res.country")

    @api.depends("phone_no", "country_id")
    def _compute_phone_sanitized(self):
        """Where no country is known, the registry writes the text "False" here."""
        for number in self:
            country = number.country_id or self.env.company.country_id
            number.phone_sanitized = str(bool(country) and _e164(number.phone_no, country))

    def disable_phone(self):
        enabled = self.filtered(lambda number: not number.disabled)
        enabled.write({"disabled": fields.Datetime.now(), "disabled_by": self.env.uid})

    def enable_phone(self):
        self.write({"disabled": False, "disabled_by": False})


def _e164(number, country):
    """A number with its country's code; an impossible one is refused, as the registry does."""
    digits = re.sub(r"[^0-9]", "", number)
    if not number.strip().startswith("+"):
        digits = f"{country.phone_code}{digits.lstrip('0')}"
    if not 7 <= len(digits) <= 15:
        raise UserError(country.env._("%s is no phone number.", number))
    return f"+{digits}"
