# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

# What waits already is not sent twice.
AGAIN = """
    UPDATE g2p_bridge_webhook_delivery d
       SET state = 'pending', attempts = 0, first_attempt_at = NULL, replays = d.replays + 1,
           replay_reason = %(reason)s, replayed_by_id = %(user)s, replayed_at = %(now)s
      FROM g2p_bridge_event e
     WHERE e.id = d.event_id AND d.webhook_id = ANY(%(webhooks)s) AND d.state <> 'pending'
       AND %(which)s
"""


class WebhookReplay(models.Model):
    """Sending once more what was sent, or given up, before."""

    _inherit = "g2p.bridge.webhook"

    def _replay(self, which, reason):
        """Put deliveries back into the outbox; the reason is kept with them.

        :param SQL which: condition on the delivery ``d`` and its event ``e``
        :return: how many
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                AGAIN,
                reason=reason,
                user=self.env.uid,
                now=fields.Datetime.now(),
                webhooks=self.ids,
                which=which,
            )
        )
        count = self.env.cr.rowcount
        self.env["g2p.bridge.webhook.delivery"].invalidate_model()
        return count

    def _replay_since(self, moment, reason):
        """Send every event since a moment that is still kept, sent before or not.

        :return: how many
        """
        count = self._replay(SQL("e.happened_at >= %s", moment), reason)
        filled = self._fill(SQL("e.number IS NOT NULL AND e.happened_at >= %s", moment))
        added = [delivery for delivery, _webhook in filled]
        self.env["g2p.bridge.webhook.delivery"].browse(added).write(
            {
                "replay_reason": reason,
                "replayed_by_id": self.env.uid,
                "replayed_at": fields.Datetime.now(),
            }
        )
        return count + len(added)
