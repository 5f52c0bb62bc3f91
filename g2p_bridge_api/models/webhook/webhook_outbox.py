# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from odoo.addons.queue_job.job import Job

#: Which events a webhook is sent: of its programs, and of the kinds that it has chosen.
WANTED = """
      FROM unnest(%(webhooks)s::int[], %(programs)s::int[]) AS w(webhook_id, program_id)
      JOIN g2p_bridge_event e ON e.program_id = w.program_id
     WHERE %(which)s
       AND (NOT EXISTS (SELECT FROM g2p_bridge_event_kind_g2p_bridge_webhook_rel k
                         WHERE k.g2p_bridge_webhook_id = w.webhook_id)
            OR EXISTS (SELECT FROM g2p_bridge_event_kind_g2p_bridge_webhook_rel k
                         JOIN g2p_bridge_event_kind n ON n.id = k.g2p_bridge_event_kind_id
                        WHERE k.g2p_bridge_webhook_id = w.webhook_id AND n.code = e.kind))
"""
HAND_OUT = """
    INSERT INTO g2p_bridge_webhook_delivery (webhook_id, event_id, number, state, attempts,
                                             replays)
    SELECT w.webhook_id, e.id, e.number, 'pending', 0, 0 %s
     ORDER BY e.number
    ON CONFLICT (webhook_id, event_id) DO NOTHING
    RETURNING id, webhook_id
"""


class WebhookOutbox(models.Model):
    """How events come to those webhooks that want them."""

    _inherit = "g2p.bridge.webhook"

    @api.model
    def _listening(self):
        """Whether events are sent to anybody at all."""
        return bool(self.sudo()._running(limit=1))

    @api.model
    def _running(self, limit=None):
        """The webhooks that events are kept for."""
        called = [("environment", "!=", "disabled"), ("is_confirmed", "=", True)]
        return self.search(called, limit=limit)

    @api.model
    def _hand_out(self, first, last):
        """Put events that were numbered just now into every outbox that wants them.

        In the same transaction, so no event is ever between numbered and handed out.

        :return: the webhooks that have got some
        """
        filled = self.sudo()._running()._fill(SQL("e.number BETWEEN %s AND %s", first, last))
        return self.browse(sorted({webhook for _delivery, webhook in filled}))

    def _fill(self, which):
        """Put events into the outboxes of these webhooks, unless they are there already.

        :param SQL which: condition on the event ``e``
        :return: [(delivery, webhook)], record IDs of what was put there
        """
        pairs = [(webhook.id, program) for webhook in self for program in webhook._programs().ids]
        if not pairs:
            return []
        webhooks, programs = map(list, zip(*pairs, strict=True))
        self.env.flush_all()
        self.env.cr.execute(
            SQL(HAND_OUT, SQL(WANTED, webhooks=webhooks, programs=programs, which=which))
        )
        filled = self.env.cr.fetchall()
        self.env["g2p.bridge.webhook.delivery"].invalidate_model()
        return filled

    def _programs(self):
        """The programs whose events this webhook is sent, by now."""
        self.ensure_one()
        if not self.partner_id.active:
            return self.env["g2p.bridge.program"]
        allowed = self.partner_id.sudo()._programs()
        return allowed & self.program_ids if self.program_ids else allowed

    def _deliver_due(self):
        """Let jobs call those of these webhooks for whom something waits."""
        deliveries = self.env["g2p.bridge.webhook.delivery"].sudo()
        waiting = deliveries._read_group(
            [("webhook_id", "in", self.ids), ("state", "=", "pending")], ["webhook_id"]
        )
        for (webhook,) in waiting:
            if webhook.status in ("fine", "failing"):
                webhook.sudo()._enqueue_delivery()

    def _enqueue_delivery(self):
        """A job calls the webhook when that is due; one that waits is brought forward."""
        job = Job(
            self._job_deliver,
            identity_key=f"{self._name}-{self.id}",
            eta=self.next_attempt_at or None,
            description=self.env._("Deliver events to %s", self.name),
        )
        self.env["queue.job"]._enqueue_once([job])
