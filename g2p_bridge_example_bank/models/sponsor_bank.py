from odoo import fields, models


class SponsorBank(models.Model):
    _inherit = "g2p.bridge.sponsor.bank"

    connector = fields.Selection(
        selection_add=[("example_bank", "Example Bank (simulation)")],
        ondelete={"example_bank": "set null"},
    )
