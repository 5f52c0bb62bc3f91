from datetime import datetime

import pytz
from odoo import models


class Company(models.Model):
    _inherit = "res.company"

    def _g2p_bridge_today(self):
        """Today where this company is: schedule dates are days of its own calendar."""
        zone = self.partner_id.tz or "UTC"
        return datetime.now(pytz.timezone(zone)).date()
