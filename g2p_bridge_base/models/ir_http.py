# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.http import request

from .. import keys


class IrHttp(models.AbstractModel):
    """A path that nobody knows is not found, whatever characters are in it."""

    _inherit = "ir.http"

    @classmethod
    def _serve_fallback(cls):
        if "\x00" in request.httprequest.path:
            return None  # PostgreSQL can't even be asked for it
        return super()._serve_fallback()

    def session_info(self):
        """Every screen says so while one person alone directs money."""
        return {**super().session_info(), "g2p_bridge_one_person": keys.one_person()}
