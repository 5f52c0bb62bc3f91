# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from .step.money_begun import FUNCTIONS


class FrozenMixin(models.AbstractModel):
    """When a record of the bridge becomes one of money."""

    _inherit = "g2p.bridge.frozen.mixin"

    def init(self):
        """What the conditions of triggers call has to be there before them."""
        self.env.cr.execute(FUNCTIONS)
        super().init()
