# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import json
from functools import lru_cache

from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from joserfc import jws
from joserfc.jwk import ECKey
from joserfc.registry import HeaderParameter
from odoo.tests import BaseCase, tagged

from ..lib import jose

BODY = '{"name":"Zoë","n":1}'.encode()


@lru_cache
def key(algorithm):
    """(private PEM, public PEM) of an algorithm, made once."""
    pem = jose.generate_private_key(algorithm)
    return pem, jose.public_pem(pem)


def sign(algorithm, body=BODY, kid="k1"):
    return jose.sign_detached(key(algorithm)[0], algorithm, kid, body)


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@tagged("post_install", "-at_install")
class TestJose(BaseCase):
    def test_a_signature_holds_for_these_bytes_and_no_others(self):
        for algorithm in jose.OURS.algorithms:
            with self.subTest(algorithm):
                keys = jose.read_public_keys(key(algorithm)[1])
                signature = sign(algorithm)
                self.assertTrue(jose.verify_detached(signature, BODY, keys))
                self.assertFalse(jose.verify_detached(signature, BODY + b" ", keys))
                self.assertFalse(jose.verify_detached(signature, b"", keys))

    def test_it_is_detached_and_names_algorithm_and_key(self):
        header, payload, end = sign("ES256").split(".")
        self.assertEqual(payload, "")
        self.assertNotIn("=", header + end)
        padded = header + "=" * (-len(header) % 4)
        self.assertEqual(
            json.loads(base64.urlsafe_b64decode(padded)), {"alg": "ES256", "kid": "k1"}
        )

    def test_a_large_message_can_be_signed_and_checked(self):
        body = b"x" * 5_000_000
        keys = jose.read_public_keys(key("ES256")[1])
        self.assertTrue(jose.verify_detached(sign("ES256", body), body, keys))

    def test_the_message_in_the_middle_has_to_be_the_same(self):
        keys = jose.read_public_keys(key("ES256")[1])
        header, _payload, end = sign("ES256").split(".")
        self.assertTrue(jose.verify_detached(f"{header}.{encode(BODY)}.{end}", BODY, keys))
        self.assertFalse(jose.verify_detached(f"{header}.{encode(b'{}')}.{end}", BODY, keys))

    def test_another_key_of_the_same_kind_did_not_make_it(self):
        other = jose.public_pem(jose.generate_private_key("ES256"))
        self.assertFalse(jose.verify_detached(sign("ES256"), BODY, jose.read_public_keys(other)))
        both = jose.read_public_keys(other + key("ES256")[1])
        self.assertTrue(jose.verify_detached(sign("ES256"), BODY, both))

    def test_neither_none_nor_a_public_key_as_shared_secret(self):
        _pem, public = key("RS256")
        keys = jose.read_public_keys(public)
        for algorithm in ("none", "HS256", "RS1", "", None, 1):
            header = encode(json.dumps({"alg": algorithm}).encode())
            for end in ("", encode(b"x" * 32)):
                self.assertFalse(jose.verify_detached(f"{header}..{end}", BODY, keys))

    def test_what_is_no_signature_is_none(self):
        keys = jose.read_public_keys(key("ES256")[1])
        for text in ("", ".", "..", "a.b", "a.b.c.d", "é..x", "eyJ9..x", None, "[" * 5000 + "..x"):
            self.assertFalse(jose.verify_detached(text, BODY, keys))

    def test_a_critical_header_that_is_not_understood_is_refused(self):
        pem, public = key("ES256")
        known = jws.JWSRegistry({"must": HeaderParameter("A demand", "str")})
        compact = jws.serialize_compact(
            {"alg": "ES256", "crit": ["must"], "must": "x"},
            BODY,
            ECKey.import_key(pem),
            registry=known,
        )
        keys = jose.read_public_keys(public)
        self.assertFalse(jose.verify_detached(jws.detach_content(compact), BODY, keys))

    def test_a_private_key_may_come_without_its_line_breaks(self):
        pem = key("ES256")[0]
        for text in (pem.replace("\n", ""), pem.replace("\n", " "), f"\n{pem}\n"):
            self.assertEqual(jose.read_private_key(text), pem)

    def test_private_keys_that_can_not_sign_are_refused_with_the_reason(self):
        def pem(raw, protection=None):
            return raw.private_bytes(
                form.Encoding.PEM,
                form.PrivateFormat.PKCS8,
                protection or form.NoEncryption(),
            ).decode()

        short = pem(rsa.generate_private_key(public_exponent=65537, key_size=1024))
        for text, words in (
            (short, "2048 bits; this has 1024"),
            (pem(ec.generate_private_key(ec.SECP384R1())), "neither RSA nor P-256"),
            (pem(ed25519.Ed25519PrivateKey.generate()), "neither RSA nor P-256"),
            (
                pem(
                    ec.generate_private_key(ec.SECP256R1()),
                    form.BestAvailableEncryption(b"secret"),
                ),
                "password",
            ),
            (key("ES256")[1], "no private key"),
            (key("ES256")[0] * 2, "one private key"),
            ("-----BEGIN PRIVATE KEY-----AAAA-----END PRIVATE KEY-----", "can't be read"),
            ("secret", "one private key"),
        ):
            with self.subTest(words), self.assertRaisesRegex(jose.KeyFault, words) as caught:
                jose.read_private_key(text)
            self.assertNotIn("secret", str(caught.exception))

    def test_public_keys_come_as_pem_jwk_or_jwks(self):
        public = key("RS256")[1]
        jwk = jose.public_jwk(public, "RS256", "k1")
        self.assertEqual(
            (jwk["use"], jwk["alg"], jwk["kid"], jwk["kty"]), ("sig", "RS256", "k1", "RSA")
        )
        self.assertNotIn("d", jwk)
        for text in (public, json.dumps(jwk), json.dumps({"keys": [jwk]})):
            keys = jose.read_public_keys(text)
            self.assertTrue(jose.verify_detached(sign("RS256"), BODY, keys))
        other = json.dumps({**jwk, "kid": "k2"})
        self.assertFalse(jose.verify_detached(sign("RS256"), BODY, jose.read_public_keys(other)))

    def test_what_proves_nothing_is_refused_as_public_key(self):
        private = json.dumps(ECKey.import_key(key("ES256")[0]).as_dict(private=True))
        for text, words in (
            (key("ES256")[0], "private key"),
            (private, "private key"),
            ('{"kty":"oct","k":"c2VjcmV0"}', "neither RSA, EC nor OKP"),
            ('{"keys":[1]}', "neither"),
            ('{"keys":"x"}', "list"),
            ('{"kty":"EC","crv":"P-256"}', "can't be read"),
            ("{", "JSON"),
            ("", "Paste public keys"),
            ("x" * 200_000, "too long"),
        ):
            with self.subTest(text[:40]), self.assertRaisesRegex(jose.KeyFault, words):
                jose.read_public_keys(text)
