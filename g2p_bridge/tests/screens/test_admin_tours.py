# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import nullcontext

from odoo.tests import HttpCase, tagged

from odoo.addons.g2p_bridge_base.tests.one_person import let_one_person
from odoo.addons.queue_job.job import FAILED, Job

from ..access.access_common import AccessCase
from ..common import ScriptedBank

BANKS = "g2p_bridge_bank_connector.sponsor_bank_action"


class AnsweringBank(ScriptedBank):
    def test_connection(self):
        return "The scripted bank answers."


@tagged("post_install", "-at_install")
class TestAdminTours(AccessCase, HttpCase):
    """Banks, mappers, programs and jobs in the browser."""

    def enter_registry_test_mode(self):
        return nullcontext()  # the class is in it already

    def setUp(self):
        super().setUp()
        bank = AnsweringBank()
        self.patch(type(self.bank), "_get_connector", lambda record: bank)
        self.bank.environment = "disabled"
        self.filled_envelope(cycle_code_mnemonic="2026-11")
        self.program.write({"own_policies": True, "approval": "any"})
        self.env.ref("g2p_bridge_base.group_approver").user_ids = False
        self.program.responsible_id = self.users["officer"]

    def failed_job(self):
        heartbeat = self.env["g2p.bridge.envelope"]._cron_heartbeat
        job = Job(heartbeat, args=[()], description="Tour job")
        job.store()
        record = job.db_record()
        record.write({"state": FAILED, "channel": "root.g2p_bridge.funds", "company_id": False})
        return record

    def test_an_administrator_sets_up_and_looks_after(self):
        let_one_person(self)
        job = self.failed_job()
        self.start_tour(
            f"/odoo/action-{BANKS}", "g2p_bridge_admin", login="bridge_admin", timeout=300
        )
        self.env.invalidate_all()
        self.assertEqual(self.bank.sudo().credential, "tour-secret")
        self.assertEqual(self.bank.environment, "enabled")
        self.assertEqual(self.bank.last_test_by_id, self.users["admin"])
        self.assertTrue(self.bank.has_statement_token)
        self.assertEqual(self.mapper.last_test_result, "ok")
        self.assertFalse(self.program.own_policies)
        self.assertEqual(job.state, "pending")

    def test_an_auditor_only_reads(self):
        self.start_tour(
            f"/odoo/action-{BANKS}",
            "g2p_bridge_admin_read_only",
            login="bridge_auditor",
            timeout=300,
        )
