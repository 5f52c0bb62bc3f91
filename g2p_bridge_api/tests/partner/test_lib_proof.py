# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import hmac
import json
from types import SimpleNamespace

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.tests.common import BaseCase

from odoo.addons.g2p_bridge_base.lib.jose import (
    ALGORITHMS,
    PARTNERS,
    SignatureFault,
    read_public_keys,
)
from odoo.addons.g2p_bridge_base.tests.signing import (
    base64url,
    private_key,
    public_jwk,
    public_pem,
    sign,
)

from ...lib import proof
from ...lib.json_forms import compact_forms

BODY = '{"header": {"sender_id": "pbms"}, "message": [1.50, "Zoë", -0]}'.encode()
COMPACT = '{"header":{"sender_id":"pbms"},"message":[1.50,"Zoë",-0]}'.encode()


def keys_of(*privates, **members):
    found = read_public_keys("".join(map(public_pem, privates)), PARTNERS)
    return [
        SimpleNamespace(pem=key.pem, kind=key.kind, kid=key.kid, algorithm="", **members)
        for key in found
    ]


class TestProof(BaseCase):
    """What a signature proves, and what it does not."""

    def verify(self, text, body=BODY, keys=None, **options):
        signature = proof.find_signature({"signature": text})
        return proof.verify(signature, body, keys or keys_of(private_key("RS256")), **options)

    def assertFault(self, cause, function, *args, **kwargs):
        with self.assertRaises(SignatureFault) as caught:
            function(*args, **kwargs)
        self.assertEqual(caught.exception.cause, cause)

    def test_every_algorithm_that_is_accepted(self):
        for algorithm in ALGORITHMS:
            with self.subTest(algorithm):
                keys = keys_of(private_key(algorithm))
                self.assertEqual(self.verify(sign(algorithm, BODY), keys=keys), keys[0])
                attached = sign(algorithm, BODY, attached=True)
                self.assertEqual(self.verify(attached, keys=keys), keys[0])
                self.assertFault("signature", self.verify, sign(algorithm, BODY + b"1"), keys=keys)

    def test_a_changed_byte_anywhere_is_noticed(self):
        text = sign("RS256", BODY)
        for place in range(0, len(BODY), 7):
            changed = BODY[:place] + bytes([BODY[place] ^ 1]) + BODY[place + 1 :]
            with self.subTest(place=place):
                self.assertFault("signature", self.verify, text, body=changed)
        for body in (BODY[:-1], BODY + b" ", b"", BODY * 2):
            self.assertFault("signature", self.verify, sign("RS256", BODY), body, exact=True)

    def test_a_changed_signature_is_noticed(self):
        head, _message, end = sign("RS256", BODY).split(".")
        other = base64url(json.dumps({"alg": "RS256", "kid": "x"}).encode())
        self.assertFault("signature", self.verify, f"{other}..{end}")
        self.assertFault("signature", self.verify, f"{head}..{end[:-10]}")
        self.assertFault("signature", self.verify, f"{head}..{end[4:]}{end[:4]}")

    def test_nobody_signs_with_no_algorithm(self):
        for name in ("none", "None", "NONE", "", None, 5, ["RS256"]):
            head = base64url(json.dumps({"alg": name}).encode())
            with self.subTest(name):
                self.assertFault("algorithm", self.verify, f"{head}..{base64url(b'x')}")
                self.assertFault("malformed", self.verify, f"{head}.{base64url(BODY)}.")

    def test_a_public_key_is_no_shared_secret(self):
        public = public_pem(private_key("RS256")).encode()
        for name in ("HS256", "HS384", "HS512"):
            head = base64url(json.dumps({"alg": name}).encode())
            data = f"{head}.{base64url(BODY)}".encode()
            for secret in (public, public.strip(), b""):
                end = base64url(hmac.new(secret, data, hashlib.sha256).digest())
                self.assertFault("algorithm", self.verify, f"{head}..{end}")

    def test_a_key_of_another_kind_proves_nothing(self):
        for algorithm, other in (("RS256", "ES256"), ("ES256", "ES384"), ("EdDSA", "PS256")):
            with self.subTest(algorithm):
                keys = keys_of(private_key(other))
                self.assertFault("key_kind", self.verify, sign(algorithm, BODY), keys=keys)
        keys = keys_of(private_key("RS256"))
        keys[0].algorithm = "PS256"
        self.assertFault("key_kind", self.verify, sign("RS256", BODY), keys=keys)

    def test_another_key_proves_nothing(self):
        text = sign("RS256", BODY, private_key("RS256", 1), kid="k")
        self.assertFault("signature", self.verify, text)
        self.assertFault("no_key", proof.verify, proof.read_signature(text), BODY, [])

    def test_a_key_that_comes_with_the_signature_is_not_looked_at(self):
        own = private_key("RS256", 1)
        text = sign("RS256", BODY, own, jwk=public_jwk(own), jku="https://example.org/jwks")
        self.assertFault("signature", self.verify, text)

    def test_the_right_one_of_several_keys_is_found_with_and_without_its_name(self):
        old, new = private_key("RS256"), private_key("RS256", 1)
        keys = keys_of(old, new)
        keys[0].kid, keys[1].kid = "old", "new"
        for name in ({}, {"kid": "new"}, {"kid": "old"}, {"kid": "unheard of"}):
            with self.subTest(name):
                self.assertIs(self.verify(sign("RS256", BODY, new, **name), keys=keys), keys[1])

    def test_the_name_of_a_key_is_a_text(self):
        self.assertFault("header", self.verify, sign("RS256", BODY, kid=7))

    def test_a_signature_of_another_message_proves_nothing(self):
        other = sign("RS256", b'{"other": 1}', attached=True)
        self.assertFault("payload", self.verify, other)
        # Its message taken out, or exchanged, it is a signature over something else.
        head, _message, end = other.split(".")
        self.assertFault("signature", self.verify, f"{head}..{end}")
        self.assertFault("signature", self.verify, f"{head}.{base64url(BODY)}.{end}")

    def test_the_same_json_without_blanks_is_what_openg2p_signs(self):
        escaped = json.dumps(json.loads(BODY), separators=(",", ":"))
        for payload in (COMPACT, COMPACT.replace("ë".encode(), b"\\u00eb")):
            self.verify(sign("RS256", payload))
            self.verify(sign("RS256", payload, attached=True))
            self.assertFault("signature", self.verify, sign("RS256", payload), exact=True)
            attached = sign("RS256", payload, attached=True)
            self.assertFault("payload", self.verify, attached, exact=True)
        # Another number is another message, be it the same to a machine.
        self.assertIn("1.5,", escaped)
        self.assertFault("signature", self.verify, sign("RS256", escaped.encode()))

    def test_members_may_be_sorted_by_the_signer(self):
        sent = b'{"b": 1, "a": {"d": null, "c": true}}'
        self.verify(sign("ES256", b'{"a":{"c":true,"d":null},"b":1}'), sent, self.es_keys())

    def es_keys(self):
        return keys_of(private_key("ES256"))

    def test_a_body_in_which_a_name_occurs_twice_has_no_other_form(self):
        sent = b'{"a": 1, "a": 2}'
        for payload in (b'{"a":1}', b'{"a":2}', b'{"a":1,"a":2}'):
            self.assertFault("signature", self.verify, sign("RS256", payload), sent)
        self.verify(sign("RS256", sent), sent)

    def test_the_member_of_the_body_stands_for_the_rest_of_it(self):
        rest = b'{"header":{"sender_id":"pbms"},"message":1}'
        member = sign("ES256", rest)
        body = json.dumps({"signature": member, **json.loads(rest)}).encode()
        found = proof.find_signature({}, proof.member_of(body))
        self.assertTrue(found.in_body)
        proof.verify(found, body, self.es_keys())
        changed = body.replace(b'"message": 1', b'"message": 2')
        self.assertFault("signature", proof.verify, found, changed, self.es_keys())
        self.assertFault("payload", proof.verify, found, body, self.es_keys(), exact=True)
        # Nor does the header then stand for the body without its member.
        in_header = proof.find_signature({"signature": member})
        self.assertFault("signature", proof.verify, in_header, body, self.es_keys())

    def test_where_a_signature_is_found(self):
        text = sign("RS256", BODY)
        for headers in (
            {"signature": text},
            {"signature": f"Bearer {text}"},
            {"authorization": text},
            {"authorization": f"Bearer {text}"},
            {"authorization": f"bearer  {text} "},
            {"signature": text, "authorization": "Bearer 0123456789abcdef0123"},
        ):
            with self.subTest(headers):
                self.assertTrue(proof.find_signature(headers, "string"))
        for headers in ({}, {"authorization": "Basic eDp5"}, {"authorization": "Bearer abc"}):
            self.assertIsNone(proof.find_signature(headers, "string"))
        self.assertEqual(proof.find_api_key({"x-api-key": "0123456789abcdef"}), "0123456789abcdef")
        self.assertEqual(proof.find_api_key({"authorization": f"Bearer {text}"}), "")
        self.assertEqual(proof.find_api_key({"authorization": "Basic eDp5"}), "")
        self.assertEqual(proof.find_api_key({"authorization": "Bearer x"}), "x")

    def test_sizes_have_limits(self):
        self.verify(sign("RS256", BODY, x5c=["A" * 4000]))
        self.assertFault("too_long", self.verify, sign("RS256", BODY, x5c=["A" * 8000]))
        self.assertFault("too_long", self.verify, sign("RS256", BODY) + "A" * 2000)

    def test_what_is_critical_has_to_be_understood(self):
        for header in ({"crit": ["exp"]}, {"crit": []}, {"crit": "b64"}, {"crit": ["b64", "x"]}):
            self.assertFault("critical", self.verify, sign("RS256", BODY, **header))
        for header in ({"b64": False}, {"b64": 0}, {"b64": "false", "crit": ["b64"]}):
            self.assertFault("critical", self.verify, sign("RS256", BODY, **header))

    def test_a_message_may_be_signed_as_it_is(self):
        plain = {"b64": False, "crit": ["b64"]}
        self.verify(sign("RS256", BODY, **plain))
        self.assertFault("signature", self.verify, sign("RS256", BODY + b"x", **plain))
        attached = sign("RS256", b"abc", attached=True, **plain)
        self.assertFault("critical", self.verify, attached, b"abc")

    def test_claims_say_nothing(self):
        body = b'{"exp": 1, "nbf": 99999999999, "iat": 99999999999}'
        self.verify(sign("RS256", body), body)

    def test_a_header_in_which_a_name_occurs_twice_is_none(self):
        head = base64url(b'{"alg":"none","alg":"RS256"}')
        self.assertFault("header", self.verify, f"{head}..{base64url(b'x')}")

    @settings(deadline=None)
    @given(st.text(alphabet="eyJ.-_ =+/\0é", max_size=40) | st.text(max_size=60))
    def test_garbage_is_no_signature(self, text):
        for headers, member in (({"signature": text}, ""), ({"authorization": text}, text)):
            try:
                found = proof.find_signature(headers, member)
            except SignatureFault:
                continue
            self.assertIsNone(found)

    @settings(deadline=None)
    @given(st.binary(max_size=80))
    def test_no_body_breaks_anything(self, body):
        found = proof.read_signature(sign("EdDSA", b"another"))
        self.assertFault("signature", proof.verify, found, body, keys_of(private_key("EdDSA")))


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=12,
)


class TestCompactForms(BaseCase):
    """The same message, written otherwise."""

    @settings(max_examples=60, deadline=None)
    @given(st.dictionaries(st.text(max_size=6), JSON), st.booleans(), st.booleans())
    def test_what_python_writes_without_blanks_is_among_them(self, content, ordered, ascii_only):
        sent = json.dumps(content).encode()
        signed = json.dumps(
            content, separators=(",", ":"), sort_keys=ordered, ensure_ascii=ascii_only
        )
        self.assertIn(signed.encode(), list(compact_forms(sent)))

    @settings(max_examples=60, deadline=None)
    @given(st.dictionaries(st.text(max_size=6), JSON))
    def test_each_means_the_same(self, content):
        for text in compact_forms(json.dumps(content).encode()):
            self.assertEqual(json.loads(text), content)

    def test_numbers_stay_as_they_are_written(self):
        for number in (
            "1.0",
            "1.00",
            "1e2",
            "1E+2",
            "-0",
            "0.10",
            "9" * 400,
            "1" + "0" * 30 + ".5",
        ):
            forms = set(compact_forms(b'{"n": %s}' % number.encode()))
            self.assertEqual(forms, {b'{"n":%s}' % number.encode()})

    def test_no_depth_breaks_it(self):
        for depth in range(880, 1000, 10):
            body = b'{"a": ' * depth + b"1" + b"}" * depth
            for text in compact_forms(body):
                self.assertEqual(text, body.replace(b" ", b""))

    def test_what_is_no_clear_json_object_has_none(self):
        for body in (
            b"",
            b"null",
            b"[1]",
            b"{",
            b'{"a": NaN}',
            b'{"a": -Infinity}',
            b'{"a": 1, "a": 1}',
            b'{"a": {"b": 1, "b": 1}}',
            b'\xff{"a": 1}',
            b"[" * 100_000,
            b'{"a": ' * 100_000,
        ):
            with self.subTest(body[:20]):
                self.assertEqual(list(compact_forms(body)), [])
