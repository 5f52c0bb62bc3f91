from datetime import datetime

import pytz
from odoo import models


class Company(models.Model):
    _inherit = "res.company"

    def _g2p_bridge_today(self):
        """Today where this company is: schedule dates are days of its own calendar."""
        return datetime.now(self._g2p_bridge_zone()).date()

    def _g2p_bridge_zone(self):
        """:return: the time zone where this company is; UTC if it names none"""
        return pytz.timezone(self.partner_id.tz or "UTC")
