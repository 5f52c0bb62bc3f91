# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

import pytz
from odoo import models

#: The setting that names this server's own address.
OWN_URL = "g2p_bridge.own_url"


class Company(models.Model):
    _inherit = "res.company"

    def _g2p_bridge_today(self):
        """Today where this company is: schedule dates are days of its own calendar."""
        return datetime.now(self._g2p_bridge_zone()).date()

    def _g2p_bridge_zone(self):
        """:return: the time zone where this company is; UTC if it names none"""
        # Its contact may belong to another company: registries give one to all people.
        return pytz.timezone(self.sudo().partner_id.tz or "UTC")

    def _g2p_bridge_own_url(self):
        """Where others reach this server: the setting, or else the address that Odoo knows.

        :return: without a slash at the end
        """
        parameters = self.env["ir.config_parameter"].sudo()
        url = parameters.get_param(OWN_URL) or parameters.get_param("web.base.url") or ""
        return url.strip().rstrip("/")
