# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What another addon of PBMS keeps on payments: a field that is required and has a default."""

from odoo import fields, models


class Payment(models.Model):
    _inherit = "g2p.payment"

    dispatch_status = fields.Selection(
        [("pending", "Pending"), ("sent", "Sent")], required=True, default="pending"
    )
