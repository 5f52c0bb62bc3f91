# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL

#: State that an envelope reaches → what that means.
REACHED = {
    "shipping": "envelope.shipping_begun",
    "shipped": "envelope.shipped",
    "reconciled": "envelope.reconciled",
    "cancelled": "envelope.cancelled",
}
#: Field → what it means when it is set, and when it is taken back.
SET = {
    "approved_by_id": ("envelope.approved", None),
    "rejected_by_id": ("envelope.sent_back", None),
    "started_by_id": ("envelope.started", None),
    "paused": ("envelope.paused", "envelope.resumed"),
    "needs_attention": ("envelope.needs_attention", "envelope.attention_settled"),
}
WATCHED = {"state", *SET}


class EnvelopeEvents(models.Model):
    """What happens to an envelope as a whole is emitted where it is written."""

    _inherit = "g2p.bridge.envelope"

    # === CRUD ===

    def write(self, vals):
        if not WATCHED & set(vals):
            return super().write(vals)
        before = {envelope: envelope._watched_values() for envelope in self}
        result = super().write(vals)
        for envelope, former in before.items():
            for kind in _kinds(former, envelope._watched_values()):
                envelope._emit_event(kind)
        return result

    # === Actions ===

    def action_open_events(self):
        """Open what has happened to this envelope, newest first."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("g2p_bridge_api.event_action")
        return {
            **action,
            "domain": [("envelope_id", "=", self.id)],
            "context": {"hide_envelope": True},
        }

    # === Helpers ===

    def _watched_values(self):
        """Plain values of what is watched."""
        return {
            name: self[name] if name == "state" else bool(self[name]) for name in sorted(WATCHED)
        }

    def _emit_event(self, kind):
        """Record an event of these envelopes, with their control totals."""
        self.env["g2p.bridge.event"].sudo()._emit(
            kind,
            SQL("g2p_bridge_envelope e WHERE e.id = ANY(%s) ORDER BY e.id", self.ids),
            line_count="e.number_of_disbursements",
            amount="e.total_disbursement_amount",
        )


def _kinds(former, latter):
    """What has happened between two readings of an envelope, in order."""
    for name, (when_set, when_unset) in SET.items():
        if former[name] != latter[name]:
            yield from filter(None, [when_set if latter[name] else when_unset])
    before, after = former["state"], latter["state"]
    if before == after:
        return
    if before == "receiving" and after != "cancelled":
        yield "envelope.complete"
    if after == "receiving" and not latter["rejected_by_id"]:
        yield "envelope.incomplete"
    if after in REACHED:
        yield REACHED[after]
