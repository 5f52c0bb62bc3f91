import hmac
import secrets

from odoo import api, fields, models


class SponsorBank(models.Model):
    """What the bridge adds to a sponsor bank: how its statements come in."""

    _inherit = "g2p.bridge.sponsor.bank"

    program_ids = fields.One2many("g2p.bridge.program", "sponsor_bank_id")
    program_count = fields.Integer(compute="_compute_program_count")
    statement_token = fields.Char(
        groups="g2p_bridge_bank_connector.group_admin",
        copy=False,
        help="The bank sends this bearer token when it posts a statement to us.",
    )
    has_statement_token = fields.Boolean(compute="_compute_has_statement_token", compute_sudo=True)

    def _compute_program_count(self):
        counts = dict(
            self.env["g2p.bridge.program"]._read_group(
                [("sponsor_bank_id", "in", self.ids)], ["sponsor_bank_id"], ["__count"]
            )
        )
        for bank in self:
            bank.program_count = counts.get(bank, 0)

    @api.depends("statement_token")
    def _compute_has_statement_token(self):
        for bank in self:
            bank.has_statement_token = bool(bank.statement_token)

    def action_new_statement_token(self):
        """Make a new token and show it once: the bank needs it, nobody else does."""
        self.ensure_one()
        self.check_access("write")
        token = secrets.token_urlsafe(32)
        self.statement_token = token
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Give this token to the bank; it is not shown again"),
                "message": token,
                "type": "warning",
                "sticky": True,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_open_programs(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("g2p_bridge.program_action")
        return {**action, "domain": [("sponsor_bank_id", "=", self.id)]}

    @api.model
    def _from_statement_token(self, token):
        """:return: the bank that proves itself by this token, or no record"""
        for bank in self.sudo().search([("statement_token", "!=", False)]):
            if hmac.compare_digest(bank.statement_token.encode(), (token or "").encode()):
                return bank
        return self.browse()

    def _call_timeout(self):
        """Seconds after which a call to this bank can't be under way any more."""
        return self.connect_timeout + self.read_timeout
