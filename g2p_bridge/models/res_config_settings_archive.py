from odoo import fields, models


class ArchiveSettings(models.TransientModel):
    """When settled envelopes of the current company are archived."""

    _inherit = "res.config.settings"

    bridge_archive_months = fields.Integer(
        related="company_id.bridge_archive_months", readonly=False
    )
