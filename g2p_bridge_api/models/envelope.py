# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import pytz
from odoo import fields, models


class Envelope(models.Model):
    """How the sender of an envelope has named its cycle and its day.

    Our own names differ where its codes repeat, and where a day was past when it came.
    """

    _inherit = "g2p.bridge.envelope"

    cycle_code_sent = fields.Char("Cycle as Sent", readonly=True, copy=False)
    schedule_date_sent = fields.Date("Schedule Date as Sent", readonly=True, copy=False)

    def _awaits_payments(self):
        """Whether payments may still be missing: nothing of it can have been paid before."""
        return self.state == "receiving" and not self._is_complete()

    def _is_taken_otherwise(self):
        """Whether it was understood otherwise than it was sent: its code comes again, or its day
        was past when it came, so that nobody could have amended it before.
        """
        if not self.cycle_code_sent:
            return False
        zone = self.company_id._g2p_bridge_zone()
        came = pytz.utc.localize(self.receipt_time_stamp).astimezone(zone).date()
        return self.cycle_code_sent != self.cycle_code_mnemonic or self.schedule_date_sent < came
