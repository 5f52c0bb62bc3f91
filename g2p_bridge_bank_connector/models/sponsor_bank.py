from odoo import api, fields, models
from odoo.exceptions import UserError

from ..unique_text import unique_text


class SponsorBank(models.Model):
    """A bank that holds program money and pays it out for us."""

    _name = "g2p.bridge.sponsor.bank"
    _description = "Sponsor Bank"
    _inherit = ["g2p.bridge.endpoint"]
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
    can_release_funds = fields.Boolean(
        "Gives Back What Is Left",
        compute="_compute_capabilities",
        help="The bank releases the part of a hold that an envelope did not use. Otherwise the "
        "money stays held until the bank lets it go by itself.",
    )
    can_query_payment_status = fields.Boolean(
        "Tells What Became of a Batch",
        compute="_compute_capabilities",
        help="After a lost answer, the bridge asks the bank by the batch's reference. Otherwise "
        "a person has to find out.",
    )
    has_idempotent_block = fields.Boolean(
        "Never Holds Twice",
        compute="_compute_capabilities",
        help="The same request to hold money again gives the same hold, so that the bridge may "
        "repeat it after a lost answer. Otherwise a person has to find out.",
    )

    _code_company_uniq = models.Constraint(
        "UNIQUE(code, company_id)", "Another sponsor bank of this company has this code."
    )

    @api.depends("connector")
    def _compute_capabilities(self):
        for bank in self:
            given = bank._get_connector().capabilities() if bank.connector else None
            bank.can_release_funds = bool(given and given.release_funds)
            bank.can_query_payment_status = bool(given and given.payment_status)
            bank.has_idempotent_block = bool(given and given.idempotent_block)

    def copy_data(self, default=None):
        copies = super().copy_data(default)
        for bank, values in zip(self, copies, strict=True):
            if "code" not in (default or {}):
                values["code"] = unique_text(bank, "code", "%s-COPY")
        return copies

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
