# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How an entitlement stands in the accounts: the payments that are booked for it."""

from odoo import fields, models


class Entitlement(models.Model):
    _inherit = "g2p.entitlement"

    disbursement_id = fields.Many2one("account.payment", "Disbursement Journal Entry")
    service_fee_disbursement_id = fields.Many2one("account.payment", "Service Fee Journal Entry")
