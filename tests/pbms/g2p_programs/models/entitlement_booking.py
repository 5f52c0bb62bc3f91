"""How an entitlement stands in the accounts: its journal and the payments that are booked."""

from odoo import api, fields, models


class AccountJournal(models.Model):
    _inherit = "account.journal"

    beneficiary_disb = fields.Boolean("Beneficiary Funds")


class Program(models.Model):
    _inherit = "g2p.program"

    journal_id = fields.Many2one(
        "account.journal",
        "Disbursement Journal",
        domain=[("beneficiary_disb", "=", True), ("type", "in", ("bank", "cash"))],
        default=lambda self: self._default_journal(),
    )

    def _default_journal(self):
        domain = [("beneficiary_disb", "=", True), ("type", "in", ("bank", "cash"))]
        return self.env["account.journal"].search(domain, limit=1)


class Entitlement(models.Model):
    _inherit = "g2p.entitlement"

    journal_id = fields.Many2one(
        "account.journal", "Disbursement Journal", compute="_compute_journal_id", store=True
    )
    disbursement_id = fields.Many2one("account.payment", "Disbursement Journal Entry")
    service_fee_disbursement_id = fields.Many2one("account.payment", "Service Fee Journal Entry")

    @api.depends("cycle_id.program_id.journal_id")
    def _compute_journal_id(self):
        for entitlement in self:
            entitlement.journal_id = entitlement.cycle_id.program_id.journal_id
