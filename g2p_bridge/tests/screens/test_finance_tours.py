# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import nullcontext
from decimal import Decimal

from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.g2p_bridge_bank_connector.lib.values import Acknowledgement
from odoo.addons.g2p_bridge_base.lib.errors import OutcomeUnknown, Rejected

from ..access.access_common import AccessCase


@tagged("post_install", "-at_install")
class TestFinanceTours(AccessCase, HttpCase):
    """The queues in the browser, as each role sees them."""

    def enter_registry_test_mode(self):
        return nullcontext()  # the class is in it already

    def setUp(self):
        super().setUp()
        self.lines = self.shipped("10.00", "20.00", cycle_code_mnemonic="2026-11")
        day = self.lines.bank_batch_id.payment_date
        self.record = self.process(
            self.entry("D", "TYPO", "20.00", value_date=day),
            self.entry("D", "FEE", "1.00", value_date=day),
            self.entry("D", self.lines[0]),
            self.entry("RD", self.lines[0]),
        )

    def tour(self, action, name, login):
        self.start_tour(f"/odoo/action-g2p_bridge.{action}", name, login=login, timeout=300)
        self.env.invalidate_all()

    def test_finance_matches_by_hand(self):
        self.tour("open_entry_action", "g2p_bridge_finance_match", "bridge_finance")
        self.assertEqual(self.lines[1].state, "reconciled")
        self.assertEqual(
            self.record.entry_ids.mapped("outcome"), ["matched", "not_ours", "matched", "matched"]
        )
        reasons = self.record.entry_ids.mapped("decision_reason")
        self.assertEqual(reasons[:2], ["The bank told us by letter", "Fee of the month"])

    def test_finance_accepts_a_return_less_charges(self):
        line = self.lines[1]
        record = self.process(
            self.entry("D", line), self.entry("C", line, "19.50"), **self.following()
        )
        self.tour("open_entry_action", "g2p_bridge_finance_accept_charges", "bridge_finance")
        self.assertEqual(self.outcomes(record), ["matched", "UNCONFIRMED"])
        self.assertEqual(line.state, "reconciled")
        second = new_test_user(self.env, "second", groups="g2p_bridge_base.group_finance")
        record.entry_ids[1].with_user(second).action_confirm()
        self.assertEqual(self.outcomes(record), ["matched", "matched"])
        self.assertEqual(line.state, "reversed")
        self.assertEqual(line.envelope_id.amount_reversed, 29.50)
        self.assertIn("The bank kept 0.50", record.entry_ids.mapped("decision_reason"))

    def test_finance_reissues(self):
        self.tour("disbursement_action", "g2p_bridge_finance_reissue", "bridge_finance")
        new = self.lines[0].reissue_ids
        self.assertEqual(new.envelope_id.cycle_code_mnemonic, "2026-11-R1")
        self.assertEqual(new.disbursement_amount, 10.00)

    def test_finance_settles_and_releases_the_hold(self):
        self.program.write({"own_policies": True, "bank_batch_size": 1})
        self.bank_script.script = {
            "initiate_payment": [
                Acknowledgement(),
                OutcomeUnknown("TIMEOUT"),
                Rejected("ACCOUNT_CLOSED", "The account is closed"),
            ]
        }
        envelope = self.filled_envelope(cycle_code_mnemonic="2026-12")
        self.run_jobs()
        states = envelope.bank_batch_ids.sorted("id").mapped("state")
        self.assertEqual(states, ["done", "uncertain", "failed"])
        self.tour("uncertain_bank_batch_action", "g2p_bridge_finance_settle", "bridge_finance")
        states = envelope.disbursement_ids.sorted("id").mapped("state")
        self.assertEqual(states, ["shipped", "shipped", "rejected"])
        self.bank_script.script = {"release_funds": [Decimal("30.75")]}
        self.run_jobs()
        self.assertEqual((envelope.state, envelope.amount_released), ("shipped", 30.75))

    def test_others_only_read(self):
        for name in ("officer", "auditor"):
            with self.subTest(name):
                self.tour("open_entry_action", "g2p_bridge_queues_read_only", f"bridge_{name}")
