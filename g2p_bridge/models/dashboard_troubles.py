from odoo import api, models

from ..lib.stall import SYSTEM_KINDS


class DashboardTroubles(models.AbstractModel):
    """What is wrong with the machinery itself, for the administrators who keep it running.

    Read anew each time: were it left to a scheduled action, nobody would see here that
    scheduled actions have stopped.
    """

    _inherit = "g2p.bridge.dashboard"

    @api.model
    def _troubles(self, roles):
        """:return: list of dicts ``kind`` and ``text``, of what is wrong; empty for others"""
        if "admin" not in roles:
            return []
        health = self.env["g2p.bridge.health"].sudo()
        wrong = health._life_signs()["troubles"]
        return [
            {"kind": kind, "text": health._sentence(kind)} for kind in SYSTEM_KINDS if kind in wrong
        ]
