# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os
import tempfile
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from ipaddress import ip_address
from unittest.mock import patch

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from odoo.tests import TransactionCase, tagged

from odoo.addons.g2p_bridge_base.lib.errors import Unavailable
from odoo.addons.g2p_bridge_base.tests.peer import Peer

ANSWER = b'{"status": "success", "block_reference_no": "B1", "error_message": ""}'


def certificate(folder, days):
    """Make a certificate for 127.0.0.1 that ends ``days`` from now.

    :return: path of a file with it and its key
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Bank of the test")])
    end = datetime.now(UTC) + timedelta(days=days)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - timedelta(days=365))
        .not_valid_after(end)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = os.path.join(folder, f"{days}.pem")
    with open(path, "wb") as file:
        file.write(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        file.write(made.public_bytes(serialization.Encoding.PEM))
    return path


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
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = certificate(folder.name, days)
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
