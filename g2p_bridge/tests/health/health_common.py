# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A bridge whose heartbeats are in time, and a clock that can be put forward."""

from datetime import timedelta

from freezegun import freeze_time
from odoo import fields

from ...models.health.health_stalled import STEP_KEYS
from ..access.access_common import AccessCase


class HealthCase(AccessCase):
    """Starts from a bridge of which nothing stands still."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.health = cls.env["g2p.bridge.health"]
        cls.stall_model = cls.env["g2p.bridge.stall"]
        cls.crons = {key: cls.env.ref(f"g2p_bridge.cron_{key}") for key in STEP_KEYS}
        cls.soon = fields.Datetime.now() + timedelta(days=2)
        for cron in cls.crons.values():
            cron.write({"active": True, "nextcall": cls.soon})
        # It is noon here: what is looked at an hour later is not looked at on another day.
        hours_past_noon = fields.Datetime.now().hour - 12
        cls.env.company.partner_id.tz = f"Etc/GMT{hours_past_noon:+d}"
        # Other addons have jobs of their own, which nobody runs here.
        cls.env.cr.execute("DELETE FROM queue_job")
        cls.env.invalidate_all()

    def later(self, minutes):
        """Whatever happens in this context happens so many minutes from now."""
        return freeze_time(fields.Datetime.now() + timedelta(minutes=minutes))

    def watch(self):
        """What the heartbeat of the watch does; here the mail queue is no outside effect."""
        self.env.flush_all()
        self.stall_model._cron_watch()
        self.env.flush_all()

    def kinds(self, companies=None):
        return [stall.kind for stall in self.health._stalls(companies)]

    def jobs_of(self, step, *states):
        domain = [("identity_key", "=", f"{step._name}-{step.id}")]
        if states:
            domain.append(("state", "in", states))
        return self.env["queue.job"].search(domain)

    def forget_jobs(self):
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM queue_job")
        self.env.invalidate_all()

    def to_dos(self, record):
        kind = self.env.ref("mail.mail_activity_data_warning")
        record.invalidate_recordset(["activity_ids"])
        return record.activity_ids.filtered(lambda to_do: to_do.activity_type_id == kind)

    def funded(self, **values):
        """The bank batch of an envelope whose money is blocked, and that no job looks after.

        No job has run in this transaction: the lock of a living worker would still be held.
        """
        envelope = self.filled_envelope(**values)
        self.forget_jobs()
        envelope.funds_step_ids.write({"state": "done", "amount": 60.75})
        envelope._funds_step("block").bank_reference = "HOLD1"
        envelope.state = "shipping"
        return envelope.bank_batch_ids

    def uncertain(self, **values):
        """A bank batch of which nobody knows what became of it, since it was begun."""
        batch = self.filled_envelope(**values).bank_batch_ids
        self.run_jobs()
        batch.write({"state": "uncertain", "begun_at": fields.Datetime.now()})
        return batch

    def read(self, name="officer"):
        return self.rpc_model(name, "g2p.bridge.health", "read_health")
