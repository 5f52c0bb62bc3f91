# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from types import SimpleNamespace

from odoo.exceptions import AccessDenied, AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from odoo.addons.g2p_bridge.exceptions import BridgeError
from odoo.addons.g2p_bridge_base.lib.jose import PARTNERS, read_public_keys
from odoo.addons.g2p_bridge_base.tests.one_person import let_one_person
from odoo.addons.g2p_bridge_base.tests.signing import private_key, public_pem, sign
from odoo.addons.g2p_bridge_mt940.tests.common import statement

from ...lib import proof
from .partner_common import PartnerCase

FORMAT = "g2p.bridge.statement.format."


@tagged("post_install", "-at_install")
class TestPartner(PartnerCase):
    """Partners as administrators keep them."""

    def setUp(self):
        super().setUp()
        let_one_person(self)

    def test_a_code_names_one_partner_in_the_whole_database(self):
        other = self.env["res.company"].create({"name": "Other"})
        for code in ("pbms", "PBMS"):
            with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
                self.make_partner(code, company_id=other.id)

    def test_codes_that_no_message_can_carry(self):
        for code in (" other", "other ", "x" * 300):
            with self.subTest(code), self.assertRaises(ValidationError):
                self.make_partner(code)

    def test_a_copy_is_another_partner_without_keys(self):
        copy = self.partner.copy()
        self.assertEqual(copy.code, "pbms-COPY")
        self.assertFalse(copy.key_ids)
        self.assertNotEqual(copy.user_id, self.partner.user_id)

    def test_nothing_is_allowed_at_first(self):
        for kind in ("pbms", "bank"):
            new = self.partners.create({"name": kind, "code": kind.upper() + "-NEW", "kind": kind})
            self.assertFalse(new.all_programs or new.program_ids or new.operation_ids)
            self.assertFalse(new._programs())

    def test_the_usual_operations_at_one_press(self):
        codes = set(self.partner.operation_ids.mapped("code"))
        self.assertIn("create_disbursements", codes)
        self.assertNotIn("create_benefit_program_configuration", codes)
        bank = self.make_partner("bank", kind="bank")
        self.assertEqual(bank.operation_ids.mapped("code"), ["upload_mt940"])
        with self.assertRaises(ValidationError):
            bank.operation_ids = self.partner.operation_ids
        bank.kind = "pbms"
        self.assertFalse(bank.operation_ids, "what is for banks goes, and nothing comes instead")
        self.assertForbidden(self.rpc, "auditor", bank, "action_usual_operations")

    def test_all_programs_or_some(self):
        """Whoever names programs means no others."""
        only = [(6, 0, self.program.ids)]
        limited = self.partners.create({"name": "L", "code": "L", "program_ids": only})
        self.assertEqual(limited._programs(), self.program)
        for write in (
            lambda: limited.write({"all_programs": True}),
            lambda: self.partner.write({"program_ids": only}),
            lambda: self.partners.create(
                {"name": "B", "code": "B", "all_programs": True, "program_ids": only}
            ),
        ):
            with self.assertRaisesRegex(ValidationError, "the one or the other"):
                write()

    def test_programs(self):
        other = self.make_program("OTHER")
        self.assertEqual(self.partner._programs(), self.program | other)
        self.partner.write({"all_programs": False, "program_ids": [(6, 0, other.ids)]})
        company = self.env["res.company"].create({"name": "Elsewhere"})
        with self.assertRaises(UserError):
            self.partner.company_id = company
        other.active = False
        self.assertEqual(self.partner._programs(), other)

    def test_operations_see_the_partners_programs_alone(self):
        self.partner.write({"all_programs": False})
        envelope = self.create_envelope()
        service = self.partner._service(self.call())
        with self.assertRaises(BridgeError):
            service.get_disbursement_envelope_status(envelope.disbursement_envelope_id)
        self.partner.program_ids = self.program
        reply = service.get_disbursement_envelope_status(envelope.disbursement_envelope_id)
        self.assertTrue(reply)
        made = service.create_disbursement_envelope(self.envelope_values(cycle_code_mnemonic="c2"))
        created = self.find_envelope(made["disbursement_envelope_id"])
        self.assertEqual(created.create_uid, self.partner.user_id)

    def test_nobody_logs_in_as_a_technical_user(self):
        user = self.partner.user_id
        self.assertTrue(user.has_group("g2p_bridge_base.group_officer"))
        user.password = "let-me-in-please"
        for interactive in (True, False):
            with self.assertRaises(AccessDenied):
                user.with_user(user)._check_credentials(
                    {"type": "password", "login": user.login, "password": "let-me-in-please"},
                    {"interactive": interactive},
                )

    def test_an_api_key_of_a_partner_opens_nothing_else(self):
        key = self.api_key(self.partner)
        keys = self.env["res.users.apikeys"]
        self.assertFalse(keys._check_credentials(scope="rpc", key=key))
        self.assertEqual(
            keys._check_credentials(scope="g2p_bridge_api", key=key), self.partner.user_id.id
        )

    def test_a_technical_user_is_nobody_who_could_start_an_envelope(self):
        self.assertTrue(self.partner.user_id.has_group("g2p_bridge_base.group_officer"))
        self.assertNotIn(self.partner.user_id, self.program._people("officer"))
        self.assertIn(self.users["officer"], self.program._people("officer"))

    def test_the_technical_user_follows_its_partner(self):
        self.partner.write({"name": "Another", "active": False})
        self.assertEqual(self.partner.user_id.name, "Another")
        self.assertFalse(self.partner.user_id.active)
        self.partner.kind = "bank"
        user = self.partner.user_id
        self.assertFalse(user.has_group("g2p_bridge_base.group_officer"))
        self.assertFalse(user.has_group("base.group_user"))

    def test_what_is_missing_is_told(self):
        fresh = self.make_partner("fresh", all_programs=False, operation_ids=[(6, 0, [])])
        self.assertEqual(fresh.readiness, "incomplete")
        for words in ("public key", "may ask", "at least one benefit program"):
            self.assertIn(words, fresh.missing)
        bank = self.make_partner("bank", kind="bank", proof="api_key")
        for words in ("Make an API key", "sponsor bank"):
            self.assertIn(words, bank.missing)
        self.assertEqual(self.partner.readiness, "ready")
        self.partner.key_ids.write({"valid_from": "2020-01-01", "valid_until": "2021-01-01"})
        self.assertIn("expired", self.partner.missing)


@tagged("post_install", "-at_install")
class TestPartnerKeys(PartnerCase):
    """Keys: taken, dated, revoked, and written down."""

    def said(self):
        return " ".join(self.partner.message_ids.mapped("body"))

    def test_whoever_adds_or_revokes_a_key_is_on_record(self):
        admin = self.users["admin"]
        wizard = self.env["g2p.bridge.partner.key.add"].with_user(admin)
        pem = public_pem(private_key("ES256"))
        action = self.partner.with_user(admin).action_add_keys()
        wizard = wizard.with_context(**action["context"]).create({"text": pem})
        self.assertIn("P-256", wizard.findings)
        wizard.action_add()
        key = self.partner.key_ids[0]
        message = self.partner.message_ids[0]
        self.assertEqual(message.author_id, admin.partner_id)
        self.assertIn(f"{key.fingerprint}: added", message.body)
        key.with_user(admin).write({"valid_until": "2098-01-01"})
        self.assertIn("2098", self.partner.message_ids[0].body)
        key.with_user(admin).action_revoke()
        self.assertIn(f"{key.fingerprint}: revoked", self.partner.message_ids[0].body)
        self.assertNotIn("BEGIN", self.said())

    def test_a_key_does_not_change(self):
        key = self.partner.key_ids
        admin = key.with_user(self.users["admin"])
        for vals in ({"pem": "x"}, {"kid": "x"}, {"revoked_at": False}, {"fingerprint": "x"}):
            with self.assertRaises(UserError):
                admin.write(vals)
        with self.assertRaises(UserError):
            key.unlink()
        with self.assertRaises(UserError):
            admin.create({"partner_id": self.partner.id, "pem": "x"})
        with self.assertRaises(ValidationError):
            key.valid_until = "2020-01-01"
        with self.assertRaises(ValidationError):
            key.algorithm = "ES256"
        key.action_revoke()
        with self.assertRaises(UserError):
            admin.write({"valid_until": "2098-01-01"})

    def test_a_key_belongs_to_one_partner(self):
        other = self.make_partner("other")
        with self.assertRaisesRegex(UserError, "Another partner"):
            self.add_keys(other, private_key("RS256"))
        with self.assertRaisesRegex(UserError, "already"):
            self.add_keys(self.partner, private_key("RS256"))
        self.partner.key_ids.action_revoke()
        self.assertTrue(self.add_keys(other, private_key("RS256")))

    def test_what_is_no_key_is_refused_in_words(self):
        wizard = self.env["g2p.bridge.partner.key.add"].create(
            {"partner_id": self.partner.id, "text": "<script>alert(1)</script>"}
        )
        self.assertIn("Paste public keys", wizard.findings)
        with self.assertRaisesRegex(UserError, "Paste public keys"):
            wizard.action_add()


@tagged("post_install", "-at_install")
class TestPartnerAccess(PartnerCase):
    """Who sees and changes partners."""

    def test_administrators_write_auditors_read_others_nothing(self):
        self.assertOnly(
            {"admin", "auditor"}, lambda name: self.rpc(name, self.partner, "read", ["code"])
        )
        self.assertOnly(
            {"admin", "auditor"}, lambda name: self.rpc(name, self.partner.key_ids, "read", ["kid"])
        )
        self.assertOnly(
            {"admin"}, lambda name: self.rpc(name, self.partner, "write", {"name": "x"})
        )
        for method in ("action_new_api_key", "action_add_keys"):
            self.assertOnly(
                {"admin"}, lambda name, method=method: self.rpc(name, self.partner, method)
            )
        self.assertOnly(
            {"admin"}, lambda name: self.rpc(name, self.partner.key_ids, "action_revoke")
        )
        self.api_key(self.partner)
        self.assertOnly(
            {"admin"}, lambda name: self.rpc(name, self.partner, "action_revoke_api_keys")
        )

    def test_another_company_sees_nothing(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.users["admin"].write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        for records in (self.partner, self.partner.key_ids):
            self.assertForbidden(self.rpc, "admin", records, "read", ["display_name"])

    def test_the_technical_user_is_nobodys_choice(self):
        with self.assertRaises(UserError):
            self.rpc("admin", self.partner, "write", {"user_id": self.users["admin"].id})
        given = {"name": "x", "code": "x", "user_id": self.users["admin"].id}
        with self.assertRaises(UserError):
            self.rpc_model("admin", "g2p.bridge.partner", "create", [given])
        del given["user_id"]
        context = {"default_user_id": self.users["admin"].id}
        made = self.rpc_model("admin", "g2p.bridge.partner", "create", [given], context=context)
        user = self.partners.browse(made).user_id
        self.assertTrue(user.g2p_bridge_is_partner)

    def test_admission_is_not_to_be_called_from_outside(self):
        with self.assertRaises(AccessError):
            self.rpc_model("admin", "g2p.bridge.partner", "_admit", None)


@tagged("post_install", "-at_install")
class TestBankPartner(PartnerCase):
    """A bank sends statements of its own accounts and does nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bank_partner = cls.make_partner(
            "bank", kind="bank", sponsor_bank_ids=[(6, 0, cls.bank.ids)]
        )

    def setUp(self):
        super().setUp()
        statements = type(self.env["g2p.bridge.statement"])
        self.patch(statements, "_format_model", lambda records, code: records.env[FORMAT + code])

    def mt940(self, *accounts):
        return "".join(
            statement(account=account, number=f"{number}/1")
            for number, account in enumerate(accounts, 1)
        ).encode()

    def test_a_statement_of_its_own_account(self):
        service = self.bank_partner._service(self.call())
        received = service.upload_mt940(self.mt940("CASH-ACCOUNT"), "a.sta").sudo()
        self.assertEqual(received.sponsor_bank_id, self.bank)
        self.assertEqual(received.create_uid, self.bank_partner.user_id)

    def test_it_does_nothing_else(self):
        service = self.bank_partner._service(self.call())
        for attempt in (
            lambda: service.create_disbursement_envelope(self.envelope_values()),
            lambda: service.get_disbursement_status(["D1"]),
            lambda: service.cancel_disbursements([{"disbursement_id": "D1"}]),
            lambda: service.env["g2p.bridge.envelope"].search([]),
            lambda: service.env["g2p.bridge.statement"].search([]),
        ):
            self.assertForbidden(attempt)

    def test_the_account_of_another_bank_is_as_unknown_as_none(self):
        other = self.bank.copy({"environment": "test"})
        self.make_program("THEIRS", sponsor_bank_id=other.id)
        service = self.bank_partner._service(self.call())
        theirs = service.upload_mt940(self.mt940("THEIRS-ACCOUNT")).sudo()
        self.assertEqual(theirs.sponsor_bank_id, self.bank)
        self.run_jobs()
        self.env.invalidate_all()
        nobodys = service.upload_mt940(self.mt940("NOBODYS-ACCOUNT")).sudo()
        self.run_jobs()
        self.assertEqual(theirs.latest_error_code, nobodys.latest_error_code)

    def test_accounts_at_several_banks_come_in_several_files(self):
        other = self.bank.copy({"environment": "test"})
        self.make_program("THEIRS", sponsor_bank_id=other.id)
        self.bank_partner.sponsor_bank_ids |= other
        service = self.bank_partner._service(self.call())
        with self.assertRaisesRegex(BridgeError, "one file for each"):
            service.upload_mt940(self.mt940("CASH-ACCOUNT", "THEIRS-ACCOUNT"))
        received = service.upload_mt940(self.mt940("THEIRS-ACCOUNT")).sudo()
        self.assertEqual(received.sponsor_bank_id, other)

    def test_a_person_cannot_borrow_the_banks_rights(self):
        service = self.env["g2p.bridge.service"].with_user(self.users["stranger"])
        service = service.with_context(bridge_partner_id=self.bank_partner.id)
        self.assertForbidden(service.upload_mt940, self.mt940("CASH-ACCOUNT"))


@tagged("post_install", "-at_install")
class TestUnsignedAccess(PartnerCase):
    """Calls without proof, for tests alone."""

    def setUp(self):
        super().setUp()
        self.bank.environment = "disabled"

    def switch(self, on=True):
        settings = self.env["res.config.settings"].create({"g2p_bridge_api_unsigned": on})
        settings.execute()

    def test_nothing_goes_without_proof_unless_it_is_switched_on(self):
        self.assertRefusedCall("rjct.jwt.invalid", self.call())
        self.switch()
        self.assertEqual(self.admit(self.call()), self.partner)
        stranger = self.call(self.message(sender_id="nobody"))
        self.assertRefusedCall("rjct.jwt.invalid", stranger)
        # What is given has to be right nevertheless.
        forged = self.signed(key=private_key("RS256", 1))
        self.assertRefusedCall("rjct.signature.invalid", forged)
        self.switch(on=False)
        self.assertRefusedCall("rjct.jwt.invalid", self.call())

    def test_not_beside_a_bank_that_may_pay_real_money(self):
        """One that is marked as a test pays like any other: its connector says what it is."""
        parameters = self.env["ir.config_parameter"]
        for environment in ("test", "enabled"):
            self.bank_script.is_simulation = True
            self.bank.environment = environment
            self.switch()
            self.assertEqual(self.admit(self.call()), self.partner)
            # Whatever has become of it since, nobody gets in.
            self.bank_script.is_simulation = False
            self.assertRefusedCall("rjct.jwt.invalid", self.call())
            self.assertIn("refused nevertheless", self.notice())
            self.switch(on=False)
            with self.assertRaisesRegex(UserError, "no example bank"):
                self.switch()
            with self.assertRaisesRegex(UserError, "no example bank"):
                parameters.set_param("g2p_bridge_api.unsigned", "True")
        self.assertRefusedCall("rjct.jwt.invalid", self.call())

    def test_no_real_bank_while_it_is_on(self):
        self.switch()
        self.bank_script.is_simulation = False
        for environment in ("test", "enabled"):
            with self.assertRaisesRegex(ValidationError, "without proof"):
                self.bank.environment = environment
        # Nor by a way around that, nor archived.
        self.env.cr.execute(
            "UPDATE g2p_bridge_sponsor_bank SET environment = 'test', active = FALSE"
        )
        self.env.invalidate_all()
        self.assertRefusedCall("rjct.jwt.invalid", self.call())

    def test_health_says_so(self):
        self.assertNotIn("let in", self.notice())
        self.switch()
        self.assertIn("let in", self.notice())

    def notice(self):
        page = self.env["g2p.bridge.health"].with_user(self.users["auditor"]).read_health()
        return " ".join(page["notices"])

    def test_settings_have_limits(self):
        for vals in ({"g2p_bridge_api_skew_minutes": 721}, {"g2p_bridge_api_skew_minutes": 0}):
            with self.assertRaises(UserError):
                self.env["res.config.settings"].create(vals).execute()


@tagged("post_install", "-at_install")
class TestSignatureCheck(PartnerCase):
    """What an administrator is told about a pasted request."""

    def check(self, signature, body, partner=None):
        wizard = self.env["g2p.bridge.signature.check"].with_user(self.users["admin"])
        wizard = wizard.create(
            {
                "partner_id": (partner or self.partner).id,
                "signature": signature,
                "body": body.decode(),
            }
        )
        wizard.action_check()
        return wizard.verdict, wizard.explanation

    def assertSays(self, verdict, words, *args, **kwargs):
        found, explanation = self.check(*args, **kwargs)
        self.assertEqual(found, verdict)
        self.assertIn(words, explanation)

    def test_verdicts(self):
        body = b'{"a": 1}'
        good = sign("RS256", body, kid="k1")
        self.assertSays("proven", self.partner.key_ids.fingerprint, good, body)
        self.assertSays("proven", "k1", f"Bearer {good}", body)
        self.assertSays("refused", "compare it byte by byte", good, b'{"a": 2}')
        self.assertSays("refused", "no signature", "hello", body)
        self.assertSays("refused", "no signature", "", body)
        self.assertSays("refused", "none is not accepted", "eyJhbGciOiJub25lIn0..eA", body)
        self.assertSays("refused", "fits the algorithm ES256", sign("ES256", body), body)
        attached = sign("RS256", b"{}", attached=True)
        self.assertSays("refused", "is not the body", attached, body)
        self.assertSays("refused", "no key that is valid", good, body, self.make_partner("fresh"))
        member = sign("RS256", b'{"a":1}')
        whole = json.dumps({"a": 1, "signature": member}).encode()
        self.assertSays("proven", "was made", "", whole)

    def test_second_looks(self):
        body = b'{"a": 1}'
        self.partner.exact_bytes = True
        compact = sign("RS256", b'{"a":1}')
        self.assertSays("refused", "held to the exact bytes", compact, body)
        self.partner.key_ids.write({"valid_from": "2020-01-01", "valid_until": "2021-01-01"})
        self.assertSays("refused", "(Expired)", sign("RS256", body), body)
        self.partner.write({"proof": "both", "active": False})
        self.add_keys(self.partner, private_key("ES256"))
        self.assertSays("proven", "archived", sign("ES256", body), body)

    def test_what_is_pasted_is_shown_as_text(self):
        _verdict, explanation = self.check("eyJhbGciOiI8Yj4ifQ..eA", b"{}")  # {"alg":"<b>"}
        self.assertNotIn("<b>", explanation)


@tagged("post_install", "-at_install")
class TestJwks(HttpCase):
    """Our own public keys, for those who check our signatures."""

    def test_published_keys(self):
        company = self.env["res.company"].create({"name": "Ministry"})
        key = self.env["g2p.bridge.signing.key"].create(
            {"name": "First", "company_id": company.id, "algorithm": "ES256"}
        )
        key.action_generate()
        key.action_use()
        for path in (".well-known/jwks.json", "jwks.json"):
            answer = self.url_open(f"/g2p-bridge/{path}")
            self.assertEqual(answer.status_code, 200)
            self.assertIn("application/jwk-set+json", answer.headers["Content-Type"])
            self.assertIn(key.kid, [found["kid"] for found in answer.json()["keys"]])
        own = self.url_open(f"/g2p-bridge/jwks.json?company={company.id}").json()["keys"]
        self.assertEqual([found["kid"] for found in own], [key.kid])
        self.assertNotIn("d", own[0])
        for company_id in ("0", "x", "1 OR 1=1", ""):
            answer = self.url_open(f"/g2p-bridge/jwks.json?company={company_id}")
            self.assertEqual(answer.json(), {"keys": []})

    def test_what_is_signed_by_us_is_proven_by_what_is_published(self):
        company = self.env.company
        key = self.env["g2p.bridge.signing.key"].create({"company_id": company.id})
        key.action_generate()
        key.action_use()
        text = self.url_open(f"/g2p-bridge/jwks.json?company={company.id}").text
        published = [
            SimpleNamespace(pem=found.pem, kind=found.kind, kid=found.kid, algorithm="")
            for found in read_public_keys(text, PARTNERS)
        ]
        signature = self.env["g2p.bridge.signing.key"]._sign_detached(company, b"body")
        found = proof.verify(proof.read_signature(signature), b"body", published)
        self.assertEqual(found.kid, key.kid)
