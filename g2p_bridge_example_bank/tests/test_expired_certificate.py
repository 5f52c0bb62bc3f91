# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os
from decimal import Decimal
from unittest.mock import patch

from odoo.tests import TransactionCase, tagged

from odoo.addons.g2p_bridge_base.lib.errors import Unavailable
from odoo.addons.g2p_bridge_base.tests.certificate import self_signed
from odoo.addons.g2p_bridge_base.tests.peer import Peer

ANSWER = b'{"status": "success", "block_reference_no": "B1", "error_message": ""}'


class Bank(Peer):
    """Takes every call and says that it has blocked the funds."""

    calls = 0

    def respond(self, request):
        self.calls += 1
        return 200, ANSWER

    def handle_error(self, *_args):
        """A client that hangs up is what is tested."""


@tagged("post_install", "-at_install")
class TestExpiredCertificate(TransactionCase):
    """A bank whose certificate has ended gets no instruction, and nothing is in doubt."""

    def block(self, days):
        """:return: (number of calls that reached the bank, error or None)"""
        path = self_signed(self, days)
        server = Bank(certificate=path)
        bank = self.env["g2p.bridge.sponsor.bank"].create(
            {
                "name": "Bank",
                "code": f"BANK{days}",
                "connector": "example_bank",
                "environment": "test",
                "base_url": server.url,
            }
        )
        error = None
        try:
            with patch.dict(os.environ, {"REQUESTS_CA_BUNDLE": path}):
                bank._get_connector().block_funds("PROG1", "USD", Decimal(1), "ref")
        except Unavailable as caught:
            error = caught
        finally:
            server.close()
        return server.calls, error

    def test_a_certificate_that_holds_is_accepted(self):
        self.assertEqual(self.block(days=10), (1, None))

    def test_an_expired_one_stops_the_call_before_it_leaves(self):
        calls, error = self.block(days=-10)
        self.assertEqual((calls, error.code), (0, "CONNECTION_FAILED"))
        self.assertTrue(error.message)
