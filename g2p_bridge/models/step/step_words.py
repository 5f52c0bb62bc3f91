import re

from odoo import api, fields, models
from odoo.tools import format_datetime

from ...lib.reasons import reason_words

CODE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")


class StepWords(models.AbstractModel):
    """What people read of a step that went wrong."""

    _inherit = "g2p.bridge.step.mixin"

    problem = fields.Text(
        "Last Problem",
        compute="_compute_problem",
        help="What went wrong at the last attempt, as the other side put it.",
    )

    @api.depends("latest_error_code", "latest_error_message")
    def _compute_problem(self):
        for step in self:
            step.problem = in_words(self.env, step.latest_error_code, step.latest_error_message)

    def _step_called_at(self):
        """When the last call began, by the clock of the company, in words."""
        zone = str(self.company_id._g2p_bridge_zone())
        return f"{format_datetime(self.env, self.begun_at, tz=zone)} ({zone})"


def in_words(env, code, message):
    """The sentence that the other side gave; where it gave a bare code, what that means."""
    if message and not CODE.fullmatch(message):
        return message
    return reason_words(env, code or message)
