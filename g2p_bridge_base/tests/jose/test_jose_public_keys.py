# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import datetime, timedelta, timezone

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, rsa
from cryptography.x509.oid import NameOID
from odoo.tests.common import BaseCase

from ...lib import jose
from ...lib.jose import ALGORITHMS, OURS, PARTNERS, KeyFault
from ..signing import private_key, public_jwk, public_pem, sign


def certificate_of(key):
    """A certificate of 90 days, as PEM."""
    now = datetime(2026, 1, 1, tzinfo=timezone.utc)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "PBMS")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=90))
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def read_public_keys(text):
    """The keys of a partner, who may bring more than an ID mapper: see TestTerms."""
    return jose.read_public_keys(text, PARTNERS)


class TestPublicKeys(BaseCase):
    """Keys as they are pasted in."""

    def assertFault(self, words, text):
        with self.assertRaises(KeyFault) as caught:
            read_public_keys(text)
        self.assertIn(words, str(caught.exception))
        self.assertNotIn("MII", str(caught.exception))

    def test_pem_and_jwk_of_a_key_are_the_same_key(self):
        for algorithm, kind in ALGORITHMS.items():
            with self.subTest(algorithm):
                key = private_key(algorithm)
                (from_pem,) = read_public_keys(public_pem(key))
                (from_jwk,) = read_public_keys(json.dumps(public_jwk(key)))
                self.assertEqual(from_pem, from_jwk)
                self.assertEqual(from_pem.kind, kind)
                self.assertRegex(from_pem.fingerprint, r"^([0-9A-F]{4} ){15}[0-9A-F]{4}$")

    def test_several_keys_at_once(self):
        keys = [private_key(name) for name in ("RS256", "ES256", "EdDSA")]
        found = read_public_keys("\n\n".join(map(public_pem, keys)))
        self.assertEqual([key.kind for key in found], ["RSA", "P-256", "Ed25519"])
        jwks = {"keys": [public_jwk(key, kid=f"k{n}") for n, key in enumerate(keys)]}
        found = read_public_keys(json.dumps(jwks))
        self.assertEqual([key.kid for key in found], ["k0", "k1", "k2"])
        self.assertEqual(len(read_public_keys(public_pem(keys[0]) * 2)), 1)

    def test_line_breaks_that_got_lost(self):
        pem = public_pem(private_key("RS256"))
        self.assertEqual(read_public_keys(pem.replace("\n", " ")), read_public_keys(pem))
        self.assertEqual(read_public_keys(pem.replace("\n", "\r\n")), read_public_keys(pem))

    def test_a_certificate_brings_its_dates(self):
        key = private_key("ES256")
        (found,) = read_public_keys(certificate_of(key))
        self.assertEqual(found.pem, public_pem(key))
        self.assertEqual(found.valid_from, datetime(2026, 1, 1))
        self.assertEqual(found.valid_until, datetime(2026, 4, 1))

    def test_a_key_for_encryption_is_passed_over(self):
        keys = [public_jwk(private_key("RS256"), use="enc"), public_jwk(private_key("ES256"))]
        (found,) = read_public_keys(json.dumps({"keys": keys}))
        self.assertEqual(found.kind, "P-256")

    def test_a_key_that_is_for_another_algorithm_is_refused(self):
        for algorithm in ("HS256", "ES256", "RSA-OAEP", ["RS256"], 5):
            self.assertFault(
                "algorithm (alg)", json.dumps(public_jwk(private_key("RS256"), alg=algorithm))
            )

    def test_private_keys_are_refused(self):
        pem = private_key("RS256").private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        self.assertFault("private key", pem.decode())
        self.assertFault("private key", json.dumps(public_jwk(private_key("RS256"), d="AQAB")))

    def test_weak_and_foreign_keys_are_refused(self):
        short = rsa.generate_private_key(public_exponent=65537, key_size=1024)
        self.assertFault("1024", public_pem(short))
        self.assertFault("1024", json.dumps(public_jwk(short)))
        for key in (
            ec.generate_private_key(ec.SECP256K1()),
            ed448.Ed448PrivateKey.generate(),
            dsa.generate_private_key(2048),
        ):
            self.assertFault("neither RSA nor", public_pem(key))

    def test_what_holds_no_key_is_refused_in_words(self):
        for words, text in (
            ("Paste public keys", ""),
            ("Paste public keys", "hello"),
            ("Paste public keys", '{"keys": []}'),
            ("is none", "{"),
            ("is a list", '{"keys": 5}'),
            ("kty", '{"keys": [5]}'),
            ("kty", '{"kty": "oct", "k": "c2VjcmV0"}'),
            ("can't be read", '{"kty": "RSA"}'),
            ("can't be read", '{"kty": "RSA", "n": 5, "e": "AQAB"}'),
            ("can't be read", '{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}'),
            ("can't be read", "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----"),
            ("can't be read", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"),
            ("too long", "x" * 200_000),
        ):
            with self.subTest(text[:30]):
                self.assertFault(words, text)


class TestTerms(BaseCase):
    """Each side keeps its own list: what a partner may bring does not serve an ID mapper."""

    def test_partners_bring_more_algorithms_than_we_sign_with(self):
        self.assertEqual(OURS.algorithms, ("RS256", "PS256", "ES256"))
        self.assertEqual(set(PARTNERS.algorithms), set(ALGORITHMS))
        body = b"{}"
        for algorithm in ALGORITHMS:
            text = sign(algorithm, body)
            self.assertTrue(jose.read_signature(text, PARTNERS))
            keys = read_public_keys(public_pem(private_key(algorithm)))
            accepted = algorithm in OURS.algorithms
            with self.subTest(algorithm):
                self.assertEqual(jose.verify_detached(text, body, keys), accepted)

    def test_keys_that_no_algorithm_of_ours_needs_are_refused(self):
        for algorithm in ("ES384", "ES512", "EdDSA"):
            key = private_key(algorithm)
            for text in (public_pem(key), json.dumps(public_jwk(key))):
                self.assertTrue(read_public_keys(text))
                with self.assertRaisesRegex(KeyFault, "neither RSA nor P-256"):
                    jose.read_public_keys(text)

    def test_only_partners_bring_certificates_and_lists_of_keys(self):
        key = private_key("ES256")
        for text in (certificate_of(key), json.dumps([public_jwk(key)])):
            self.assertTrue(read_public_keys(text))
            with self.assertRaises(KeyFault):
                jose.read_public_keys(text)

    def test_a_key_of_ours_is_described_as_the_standard_has_it(self):
        key = private_key("ES256")
        for members, words in (
            ({"kid": 5}, "can't be read"),
            ({"kid": None}, "can't be read"),
            ({"x5u": "nowhere"}, "can't be read"),
            ({"alg": "HS256"}, "algorithm"),
            ({"alg": "ES384"}, "algorithm"),
            ({"key_ops": ["sign"]}, "not meant to check"),
            ({"key_ops": []}, "not meant to check"),
            ({"use": ["sig"]}, "not meant to check"),
        ):
            with self.subTest(members), self.assertRaisesRegex(KeyFault, words):
                jose.read_public_keys(json.dumps(public_jwk(key, **members)))
        self.assertTrue(jose.read_public_keys(json.dumps(public_jwk(key, key_ops=["verify"]))))

    def test_a_key_for_encryption_is_passed_over_here_too(self):
        keys = [public_jwk(private_key("RS256"), use="enc"), public_jwk(private_key("ES256"))]
        (found,) = jose.read_public_keys(json.dumps({"keys": keys}))
        self.assertEqual(found.kind, "P-256")
        self.assertFalse(jose.verify_detached(sign("RS256", b"{}"), b"{}", [found]))
        keys[0]["n"] = 5
        with self.assertRaisesRegex(KeyFault, "can't be read"):
            jose.read_public_keys(json.dumps({"keys": keys}))

    def test_headers_and_signatures_of_ours_are_shorter(self):
        chain = sign("ES256", b"{}", x5c=["A" * 4000])
        self.assertTrue(jose.read_signature(chain, PARTNERS))
        head, _message, _end = sign("ES256", b"{}").split(".")
        for text in (chain, f"{head}..{'A' * 1025}"):
            with self.assertRaisesRegex(jose.SignatureFault, "too_long"):
                jose.read_signature(text)

    def test_a_name_in_the_header_has_to_be_that_of_the_key(self):
        body, key = b"{}", private_key("ES256")
        (named,) = jose.read_public_keys(json.dumps(public_jwk(key, kid="k1")))
        for header, fits in (({}, True), ({"kid": "k1"}, True), ({"kid": "k2"}, False)):
            text = sign("ES256", body, **header)
            self.assertEqual(jose.verify_detached(text, body, [named]), fits)
            found = jose.read_signature(text, PARTNERS)
            self.assertEqual(jose.find_signed(found, [body], [named]), (named, body))
