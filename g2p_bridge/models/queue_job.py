# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

from odoo.addons.g2p_bridge_base.models.queue_job import LIVING, WAITING
from odoo.addons.queue_job.job import FAILED, STARTED

ADMIN = "g2p_bridge_base.group_admin"
#: Start of the names of the channels in which the jobs of the bridge and its addons run.
CHANNELS = "root.g2p_bridge"
_lt = LazyTranslate(__name__)
#: Channel without its root → what is done in it.
PURPOSES = {
    "g2p_bridge": _lt("All work of the bridge"),
    "g2p_bridge.archive": _lt("Archive settled envelopes and bring them back"),
    "g2p_bridge.funds": _lt("Check, block and release funds"),
    "g2p_bridge.import": _lt("Import files of disbursements"),
    "g2p_bridge.mapper": _lt("Ask the ID mapper"),
    "g2p_bridge.pbms": _lt("Take over cycles of PBMS and report back"),
    "g2p_bridge.ship": _lt("Hand batches to the bank"),
    "g2p_bridge.statement": _lt("Read and reconcile statements"),
    "g2p_bridge.webhook": _lt("Tell partners of events"),
    "g2p_bridge_example_bank": _lt("Play the example bank (simulation)"),
}


class QueueJob(models.Model):
    """What an administrator of the bridge may do with its jobs: read them, and try again."""

    _inherit = "queue.job"

    # === CRUD ===

    def write(self, vals):
        """The user of a job has a part in what it does: no person says that of another."""
        if "user_id" in vals and not self.env.su:
            raise AccessError(self.env._("A job runs for whoever it was made for."))
        return super().write(vals)

    # === Actions ===

    def action_g2p_bridge_requeue(self):
        """Run failed jobs of the bridge again.

        Repeating one is safe: each step looks first at what has been done already.

        :raises AccessError: for who is no administrator, and for jobs of others
        """
        self.check_access("read")
        if not self.env.user.has_group(ADMIN) or any(
            not (job.channel or "").startswith(CHANNELS) for job in self
        ):
            raise AccessError(
                self.env._("Administrators of the bridge requeue the bridge's own jobs only.")
            )
        self.filtered(lambda job: job.state == FAILED).sudo().requeue()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    # === Helpers ===

    def _change_job_state(self, state, result=None):
        """Who may only read jobs changes none, whichever button is called over RPC."""
        if not (self.env.su or self.env.user.has_group("queue_job.group_queue_job_manager")):
            raise AccessError(self.env._("Only managers of the job queue change its jobs."))
        return super()._change_job_state(state, result=result)


class QueueJobChannel(models.Model):
    """How much there is to do in a channel, sub-channels included."""

    _inherit = "queue.job.channel"

    # === Fields ===

    g2p_bridge_purpose = fields.Char("Work", compute="_compute_g2p_bridge_purpose")
    g2p_bridge_waiting_count = fields.Integer(
        "Waiting",
        compute="_compute_g2p_bridge_counts",
        help="Jobs that wait for their turn, their time or another job.",
    )
    g2p_bridge_started_count = fields.Integer(
        "Running", compute="_compute_g2p_bridge_counts", help="Jobs that run now."
    )
    g2p_bridge_failed_count = fields.Integer(
        "Failed",
        compute="_compute_g2p_bridge_counts",
        help="Jobs that have given up. Their steps wait for a person.",
    )

    # === Compute ===

    @api.depends("complete_name")
    @api.depends_context("lang")
    def _compute_g2p_bridge_purpose(self):
        for channel in self:
            purpose = PURPOSES.get((channel.complete_name or "").removeprefix("root."))
            channel.g2p_bridge_purpose = purpose and self.env._(purpose)

    def _compute_g2p_bridge_counts(self):
        groups = self.env["queue.job"]._read_group(
            [("state", "in", (*LIVING, FAILED))], ["channel", "state"], ["__count"]
        )
        for channel in self:
            own = [
                (state, count)
                for name, state, count in groups
                if f"{name}.".startswith(f"{channel.complete_name}.")
            ]
            channel.g2p_bridge_waiting_count = sum(n for state, n in own if state in WAITING)
            channel.g2p_bridge_started_count = sum(n for state, n in own if state == STARTED)
            channel.g2p_bridge_failed_count = sum(n for state, n in own if state == FAILED)

    # === Actions ===

    def action_g2p_bridge_jobs(self):
        """Open the jobs of this channel and its sub-channels."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("g2p_bridge.queue_job_action")
        name = self.complete_name
        domain = Domain("channel", "=", name) | Domain("channel", "=like", f"{name}.%")
        return {**action, "domain": list(domain), "context": {}}
