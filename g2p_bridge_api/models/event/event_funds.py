# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL

#: (kind of step, state that it reaches) → what that means.
REACHED = {
    ("check", "done"): "envelope.funds_available",
    ("check", "failed"): "envelope.funds_check_failed",
    ("block", "done"): "envelope.funds_blocked",
    ("block", "failed"): "envelope.funds_block_failed",
    ("block", "uncertain"): "envelope.funds_block_uncertain",
    ("release", "done"): "envelope.funds_released",
    ("release", "failed"): "envelope.funds_release_failed",
    ("release", "uncertain"): "envelope.funds_release_uncertain",
}


class FundsEvents(models.Model):
    """What the bank said of an envelope's money."""

    _inherit = "g2p.bridge.funds.step"

    # === CRUD ===

    def write(self, vals):
        state = vals.get("state")
        reaching = self.filtered(lambda step: step.state != state) if state else self.browse()
        result = super().write(vals)
        if state != "done":
            reaching._emit_state()
        return result

    # === Steps ===

    def _step_record_done(self, outcome):
        # The amount that was released is known only after that.
        super()._step_record_done(outcome)
        self._emit_state()

    def _step_record_unavailable(self, outcome):
        if outcome.code == "INSUFFICIENT_FUNDS":
            self._emit_event("envelope.funds_not_available")
        return super()._step_record_unavailable(outcome)

    def _step_settle(self, taken, reason):
        result = super()._step_settle(taken, reason)
        self._emit_state()
        return result

    # === Helpers ===

    def _emit_state(self):
        for step in self:
            kind = REACHED.get((step.kind, step.state))
            if kind:
                step._emit_event(kind)

    def _emit_event(self, kind):
        """Record an event of the envelope, with what was asked for or given back."""
        self.env["g2p.bridge.event"].sudo()._emit(
            kind,
            SQL(
                "g2p_bridge_funds_step s JOIN g2p_bridge_envelope e ON e.id = s.envelope_id"
                " WHERE s.id = %s",
                self.id,
            ),
            line_count="e.number_of_disbursements",
            amount="s.amount",
            reason_code="NULLIF(s.latest_error_code, '')",
        )
