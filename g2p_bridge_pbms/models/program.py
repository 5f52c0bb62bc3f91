# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from .payment_manager.payment_manager import MODEL


class Program(models.Model):
    _inherit = "g2p.program"

    def _bridge_manager(self):
        """The payment manager of this program, if it is the bridge's; no record for no program."""
        manager = self.get_manager(self.MANAGER_PAYMENT) if self else None
        return manager if manager and manager._name == MODEL else self.env[MODEL]
