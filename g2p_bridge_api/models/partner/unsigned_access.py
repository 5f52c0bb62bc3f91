from odoo import api, models
from odoo.exceptions import UserError, ValidationError

PARAMETER = "g2p_bridge_api.unsigned"


class Partner(models.Model):
    """Calls without any proof: for tests alone, and never where real money could move."""

    _inherit = "g2p.bridge.partner"

    @api.model
    def _is_unsigned_allowed(self):
        """Whether calls without proof are carried out; only while each bank is an example bank."""
        return self._is_unsigned_wanted() and not self._real_bank()

    @api.model
    def _is_unsigned_wanted(self):
        return self.env["ir.config_parameter"].sudo().get_param(PARAMETER) == "True"

    @api.model
    def _real_bank(self):
        """:return: a bank of any company to which real payments may go, or no record

        One that is marked as a test is paid by like any other: only its connector can say that
        it is a simulation.
        """
        banks = self.env["g2p.bridge.sponsor.bank"].sudo().with_context(active_test=False)
        called = banks.search([("environment", "!=", "disabled")], order="id")
        return called.filtered(lambda bank: not bank._is_simulated())[:1]

    @api.model
    def _unsigned_refusal(self, bank):
        """Why calls without proof can't be let in, in words."""
        return self.env._(
            "Calls without proof are for tests alone, but %s is no example bank and not disabled: "
            "anybody could have it pay. Leave them off.",
            bank.name,
        )


class IrConfigParameter(models.Model):
    """Whoever sets the parameter, and on whatever way: it is not to be had beside a real bank."""

    _inherit = "ir.config_parameter"

    @api.model_create_multi
    def create(self, vals_list):
        parameters = super().create(vals_list)
        parameters._g2p_bridge_check_unsigned()
        return parameters

    def write(self, vals):
        done = super().write(vals)
        self._g2p_bridge_check_unsigned()
        return done

    def _g2p_bridge_check_unsigned(self):
        if any(one.key == PARAMETER and one.value == "True" for one in self):
            partners = self.env["g2p.bridge.partner"]
            bank = partners._real_bank()
            if bank:
                raise UserError(partners._unsigned_refusal(bank))


class SponsorBank(models.Model):
    _inherit = "g2p.bridge.sponsor.bank"

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


class Health(models.AbstractModel):
    _inherit = "g2p.bridge.health"

    @api.model
    def _notices(self):
        """Whether anybody may call, and whether somebody wants that in vain."""
        notices, partners = super()._notices(), self.env["g2p.bridge.partner"]
        if not partners._is_unsigned_wanted():
            return notices
        bank = partners._real_bank()
        if bank:
            text = self.env._(
                "Calls without proof are switched on in Settings, and refused nevertheless, "
                "because %s is no example bank. Switch them off.",
                bank.name,
            )
        else:
            text = self.env._(
                "Calls without proof are let in: whoever knows a partner's code can call in its "
                "name. This is for tests with example banks alone."
            )
        return [*notices, text]


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        unsigned = self.env["g2p.bridge.partner"].sudo()._is_unsigned_allowed()
        return {**super().session_info(), "g2p_bridge_unsigned": unsigned}
