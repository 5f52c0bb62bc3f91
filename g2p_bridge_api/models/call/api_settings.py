# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ...lib.prefix import DEFAULT_PREFIX

MEGABYTES, ITEMS = 50, 100_000


class ApiSettings(models.AbstractModel):
    """What is configured of the HTTP endpoints, as code wants it."""

    _name = "g2p.bridge.api.settings"
    _description = "Settings of the Bridge's API"

    @api.model
    def _prefix(self):
        """Path below which the operations are."""
        return self._parameter("prefix", DEFAULT_PREFIX)

    @api.model
    def _most_bytes(self):
        """Size of the largest body that is taken."""
        return int(self._parameter("max_megabytes", MEGABYTES)) * 2**20

    @api.model
    def _most_items(self):
        """How many items are taken in one call."""
        return int(self._parameter("max_items", ITEMS))

    @api.model
    def _body_days(self):
        """For how many days the bodies of requests are kept, 0 for not at all."""
        return int(self._parameter("body_days", 0))

    @api.model
    def _parameter(self, name, default):
        return self.env["ir.config_parameter"].sudo().get_param(f"g2p_bridge_api.{name}") or default
