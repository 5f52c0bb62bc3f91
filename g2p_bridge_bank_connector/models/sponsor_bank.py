from odoo import api, fields, models
from odoo.exceptions import UserError

from ..lib.errors import ConnectorError


class SponsorBank(models.Model):
    """A bank that holds program money and pays it out for us."""

    _name = "g2p.bridge.sponsor.bank"
    _description = "Sponsor Bank"
    _inherit = ["mail.thread"]
    _order = "name"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    code = fields.Char(
        required=True, tracking=True, help="Short unique code of the bank, e.g. its BIC."
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    connector = fields.Selection(
        [],
        tracking=True,
        help="How the bridge speaks to this bank. Each connector addon adds one entry.",
    )
    environment = fields.Selection(
        [("disabled", "Disabled"), ("test", "Test"), ("enabled", "Enabled")],
        default="disabled",
        required=True,
        tracking=True,
        help="Nothing is sent to a disabled bank. Test marks a bank that moves no real money.",
    )
    base_url = fields.Char("Address", tracking=True, help="Start of every request's address.")
    credential = fields.Char(
        groups="g2p_bridge_bank_connector.group_admin",
        copy=False,
        help="Token sent as bearer authorization. Write-only on screen.",
    )
    credential_input = fields.Char(
        "New Credential",
        compute="_compute_credential_input",
        inverse="_inverse_credential_input",
        groups="g2p_bridge_bank_connector.group_admin",
        help="Type a new token to replace the stored one; it is never shown again.",
    )
    has_credential = fields.Boolean(compute="_compute_has_credential", compute_sudo=True)
    connect_timeout = fields.Integer("Connect Time-out (s)", default=10, required=True)
    read_timeout = fields.Integer(
        "Answer Time-out (s)",
        default=60,
        required=True,
        help="After this many seconds without an answer, the outcome counts as unknown.",
    )
    can_release_funds = fields.Boolean(compute="_compute_capabilities")
    can_query_payment_status = fields.Boolean(compute="_compute_capabilities")
    has_idempotent_block = fields.Boolean(compute="_compute_capabilities")

    _code_company_uniq = models.Constraint(
        "UNIQUE(code, company_id)", "Another sponsor bank of this company has this code."
    )
    _timeouts_positive = models.Constraint(
        "CHECK(connect_timeout > 0 AND read_timeout > 0)",
        "Time-outs are whole seconds above zero.",
    )

    @api.depends("connector")
    def _compute_capabilities(self):
        for bank in self:
            given = bank._get_connector().capabilities() if bank.connector else None
            bank.can_release_funds = bool(given and given.release_funds)
            bank.can_query_payment_status = bool(given and given.payment_status)
            bank.has_idempotent_block = bool(given and given.idempotent_block)

    def _compute_credential_input(self):
        self.credential_input = False

    def _inverse_credential_input(self):
        for bank in self.filtered("credential_input"):
            bank.credential = bank.credential_input

    @api.depends("credential")
    def _compute_has_credential(self):
        for bank in self:
            bank.has_credential = bool(bank.credential)

    def action_test_connection(self):
        """Reach the bank without any effect and show its answer."""
        self.ensure_one()
        self.check_access("write")
        try:
            text = self._get_connector().test_connection()
        except ConnectorError as error:
            raise UserError(
                self.env._(
                    "%(bank)s did not answer as it should: %(reason)s (%(code)s). "
                    "Check the address, the credential and that the bank is up.",
                    bank=self.name,
                    reason=error.message,
                    code=error.code,
                )
            ) from error
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": text, "title": self.name},
        }

    def _get_connector(self):
        """:return: the connector model of this bank, bound to this record

        :raises UserError: no connector is chosen, or its addon is not installed
        """
        self.ensure_one()
        model = f"g2p.bridge.bank.connector.{self.connector}"
        if not self.connector or model not in self.env:
            raise UserError(
                self.env._(
                    "%(bank)s has no usable connector. Choose one on the sponsor bank, "
                    "or install the addon that brings it.",
                    bank=self.name,
                )
            )
        return self.env[model].with_context(sponsor_bank_id=self.id)
