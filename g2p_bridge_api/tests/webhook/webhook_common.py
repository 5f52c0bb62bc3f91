# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the tests of webhooks share."""

from datetime import timedelta

from ..event.events_common import EventCase
from .receiver import Receiver

#: What a test lets happen later by itself, it waits for by setting the clock back.
LATER = ("next_attempt_at", "failing_since")


class WebhookCase(EventCase):
    """A webhook that leads to a server on this machine, and a key that signs."""

    def setUp(self):
        super().setUp()
        key = self.env["g2p.bridge.signing.key"].create({"name": "Test", "algorithm": "ES256"})
        key.action_generate()
        key.action_use()
        self.receiver = self.new_receiver()
        self.webhook = self.new_webhook()

    def new_receiver(self, **values):
        receiver = Receiver(**values)
        self.addCleanup(receiver.close)
        return receiver

    def new_webhook(self, **values):
        return self.env["g2p.bridge.webhook"].create(
            {
                "name": "Ministry",
                "partner_id": self.partner.id,
                "base_url": self.receiver.url,
                "environment": "enabled",
                "connect_timeout": 2,
                "read_timeout": 2,
                **values,
            }
        )

    def due_jobs(self):
        """The test says when events are handed out, so that it knows which ones are together."""
        return super().due_jobs().filtered(lambda job: job.method_name != "_job_dispatch")

    def due_job(self):
        """As the runner does: a job that runs does not stand for the next one."""
        job = super().due_job()
        if job:
            job.set_started()
            job.store()
            self.env.flush_all()
        return job

    def deliver(self):
        """Number what has happened and let every job that is due run."""
        self.env["g2p.bridge.event"]._job_dispatch()
        self.run_jobs()

    def pass_time(self, webhook=None, **span):
        """Let time pass for a webhook, and run what is due then."""
        webhook = webhook or self.webhook
        self.env.flush_all()
        before = timedelta(**span)
        for name in LATER:
            if webhook[name]:
                webhook[name] -= before
        self.env.cr.execute(
            "UPDATE g2p_bridge_webhook_delivery SET first_attempt_at = first_attempt_at - %s"
            " WHERE webhook_id = %s",
            [before, webhook.id],
        )
        self.env.cr.execute("UPDATE queue_job SET eta = eta - %s WHERE eta IS NOT NULL", [before])
        self.env.invalidate_all()
        self.run_jobs()

    def states(self, webhook=None):
        """How many deliveries are in each state."""
        self.env.invalidate_all()
        states = (webhook or self.webhook).delivery_ids.mapped("state")
        return {state: states.count(state) for state in states}

    def replay(self, webhook=None, deliveries=None, **values):
        """Fill in and confirm the window in which events are sent again."""
        action = self.env["g2p.bridge.webhook.replay"]._open(webhook or self.webhook, deliveries)
        model = self.env[action["res_model"]].with_context(**action["context"])
        model.create({"reason": "The receiver lost them", **values}).action_confirm()
        self.run_jobs()
