# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL

#: State that a batch reaches → what that means.
REACHED = {"failed": "batch.failed", "uncertain": "batch.uncertain"}
#: Why lines changed, where an event that says more covers them.
COVERED = {
    "resolved",  # batch.resolved
    "shipped",  # batch.shipped
    "given_up",  # batch.resolved, batch.rejected
    "proved",  # statement.recorded
}


class BatchEvents(models.AbstractModel):
    """What happens to a batch is emitted by the batch, not by each of its disbursements."""

    _inherit = "g2p.bridge.batch.mixin"

    def write(self, vals):
        kind = REACHED.get(vals.get("state"))
        reaching = self.filtered(lambda batch: batch.state != vals["state"]) if kind else None
        result = super().write(vals)
        if reaching:
            reaching._emit_event(kind, **reaching._all_lines(), reason_code="b.latest_error_code")
        return result

    def _all_lines(self):
        """The columns of an event that is about all lines of these batches."""
        amount = {"amount": "b.line_amount"} if "line_amount" in self._fields else {}
        return {"line_count": "b.line_count", **amount}

    def _emit_event(self, kind, **columns):
        """Record an event of each of these batches."""
        if not self:
            return
        self.env["g2p.bridge.event"].sudo()._emit(
            kind,
            SQL(
                "%s b JOIN g2p_bridge_envelope e ON e.id = b.envelope_id"
                " WHERE b.id = ANY(%s) ORDER BY b.id",
                SQL.identifier(self._table),
                self.ids,
            ),
            **{self._batch_field: "b.id", **columns},
        )


class MapperBatchEvents(models.Model):
    _inherit = "g2p.bridge.mapper.batch"

    def _step_done(self, rows):
        result = super()._step_done(rows)
        self._emit_resolved()
        return result

    def _give_up(self, waiting, given_up, reason):
        """Who waited is unresolved now."""
        super()._give_up(waiting, given_up, reason)
        self._emit_resolved()

    def _emit_resolved(self):
        self._emit_event(
            "batch.resolved",
            line_count="b.resolved_count",
            amount="b.resolved_amount",
            failed_count="b.unresolved_count",
            failed_amount="b.unresolved_amount",
        )


class BankBatchEvents(models.Model):
    _inherit = "g2p.bridge.bank.batch"

    def _lines_changed(self, reason):
        result = super()._lines_changed(reason)
        if reason not in COVERED:
            self._emit_event("batch.changed", **self._all_lines())
        return result

    def _step_done(self, acknowledgement):
        result = super()._step_done(acknowledgement)
        self._emit_event("batch.shipped", **self._results())
        return result

    def _step_settle(self, taken, reason):
        self._emit_event("batch.settled", **self._all_lines(), reason_code="b.latest_error_code")
        return super()._step_settle(taken, reason)

    def _give_up(self, waiting, given_up, reason):
        """Who was to be paid by this batch is rejected now."""
        super()._give_up(waiting, given_up, reason)
        self._emit_event("batch.rejected", **self._results(), reason_code="b.latest_error_code")

    def _results(self):
        return {
            "line_count": "b.shipped_count",
            "amount": "b.shipped_amount",
            "failed_count": "b.rejected_count",
            "failed_amount": "b.rejected_amount",
        }
