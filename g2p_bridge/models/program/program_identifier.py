from odoo import api, models
from odoo.exceptions import ValidationError

from ...identifiers import refusal_of


class SponsorBankIdentifiers(models.Model):
    """A program that comes from outside names its bank by this code."""

    _inherit = "g2p.bridge.sponsor.bank"

    @api.constrains("code")
    def _check_identifiers(self):
        for bank in self:
            refusal = refusal_of(self.env, self.env._("The code"), bank.code)
            if refusal:
                raise ValidationError(refusal)
