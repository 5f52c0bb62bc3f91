# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ..common import PbmsCase


class TestHandoverDefaults(PbmsCase):
    """Other addons of PBMS put fields of their own on payments."""

    def test_what_another_addon_requires_of_a_payment_is_there(self):
        cycle = self.make_cycle(self.make_people(2))
        self.approve(cycle)
        self.assertEqual(self.payments(cycle).mapped("dispatch_status"), ["pending", "pending"])

    def test_a_default_that_people_have_set_counts(self):
        self.env["ir.default"].set("g2p.payment", "dispatch_status", "sent")
        cycle = self.make_cycle(self.make_people(1))
        self.approve(cycle)
        self.assertEqual(self.payments(cycle).dispatch_status, "sent")
