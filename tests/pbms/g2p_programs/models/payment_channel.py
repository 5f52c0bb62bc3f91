"""What another addon of PBMS keeps on payments: a field that is required and has a default."""

from odoo import fields, models


class Payment(models.Model):
    _inherit = "g2p.payment"

    dispatch_status = fields.Selection(
        [("pending", "Pending"), ("sent", "Sent")], required=True, default="pending"
    )
