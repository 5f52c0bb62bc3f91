# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo.tests import tagged

from odoo.addons.g2p_bridge_base.lib.errors import OutcomeUnknown, Rejected

from ..lib import fault as faults
from .common import ROOT, BankHttpCase


@tagged("post_install", "-at_install")
class TestFaultConnector(BankHttpCase):
    """Whatever the bank does wrong, its client knows what it knows and what not."""

    def setUp(self):
        super().setUp()
        bank = self.env["g2p.bridge.sponsor.bank"].create(
            {
                "name": "Example Bank",
                "code": "EXAMPLE",
                "connector": "example_bank",
                "environment": "test",
                "base_url": self.base_url() + ROOT,
                "read_timeout": 1,
            }
        )
        self.connector = bank._get_connector()

    def block(self, reference):
        with self.reaching_the_bank():
            return self.connector.block_funds("PROG1", "USD", Decimal(100), reference)

    def fault_of(self, reference):
        """The error of one call. Unlike ``assertRaises`` here, it keeps what the bank did."""
        try:
            self.block(reference)
        except (OutcomeUnknown, Rejected) as error:
            return error
        raise AssertionError("the call went well")

    def test_a_spoilt_answer_leaves_the_outcome_open_and_the_reference_settles_it(self):
        for number, kind in enumerate(faults.ACCEPTED, 1):
            with self.subTest(kind):
                self.account.set_fault(kind, seconds=3)
                error = self.fault_of(f"ref-{number}")
                self.assertIsInstance(error, OutcomeUnknown)
                self.assertTrue(error.code)
                self.assertTrue(error.message)
                self.assertTrue(self.block(f"ref-{number}").block_reference)
                self.assert_balances("1000", str(100 * number))

    def test_a_refusal_is_certain(self):
        self.account.set_fault("refuse")
        error = self.fault_of("ref-1")
        self.assertIsInstance(error, Rejected)
        self.assertIn("simulated fault", error.message)

    def test_a_closed_connection_leaves_the_outcome_open(self):
        self.account.set_fault("close")
        self.assertIsInstance(self.fault_of("ref-1"), OutcomeUnknown)
        self.assert_balances("1000", "0")
