from odoo import api, fields, models

from ..lib.refusal import Refusal


class Partner(models.Model):
    """Who calls the bridge from outside."""

    _name = "g2p.bridge.partner"
    _description = "Bridge Partner"
    _rec_name = "code"

    code = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one("res.users", required=True)
    program_ids = fields.Many2many("g2p.bridge.program")
    sponsor_bank_id = fields.Many2one("g2p.bridge.sponsor.bank")

    @api.model
    def _admit(self, call):
        """:raises Refusal: unknown sender"""
        partner = self.sudo().search([("code", "=", call.sender_id)])
        if not partner:
            raise Refusal("rjct.jwt.invalid", "The signature is missing or not valid.")
        if call.total_count is not None and call.total_count != call.count:
            raise Refusal("rjct.total_count.invalid", "total_count is not the number of items.")
        return partner

    def _service(self, call):
        service = self.env["g2p.bridge.service"].with_user(self.user_id)
        return service.with_company(self.company_id).with_context(bridge_partner_id=self.id)

    def _programs(self):
        return self.program_ids


class Service(models.AbstractModel):
    _inherit = "g2p.bridge.service"

    @api.model
    def upload_mt940(self, content, file_name="", sponsor_bank=None):
        bank = self._calling_partner().sponsor_bank_id
        return super().upload_mt940(content, file_name, sponsor_bank or bank or None)
