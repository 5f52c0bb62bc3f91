from odoo import api, fields, models
from odoo.fields import Domain


class EntitlementCurrency(models.Model):
    """The currency that an entitlement's amount is in, also where PBMS names none.

    PBMS takes it from the journal, and a journal without a currency of its own is in its
    company's, which is the usual case. Without a journal it is that of the program's company.
    """

    _inherit = "g2p.entitlement"

    bridge_currency_id = fields.Many2one(
        "res.currency",
        "Currency of the Amount",
        compute="_compute_bridge_currency_id",
        search="_search_bridge_currency_id",
        compute_sudo=True,
    )

    @api.depends(
        "journal_id.currency_id",
        "journal_id.company_id.currency_id",
        "cycle_id.program_id.company_id.currency_id",
    )
    def _compute_bridge_currency_id(self):
        for entitlement in self:
            journal = entitlement.journal_id
            company = journal.company_id or entitlement.cycle_id.program_id.company_id
            entitlement.bridge_currency_id = journal.currency_id or company.currency_id

    def _search_bridge_currency_id(self, operator, value):
        """The same as a domain. Nobody who looks for entitlements needs to see journals."""
        if operator != "in":
            return NotImplemented
        currencies = [one for one in value if one]
        if not currencies:
            return Domain.FALSE
        company = [("company_id.currency_id", "in", currencies)]
        journal = Domain("currency_id", "in", currencies) | Domain("currency_id", "=", False) & (
            Domain(company)
        )
        return Domain("journal_id", "any!", journal) | (
            Domain("journal_id", "=", False)
            & Domain("cycle_id", "any!", [("program_id", "any", company)])
        )
