# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ArchiveSettings(models.TransientModel):
    """When settled envelopes of the current company are archived."""

    _inherit = "res.config.settings"

    bridge_archive_months = fields.Integer(
        related="company_id.bridge_archive_months", readonly=False
    )
