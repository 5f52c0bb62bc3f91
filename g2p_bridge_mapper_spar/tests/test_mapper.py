# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError, ValidationError
from odoo.tests import TransactionCase, new_test_user, tagged

from odoo.addons.g2p_bridge_base.tests.one_person import let_one_person

from ..lib.address import AddressError
from .spar_servers import SparServer

GROUPS = "g2p_bridge_base.group_"


@tagged("post_install", "-at_install")
class TestMapper(TransactionCase):
    """How a mapper is said to write its addresses."""

    def setUp(self):
        super().setUp()
        let_one_person(self)
        self.mapper = self.env["g2p.bridge.mapper"].create({"name": "SPAR"})

    def parse(self, text):
        return self.mapper._address_parser().parse(text)

    def test_a_new_mapper_is_disabled_and_reads_all_known_forms(self):
        self.assertEqual((self.mapper.environment, self.mapper.connector), ("disabled", "spar_1"))
        for text in (
            "account_number:1.branch_code:2.bank_code:3.fa_type:BANK",
            "mobile_number:+15550.wallet_provider_name:W.fa_type:MOBILE_WALLET",
            "email_address:a@example.org.email_wallet_provider:W.fa_type:EMAIL_WALLET",
            "bank_1_2_3_BANK_ACCOUNT",
        ):
            self.assertTrue(self.parse(text).account_type)

    def test_configuration_of_addresses(self):
        self.mapper.write(
            {
                "address_entry_separator": ";",
                "address_pair_separator": "=",
                "address_keys": "# ours\niban = account_number\ntype = fa_type\n",
                "address_templates": False,
            }
        )
        address = self.parse("iban=XX00.1;type=BANK")
        self.assertEqual(address.account_number, "XX00.1")
        with self.assertRaises(AddressError):
            self.parse("bank_1_2_3_BANK_ACCOUNT")

    def test_bad_configuration_is_refused_and_the_line_named(self):
        for values, words in (
            ({"address_keys": "fa_type = fa_type\niban = accnt"}, "Line 2: 'accnt'"),
            ({"address_templates": "bank_{account_number}"}, "Line 1"),
            ({"address_pair_separator": "."}, "told apart"),
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError) as caught:
                self.mapper.write(values)
            self.assertIn(words, str(caught.exception))


@tagged("post_install", "-at_install")
class TestMapperProbe(TransactionCase):
    """The window in which an administrator tries one ID."""

    def setUp(self):
        super().setUp()
        self.server = SparServer()
        self.addCleanup(self.server.close)
        admin = new_test_user(self.env, "mapper_admin", groups=GROUPS + "admin")
        self.mapper = (
            self.env["g2p.bridge.mapper"]
            .create({"name": "SPAR", "base_url": self.server.url})
            .with_user(admin)
        )

    def ask(self, beneficiary_id):
        action = self.mapper.action_test()
        window = (
            self.mapper.env[action["res_model"]]
            .with_context(**action["context"])
            .create({"beneficiary_id": beneficiary_id})
        )
        window.action_resolve()
        return window

    def test_the_address_is_shown_masked(self):
        self.server.addresses["A1"] = "account_number:5000100001.bank_code:EX.fa_type:BANK"
        window = self.ask(" A1 ")
        self.assertEqual(window.result, "resolved")
        self.assertIn("••••0001", window.details)
        self.assertNotIn("5000100001", window.details)
        self.assertIn("EX", window.details)

    def test_unknown_ids_and_unreadable_addresses_say_why(self):
        window = self.ask("NOPE")
        self.assertEqual(window.result, "unresolved")
        self.assertIn("NOT_LINKED", window.details)
        self.server.addresses["A1"] = "somewhere"
        window = self.ask("A1")
        self.assertEqual(window.result, "unresolved")
        self.assertIn("ADDRESS_UNREADABLE", window.details)

    def test_the_try_is_kept_on_the_mapper_and_not_who_was_asked_for(self):
        self.server.addresses["A1"] = "account_number:5000100001.bank_code:EX.fa_type:BANK"
        self.ask("A1")
        mapper = self.mapper
        self.assertEqual((mapper.last_test_result, mapper.last_test_by_id), ("ok", mapper.env.user))
        self.assertIn("/sync/resolve", mapper.last_test_tried)
        self.assertNotIn("0001", mapper.last_test_answer)
        self.server.answer = (404, b"")
        window = self.ask("A1")
        self.assertEqual(mapper.last_test_result, "failed")
        self.assertEqual(window.advice, mapper.last_test_advice)
        self.assertIn("path", window.advice)

    def test_an_id_has_to_be_entered(self):
        with self.assertRaisesRegex(UserError, "Enter the ID"):
            self.ask(" ")

    def test_a_mapper_that_fails_says_why(self):
        self.server.answer = (500, b"")
        window = self.ask("A1")
        self.assertEqual(window.result, "failed")
        self.assertIn("HTTP 500", window.details)

    def test_a_mapper_that_calls_back_says_that_it_has_taken_the_question(self):
        self.mapper.sudo().connector = "spar_1_async"
        self.server.answer = (200, {"message": {"ack_status": "ACK"}})
        window = self.ask("A1")
        self.assertEqual((window.result, self.mapper.last_test_result), ("taken", "ok"))
        self.assertIn("/async/resolve", self.mapper.last_test_tried)
        self.assertIn("Last Call-Back", window.details)
        self.assertNotIn(self.mapper.sudo().call_back_token, self.mapper.last_test_tried)
