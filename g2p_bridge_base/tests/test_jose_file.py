# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io
from types import SimpleNamespace

from odoo.tests import BaseCase

from ..lib import jose
from ..lib.jose import ALGORITHMS, PARTNERS
from .signing import private_key, public_pem, sign

#: Not a multiple of what is digested at once, nor of three.
FILE = bytes(range(256)) * 4000 + b"x"


def key_of(algorithm, *number):
    pem = public_pem(private_key(algorithm, *number))
    return SimpleNamespace(pem=pem, kind=ALGORITHMS[algorithm], kid="", algorithm="")


class TestSignedFile(BaseCase):
    """The same signatures count as over a body in memory, and no others."""

    def signer(self, text, content=FILE, keys=()):
        stream = io.BytesIO(content)
        found = jose.find_signer(jose.read_signature(text, PARTNERS), stream, keys)
        self.assertEqual(stream.tell(), 0, "whoever reads it next begins at its beginning")
        return found

    def test_every_algorithm(self):
        for algorithm in ALGORITHMS:
            key, other = key_of(algorithm), key_of(algorithm, 1)
            text = sign(algorithm, FILE)
            with self.subTest(algorithm):
                self.assertIs(self.signer(text, keys=[other, key]), key)
                self.assertIsNone(self.signer(text, keys=[other]))
                self.assertIsNone(self.signer(text, FILE + b"x", keys=[key]))
                self.assertIsNone(self.signer(text, keys=[]))

    def test_plain_text_is_signed_where_the_header_says_so(self):
        plain = {"b64": False, "crit": ["b64"]}
        for algorithm in ("RS256", "ES256", "EdDSA"):
            key = key_of(algorithm)
            self.assertIs(self.signer(sign(algorithm, FILE, **plain), keys=[key]), key)

    def test_an_empty_file(self):
        self.assertTrue(self.signer(sign("PS256", b""), b"", [key_of("PS256")]))

    def test_a_key_of_another_kind_or_for_another_algorithm(self):
        self.assertIsNone(self.signer(sign("RS256", FILE), keys=[key_of("ES256")]))
        key = key_of("RS256")
        key.algorithm = "PS256"
        self.assertIsNone(self.signer(sign("RS256", FILE), keys=[key]))

    def test_signatures_of_a_wrong_length(self):
        for algorithm in ("RS256", "PS256", "ES256"):
            head, _message, end = sign(algorithm, FILE).split(".")
            for broken in (end[:-4], f"{end}AAAA", "AAAA"):
                self.assertIsNone(self.signer(f"{head}..{broken}", keys=[key_of(algorithm)]))
