from odoo import api, models
from odoo.exceptions import ValidationError

PARAMETER = "g2p_bridge_api.unsigned"


class Partner(models.Model):
    """Calls without any proof: for tests alone, and never where real money moves."""

    _inherit = "g2p.bridge.partner"

    @api.model
    def _is_unsigned_allowed(self):
        """Whether calls without proof are carried out; never while a bank is enabled."""
        wanted = self.env["ir.config_parameter"].sudo().get_param(PARAMETER) == "True"
        return wanted and not self._enabled_banks()

    @api.model
    def _enabled_banks(self):
        """:return: banks of any company to which real payments go"""
        banks = self.env["g2p.bridge.sponsor.bank"].sudo()
        return banks.search([("environment", "=", "enabled")], limit=1)


class SponsorBank(models.Model):
    _inherit = "g2p.bridge.sponsor.bank"

    @api.constrains("environment")
    def _check_unsigned_access(self):
        wanted = self.env["ir.config_parameter"].sudo().get_param(PARAMETER) == "True"
        for bank in self:
            if wanted and bank.environment == "enabled":
                raise ValidationError(
                    self.env._(
                        "%s can't be enabled while calls without proof are let in: anybody could "
                        "have it pay. Switch that off first, in Settings.",
                        bank.name,
                    )
                )


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        unsigned = self.env["g2p.bridge.partner"].sudo()._is_unsigned_allowed()
        return {**super().session_info(), "g2p_bridge_unsigned": unsigned}
