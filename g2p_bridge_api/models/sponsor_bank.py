# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import ValidationError

from .partner.partner import check_stays


class SponsorBank(models.Model):
    """Banks whose statements partners send, and beside which nobody calls without proof."""

    _inherit = "g2p.bridge.sponsor.bank"

    @api.constrains("company_id")
    def _check_company_of_partners(self):
        """A bank stays with the company whose partners send its statements."""
        for bank in self:
            check_stays(bank, "g2p.bridge.partner", "sponsor_bank_ids")

    @api.constrains("environment", "connector")
    def _check_unsigned_access(self):
        if not self.env["g2p.bridge.partner"]._is_unsigned_wanted():
            return
        for bank in self:
            if bank.environment != "disabled" and not bank._is_simulated():
                raise ValidationError(
                    self.env._(
                        "%s can't be used while calls without proof are let in: anybody could "
                        "have it pay. Switch that off first, in Settings.",
                        bank.name,
                    )
                )
