# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from odoo.addons.g2p_bridge_base.links import LooseLink


class WebhookDelivery(models.Model):
    """One event for one webhook: the outbox, and the record of what was sent."""

    _name = "g2p.bridge.webhook.delivery"
    _description = "Webhook Delivery"
    _inherit = ["g2p.bridge.own.fields"]
    _order = "number desc, id desc"
    _log_access = False

    # === Fields ===

    # The webhook's row is written with each request, while others fill its outbox.
    webhook_id = LooseLink("g2p.bridge.webhook", required=True, readonly=True)
    event_id = fields.Many2one(
        "g2p.bridge.event", required=True, readonly=True, ondelete="cascade", index=True
    )
    number = fields.Integer(required=True, readonly=True, help="The event's place in the order.")
    kind = fields.Selection(related="event_id.kind")
    envelope_id = fields.Many2one(related="event_id.envelope_id")
    happened_at = fields.Datetime(related="event_id.happened_at")
    company_id = fields.Many2one(related="event_id.company_id")
    state = fields.Selection(
        [
            ("pending", "Waiting"),
            ("delivered", "Delivered"),
            ("failed", "Given up"),
            ("skipped", "Skipped"),
        ],
        required=True,
        readonly=True,
        help="Given up: it was tried for too long. Skipped: the partner lost the program "
        "before it could be delivered.",
    )
    attempts = fields.Integer(readonly=True)
    first_attempt_at = fields.Datetime("First Attempt", readonly=True)
    last_attempt_at = fields.Datetime("Last Attempt", readonly=True)
    delivered_at = fields.Datetime(readonly=True)
    status_code = fields.Integer("HTTP Status", readonly=True)
    error_code = fields.Char("Error", readonly=True)
    answer = fields.Char(readonly=True, help="The beginning of what the receiver answered.")
    replays = fields.Integer("Sent Again", readonly=True, help="Times a person asked for it.")
    replay_reason = fields.Char("Sent Again Because", readonly=True)
    replayed_by_id = fields.Many2one("res.users", "Sent Again By", readonly=True)
    replayed_at = fields.Datetime("Sent Again At", readonly=True)

    # === Constraints ===

    _once = models.Constraint("UNIQUE(webhook_id, event_id)", "A webhook gets each event once.")
    _waiting = models.Index("(webhook_id, number) WHERE state = 'pending'")

    # === Compute ===

    @api.depends("webhook_id", "event_id")
    def _compute_display_name(self):
        for delivery in self:
            delivery.display_name = f"{delivery.webhook_id.name} / {delivery.number}"

    # === Actions ===

    def action_replay(self):
        """Ask why these are sent once more."""
        return self.env["g2p.bridge.webhook.replay"]._open(self.webhook_id, self)
