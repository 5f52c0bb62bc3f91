from odoo import api, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

TROUBLES = {
    "late_heartbeat": _lt(
        "Scheduled actions of the bridge do not run in time: what is left behind stays so."
    ),
    "jobs_not_run": _lt("Jobs are due and nobody runs them: nothing goes on."),
}


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
        wrong = self.env["g2p.bridge.health"]._life_signs()["troubles"]
        return [
            {"kind": kind, "text": self.env._(text)}
            for kind, text in TROUBLES.items()
            if kind in wrong
        ]
