# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.queue_job.job import FAILED, Job

from ..access.access_common import AccessCase


@tagged("post_install", "-at_install")
class TestQueueJob(AccessCase):
    """An administrator reads the bridge's jobs and runs them again, and no others."""

    def setUp(self):
        super().setUp()
        self.ours = self.failed_job("root.g2p_bridge.funds")
        self.theirs = self.failed_job("root.mail")

    def failed_job(self, channel):
        job = Job(self.env["g2p.bridge.envelope"]._cron_heartbeat, args=[()])
        job.store()
        record = job.db_record()
        record.write({"state": FAILED, "channel": channel, "company_id": False})
        return record

    def test_administrators_find_the_bridge_s_jobs_only(self):
        action = self.env["ir.actions.act_window"]._for_xml_id("g2p_bridge.failed_job_action")
        self.assertIn("root.g2p", action["domain"])
        found = self.rpc_model("admin", "queue.job", "search", [("state", "=", "failed")])
        self.assertIn(self.ours.id, found)
        self.assertNotIn(self.theirs.id, found)
        self.assertForbidden(self.rpc, "admin", self.theirs, "read", ["name"])

    def test_administrators_run_the_bridge_s_jobs_again(self):
        self.assertOnly(
            ("admin",), lambda user: self.rpc(user, self.ours, "action_g2p_bridge_requeue")
        )
        self.rpc("admin", self.ours, "action_g2p_bridge_requeue")
        self.assertEqual(self.ours.state, "pending")

    def test_nobody_of_the_bridge_changes_jobs_or_touches_those_of_others(self):
        for method, args in (
            ("action_g2p_bridge_requeue", ()),
            ("requeue", ()),
            ("button_done", ()),
            ("button_cancelled", ()),
        ):
            self.assertForbidden(self.rpc, "admin", self.theirs, method, *args)
        for method, args in (
            ("write", ({"user_id": self.users["admin"].id},)),
            ("write", ({"state": "done"},)),
            ("requeue", ()),
            ("unlink", ()),
        ):
            self.assertForbidden(self.rpc, "admin", self.ours, method, *args)

    def test_managers_of_the_queue_keep_all_jobs(self):
        manager = self.env.ref("base.user_admin")
        found = self.env["queue.job"].with_user(manager).search([("state", "=", "failed")])
        self.assertLessEqual(self.ours | self.theirs, found)
        with self.assertRaises(AccessError):
            self.theirs.with_user(manager).action_g2p_bridge_requeue()

    def test_channels_count_their_jobs(self):
        channels = self.env["queue.job.channel"].with_user(self.users["admin"])
        for name in ("root.g2p_bridge.funds", "root.g2p_bridge"):
            channel = channels.search([("complete_name", "=", name)])
            self.assertEqual(channel.g2p_bridge_failed_count, 1)
            domain = channel.action_g2p_bridge_jobs()["domain"]
            jobs = self.env["queue.job"].search([*domain, ("state", "=", "failed")])
            self.assertEqual(jobs, self.ours)
