# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The journals that programs pay from: currencies come from them alone."""

from odoo import api, fields, models


class Journal(models.Model):
    _inherit = "account.journal"

    beneficiary_disb = fields.Boolean("Beneficiary Funds")


class Program(models.Model):
    _inherit = "g2p.program"
    _check_company_auto = True

    journal_id = fields.Many2one(
        "account.journal",
        "Disbursement Journal",
        domain=[("beneficiary_disb", "=", True), ("type", "in", ("bank", "cash"))],
        default=lambda self: self._default_journal_id(),
    )

    def _init_column(self, column_name):
        # Programs that are there before journals are known of get none.
        if column_name != "journal_id":
            super()._init_column(column_name)

    @api.model
    def _default_journal_id(self):
        """The first one that may be used, if there is any: of whatever company is at hand."""
        domain = self._fields["journal_id"].domain
        return self.env["account.journal"].search(domain, limit=1)


class Entitlement(models.Model):
    _inherit = "g2p.entitlement"

    journal_id = fields.Many2one("account.journal", compute="_compute_journal_id", store=True)
    # Empty where the journal is in its company's currency, which is the usual case.
    currency_id = fields.Many2one("res.currency", related="journal_id.currency_id")

    @api.depends("cycle_id.program_id.journal_id")
    def _compute_journal_id(self):
        for entitlement in self:
            entitlement.journal_id = entitlement.cycle_id.program_id.journal_id


class Payment(models.Model):
    _inherit = "g2p.payment"

    journal_id = fields.Many2one(
        "account.journal", "Program Journal", compute="_compute_journal_id", store=True
    )
    currency_id = fields.Many2one("res.currency", related="journal_id.currency_id")

    @api.depends("entitlement_id.cycle_id.program_id.journal_id")
    def _compute_journal_id(self):
        for payment in self:
            payment.journal_id = payment.entitlement_id.cycle_id.program_id.journal_id
