# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The page Health in a real browser."""

from contextlib import nullcontext
from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .health_common import HealthCase


@tagged("post_install", "-at_install")
class TestHealthScreen(HealthCase, HttpCase):
    def enter_registry_test_mode(self):
        return nullcontext()  # the class is in it already

    def test_all_is_well(self):
        for name in ("officer", "auditor"):
            with self.subTest(user=name):
                self.start_tour("/odoo", "g2p_bridge_health_well", login=self.users[name].login)

    def test_trouble_is_listed_and_leads_to_its_page(self):
        batch = self.uncertain()
        batch.begun_at -= timedelta(minutes=40)
        self.crons["ship"].nextcall = fields.Datetime.now() - timedelta(minutes=30)
        self.start_tour("/odoo", "g2p_bridge_health_trouble", login=self.users["finance"].login)

    def test_scheduled_actions_that_stopped_are_seen_at_once(self):
        now = fields.Datetime.now()
        for cron in self.crons.values():
            cron.write({"nextcall": now - timedelta(hours=2), "lastcall": now - timedelta(hours=3)})
        admin = self.users["admin"].login
        self.start_tour("/odoo", "g2p_bridge_health_silent", login=admin)
