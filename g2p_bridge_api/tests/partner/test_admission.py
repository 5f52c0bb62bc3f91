# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import timedelta

from odoo.tests import tagged

from odoo.addons.g2p_bridge_base.tests.signing import private_key, public_jwk, sign

from ...lib.call import GEN_2
from .partner_common import NOON, PartnerCase


@tagged("post_install", "-at_install")
class TestProof(PartnerCase):
    """Who is let in, by what it proves."""

    def test_a_signed_call_is_from_the_partner_that_signed_it(self):
        self.assertEqual(self.admit(self.signed()), self.partner)

    def test_a_stranger_and_a_wrong_signature_get_the_same_answer(self):
        wrong = self.signed(key=private_key("RS256", 1))
        stranger = self.signed(self.message(sender_id="nobody"))
        archived = self.make_partner("archived", active=False)
        gone = self.signed(self.message(sender_id=archived.code))
        keyless = self.signed(self.message(sender_id=self.make_partner("keyless").code))
        found = {
            (refusal.code, refusal.message, refusal.status)
            for refusal in (
                self.assertRefusedCall("rjct.signature.invalid", call)
                for call in (wrong, stranger, gone, keyless)
            )
        }
        self.assertEqual(len(found), 1)

    def test_a_stranger_costs_as_many_calculations_as_a_wrong_signature(self):
        counts = set()
        for content in (self.message(), self.message(sender_id="nobody")):
            with self.counting_verifications() as done:
                self.assertRefusedCall(
                    "rjct.signature.invalid", self.signed(content, key=private_key("RS256", 1))
                )
            counts.add(len(done))
        self.assertEqual(len(counts), 1)
        self.assertTrue(counts.pop())

    def test_what_is_no_signature_is_told_apart_from_one_that_is_wrong(self):
        self.assertRefusedCall("rjct.jwt.invalid", self.call())
        for text in ("x", "a.b", "....", "eyJhbGciOiJub25lIn0..eA"):
            call = self.with_headers(self.call(), signature=text)
            known = self.assertRefusedCall("rjct.jwt.invalid", call)
            call = self.with_headers(self.call(sender_id="nobody"), signature=text)
            self.assertEqual(
                self.assertRefusedCall("rjct.jwt.invalid", call).message, known.message
            )

    def test_senders_that_nobody_can_have(self):
        for sender_id in ("pb\0ms", "x" * 300, "\ud800", " pbms", "PBMS", "%"):
            call = self.signed(sender_id=sender_id)
            self.assertRefusedCall("rjct.signature.invalid", call)

    def test_a_changed_body_is_refused(self):
        call = self.signed()
        changed = self.call(body=call.body.replace(b"D1", b"D2"), headers=call.headers)
        self.assertRefusedCall("rjct.signature.invalid", changed)

    def test_the_key_of_another_partner_proves_nothing(self):
        other = self.make_partner("other")
        self.add_keys(other, private_key("RS256", 1))
        self.assertRefusedCall("rjct.signature.invalid", self.signed(key=private_key("RS256", 1)))
        call = self.signed(self.message(sender_id="other"), key=private_key("RS256", 1))
        self.assertEqual(self.admit(call), other)

    def test_keys_prove_nothing_before_and_after_their_time(self):
        key = self.partner.key_ids
        for vals in (
            {"valid_from": "2099-01-01", "valid_until": False},
            {"valid_from": "2020-01-01", "valid_until": "2021-01-01"},
        ):
            key.write(vals)
            self.assertRefusedCall("rjct.signature.invalid", self.signed())
        key.write({"valid_until": False})
        self.admit(self.signed())
        key.action_revoke()
        self.assertRefusedCall("rjct.signature.invalid", self.signed())

    def test_a_partner_changes_its_key_without_a_pause(self):
        self.add_keys(self.partner, private_key("RS256", 1))
        self.admit(self.signed())
        self.admit(self.signed(key=private_key("RS256", 1)))
        self.partner.key_ids[-1:].action_revoke()  # the older one
        self.assertRefusedCall("rjct.signature.invalid", self.signed())
        self.admit(self.signed(key=private_key("RS256", 1)))

    def test_keys_of_a_jwks(self):
        keys = [private_key("ES256"), private_key("EdDSA")]
        jwks = {"keys": [public_jwk(key, kid=f"k{n}") for n, key in enumerate(keys)]}
        other = self.make_partner("jwks")
        self.add_keys(other, text=json.dumps(jwks))
        for algorithm, key in zip(("ES256", "EdDSA"), keys, strict=True):
            call = self.call(self.message(sender_id="jwks"))
            text = sign(algorithm, call.body, key)
            self.assertEqual(self.admit(self.with_headers(call, authorization=text)), other)

    def test_a_partner_may_be_held_to_the_exact_bytes(self):
        call = self.call()
        compact = json.dumps(json.loads(call.body), separators=(",", ":"), sort_keys=True)
        call = self.with_headers(call, signature=sign("RS256", compact.encode()))
        self.assertEqual(self.admit(call), self.partner)
        self.partner.exact_bytes = True
        self.assertRefusedCall("rjct.signature.invalid", call)
        self.admit(self.signed())

    def test_the_member_of_the_body_of_older_senders(self):
        content = self.message()
        compact = json.dumps(content, separators=(",", ":")).encode()
        call = self.call({**content, "signature": sign("RS256", compact)})
        self.assertEqual(self.admit(call), self.partner)

    def test_a_file_names_its_sender_by_the_name_of_the_key(self):
        bank = self.make_partner("bank", kind="bank", sponsor_bank_ids=[(4, self.bank.id)])
        jwk = public_jwk(private_key("ES256"), kid="bank-2026")
        self.add_keys(bank, text=json.dumps(jwk))
        upload = {
            "operation": "upload_mt940",
            "body": b"--x\r\nfile",
            "sender_id": "",
            "message_id": "",
            "message_ts": "",
            "action": "",
            "version": "",
            "total_count": None,
        }
        call = self.call(**upload)
        signed = self.with_headers(call, signature=sign("ES256", call.body, kid="bank-2026"))
        self.assertEqual(self.admit(signed), bank)
        signed = self.with_headers(call, signature=sign("ES256", call.body, kid="other"))
        self.assertRefusedCall("rjct.signature.invalid", signed)


@tagged("post_install", "-at_install")
class TestApiKeys(PartnerCase):
    """API keys alone, or beside a signature."""

    def keyed(self, key, content=None, header="x-api-key"):
        return self.with_headers(self.call(content), **{header: key})

    def test_an_api_key_proves_who_calls_where_it_is_agreed(self):
        key = self.api_key(self.partner)
        self.assertRefusedCall("rjct.jwt.invalid", self.keyed(key))
        self.partner.proof = "api_key"
        self.assertEqual(self.admit(self.keyed(key)), self.partner)
        bearer = self.keyed(f"Bearer {key}", header="authorization")
        self.assertEqual(self.admit(bearer), self.partner)
        unnamed = self.with_headers(self.call(sender_id=""), **{"x-api-key": key})
        self.assertEqual(self.admit(unnamed), self.partner)

    def test_the_key_of_another_partner_or_of_a_person_proves_nothing(self):
        self.partner.proof = "api_key"
        other = self.make_partner("other", proof="api_key")
        person = self.users["officer"]
        keys = self.env["res.users.apikeys"].with_user(person).sudo()
        for key in (
            self.api_key(other),
            keys._generate(None, "mine", NOON + timedelta(days=3650)),
            "0123456789abcdef0123456789abcdef01234567",
        ):
            self.assertRefusedCall("rjct.signature.invalid", self.keyed(key))
        nobody = self.keyed(self.api_key(other), self.message(sender_id="nobody"))
        self.assertRefusedCall("rjct.signature.invalid", nobody)

    def test_revoked_keys_are_worth_nothing(self):
        self.partner.proof = "api_key"
        keys = [self.api_key(self.partner), self.api_key(self.partner)]
        for key in keys:
            self.admit(self.keyed(key))
        self.partner.action_revoke_api_keys()
        for key in keys:
            self.assertRefusedCall("rjct.signature.invalid", self.keyed(key))

    def test_both_means_both(self):
        self.partner.proof = "both"
        key = self.api_key(self.partner)
        refusal = self.assertRefusedCall("rjct.jwt.invalid", self.signed())
        self.assertIn("API key", refusal.message)
        refusal = self.assertRefusedCall("rjct.jwt.invalid", self.keyed(key))
        self.assertIn("a signature", refusal.message)
        call = self.with_headers(self.signed(), **{"x-api-key": key})
        self.assertEqual(self.admit(call), self.partner)

    def test_what_is_right_does_not_make_good_what_is_wrong(self):
        for proof in ("both", "either"):
            self.partner.proof = proof
            key = self.api_key(self.partner)
            forged = self.signed(key=private_key("RS256", 1))
            for call in (
                self.with_headers(forged, **{"x-api-key": key}),
                self.with_headers(self.signed(), **{"x-api-key": key[:-1] + "x"}),
                self.with_headers(self.signed(), **{"x-api-key": "x"}),
                self.with_headers(self.signed(), authorization="Bearer x"),
                self.with_headers(self.signed(), authorization="Bearer \xe9!"),
            ):
                self.assertRefusedCall("rjct.signature.invalid", call)

    def test_either_is_enough(self):
        self.partner.proof = "either"
        self.admit(self.signed())
        self.admit(self.keyed(self.api_key(self.partner)))

    def test_a_gateway_may_put_its_own_token_beside_a_signature(self):
        for text in ("Bearer 0123456789abcdef0123", "Bearer x", "Basic eDp5"):
            call = self.with_headers(self.signed(), authorization=text)
            self.assertEqual(self.admit(call), self.partner)


@tagged("post_install", "-at_install")
class TestHeader(PartnerCase):
    """What a message says about itself."""

    def refuse(self, code, operation="get_disbursement_status", **header):
        return self.assertRefusedCall(
            code, self.signed(self.message(operation, **header), operation=operation)
        )

    def accept(self, operation="get_disbursement_status", **header):
        self.admit(self.signed(self.message(operation, **header), operation=operation))

    def test_versions(self):
        for version in ("", "1", "1.0", "1.0.0", "1.2.3"):
            self.accept(version=version)
        for version in ("2.0.0", "0.9", "1.0.0.0", "one", "1.x", "x" * 500):
            self.refuse("rjct.version.invalid", version=version)

    def test_a_form_of_messages_that_is_not_agreed(self):
        self.partner.speaks_gen_2 = False
        self.assertRefusedCall("rjct.version.invalid", self.signed(dialect=GEN_2))
        self.accept()

    def test_an_operation_that_is_not_allowed(self):
        self.refuse("rjct.action.not_supported", "create_benefit_program_configuration")
        self.refuse("rjct.action.not_supported", "upload_mt940")
        self.refuse("rjct.action.not_supported", "unheard_of")
        operation = self.env.ref("g2p_bridge_api.operation_get_disbursement_status")
        self.partner.operation_ids -= operation
        self.refuse("rjct.action.not_supported")

    def test_a_signed_message_is_for_one_address_alone(self):
        content = self.message("amend_disbursement_envelope")
        call = self.signed(content, operation="cancel_disbursement_envelope")
        self.assertRefusedCall("rjct.action.invalid", call)

    def test_what_openg2p_sends_as_action_passes(self):
        self.accept("create_disbursement_envelope", action="create_disbursement_envelopes")
        self.accept("get_disbursement_status", action="disburse")
        self.partner.strict_header = True
        self.accept("create_disbursement_envelope")
        self.refuse("rjct.action.invalid", "get_disbursement_status", action="disburse")

    def test_what_has_an_effect_names_it_where_that_is_signed(self):
        for action in ("disburse", "string", ""):
            self.refuse("rjct.action.invalid", "create_disbursements", action=action)
        self.partner.proof = "api_key"  # whoever has the key may write what he likes
        call = self.call(self.message(action="disburse"), "create_disbursements")
        self.admit(self.with_headers(call, **{"x-api-key": self.api_key(self.partner)}))

    def test_a_signed_message_is_not_older_than_the_clocks_may_differ(self):
        for text in ("2026-11-25T11:45:00Z", "2026-11-25T17:44:59+05:30", "2026-11-25T12:14:59"):
            self.accept(message_ts=text)
        for text in ("2026-11-25T11:44:59Z", "2026-11-25T12:15:01Z", "2025-11-25T12:00:00Z"):
            self.refuse("rjct.message_ts.invalid", message_ts=text)
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("g2p_bridge_api.skew_minutes", "60")
        self.accept(message_ts="2026-11-25T11:00:01Z")
        # More than Settings take is not had by a way around them.
        parameters.set_param("g2p_bridge_api.skew_minutes", "99999")
        self.refuse("rjct.message_ts.invalid", message_ts="2026-11-24T23:59:59Z")

    def test_a_time_that_nobody_has_signed_is_not_judged(self):
        self.partner.proof = "api_key"
        key = self.api_key(self.partner)
        call = self.call(self.message(message_ts="2026-01-01T00:00:00Z"))
        self.admit(self.with_headers(call, **{"x-api-key": key}))

    def test_what_is_no_time(self):
        for text in ("yesterday", "2026-11-25", "1795375670"):
            self.refuse("rjct.message_ts.invalid", message_ts=text)
        self.accept(message_ts="string")
        self.partner.strict_header = True
        for text in ("string", ""):
            self.refuse("rjct.message_ts.invalid", message_ts=text)

    def test_the_number_of_items(self):
        self.accept(message=("D1", "D2"), total_count=2)
        self.accept(message=("D1", "D2"), total_count=1)  # as OpenG2P's PBMS counts envelopes
        self.accept(message=("D1", "D2"), total_count=0)  # as its PBMS 17 counts everything
        for count in (-1, 3, 10**30):
            self.refuse("rjct.total_count.invalid", message=("D1", "D2"), total_count=count)
        self.partner.strict_header = True
        for count in (0, 1):
            self.refuse("rjct.total_count.invalid", message=("D1", "D2"), total_count=count)

    def test_a_message_id_that_cannot_be_kept(self):
        for text in ("x" * 256, "a\0b"):
            call = self.signed(self.message(message_id=text))
            self.assertRefusedCall("G2P-REQ-102", call, status=400)

    def test_the_first_fault_is_the_one_that_is_named(self):
        header = {"version": "9", "action": "x", "message_ts": "x", "total_count": 5}
        self.refuse("rjct.version.invalid", "create_benefit_program_configuration", **header)
        del header["version"]
        self.refuse("rjct.action.not_supported", "create_benefit_program_configuration", **header)
        header["action"] = "cancel_disbursements"
        self.refuse("rjct.action.invalid", **header)
        del header["action"]
        self.refuse("rjct.message_ts.invalid", **header)
        del header["message_ts"]
        self.refuse("rjct.total_count.invalid", **header)

    def test_a_refusal_says_whose_call_it_was_if_that_is_proven(self):
        refusal = self.refuse("rjct.version.invalid", version="9")
        self.assertEqual(refusal.partner, self.partner)
        forged = self.signed(key=private_key("RS256", 1))
        refusal = self.assertRefusedCall("rjct.signature.invalid", forged)
        self.assertFalse(getattr(refusal, "partner", None))

    def test_nothing_in_the_header_is_answered_to_who_proves_nothing(self):
        call = self.signed(self.message(version="9"), key=private_key("RS256", 1))
        self.assertRefusedCall("rjct.signature.invalid", call)


@tagged("post_install", "-at_install")
class TestOpenG2pClients(PartnerCase):
    """Requests as OpenG2P's own PBMS makes them, signed as it signs."""

    def test_the_pbms_of_1_1(self):
        content = {
            "header": {
                "version": "1.0.0",
                "message_id": "string",
                "message_ts": "string",
                "action": "create_disbursement_envelope",
                "sender_id": "pbms",
                "sender_uri": "",
                "receiver_id": "",
                "total_count": 1,
                "is_msg_encrypted": False,
                "meta": "string",
            },
            "message": [{"benefit_program_mnemonic": "CASH", "total_disbursement_amount": 60.75}],
        }
        operation = "create_disbursement_envelope"
        for number in range(2):
            content["message"][0]["number"] = number
            compact = json.dumps(content, separators=(",", ":"), sort_keys=True).encode()
            signature = sign("RS256", compact, kid="q1w2")
            call = self.call(content, operation)
            self.assertEqual(self.admit(self.with_headers(call, signature=signature)), self.partner)

    def test_the_newer_pbms(self):
        content = {
            "request_header": {
                "sender_app_mnemonic": "pbms",
                "sender_app_url": "",
                "request_id": "5f2c",
                "request_timestamp": "2026-11-25T12:00:00.123456+00:00",
                "instance_id": "string",
            },
            "request_body": {"request_payload": [{"narrative": "Zuschuß", "quantity": 10.5}]},
        }
        ordered = json.dumps(
            content, separators=(",", ":"), sort_keys=True, ensure_ascii=False
        ).encode()
        call = self.call(
            dialect=GEN_2,
            operation="create_disbursement_envelopes",
            body=json.dumps(content).encode(),
            message_id="5f2c",
            message_ts="2026-11-25T12:00:00.123456+00:00",
            action="",
            version="",
            total_count=None,
        )
        signature = sign("RS256", ordered, kid="psp-1")
        self.assertEqual(self.admit(self.with_headers(call, signature=signature)), self.partner)
