# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import nullcontext

from odoo.tests import HttpCase, tagged

from ..envelope.envelope_common import EnvelopeCase


@tagged("post_install", "-at_install")
class TestEnvelopeTours(EnvelopeCase, HttpCase):
    """Each role at an envelope, in a browser."""

    def enter_registry_test_mode(self):
        return nullcontext()  # the class is in it already

    def setUp(self):
        super().setUp()
        for user in self.users.values():
            user.password = user.login  # tours log in

    def tour(self, name, user):
        login = self.users[user].login
        url = "/odoo/action-g2p_bridge.envelope_action"
        self.start_tour(url, f"g2p_bridge_envelope_{name}", login=login)

    def test_officer_pauses_and_resumes_with_reasons(self):
        envelope = self.to_approve()
        self.tour("officer", "officer")
        self.assertFalse(envelope.paused)

    def test_approver_releases(self):
        envelope = self.to_approve()
        self.tour("approver", "approver")
        self.assertEqual(envelope.approved_by_id, self.users["approver"])

    def test_approver_sends_back(self):
        envelope = self.to_approve()
        self.tour("send_back", "approver")
        self.assertEqual(envelope.rejection_reason, "Twice the total of October")

    def test_the_maker_can_not_approve(self):
        self.users["officer"].group_ids += self.env.ref("g2p_bridge_base.group_approver")
        envelope = self.to_approve()
        self.tour("maker", "officer")
        self.assertFalse(envelope.approved_by_id)

    def test_auditor_changes_nothing(self):
        self.to_approve()
        self.tour("auditor", "auditor")

    def test_the_page_moves_by_itself(self):
        self.as_officer()
        envelope = self.later()
        self.service.create_disbursements(self.rows(envelope, "10.00", "20.00"))
        self.tour("moves", "officer")
