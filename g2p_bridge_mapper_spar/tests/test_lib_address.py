# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from hypothesis import given
from hypothesis import strategies as st
from odoo.tests.common import BaseCase

from odoo.addons.g2p_bridge.lib.financial_address import FinancialAddress, mask
from odoo.addons.g2p_bridge.lib.lost_digits import lost_digits

from ..lib import address_config
from ..lib.address import AddressError, AddressParser
from ..lib.address_config import ConfigError

PARSER = AddressParser()
BANK = "account_number:5000100001.branch_code:BR0042.bank_code:EXAMPLEBANK.fa_type:BANK_ACCOUNT"
#: Values as they occur, with the signs that separate entries and keys; none that could
#: be taken for another entry, nor for what a spreadsheet has made of a number.
values = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=30
).filter(
    lambda text: (
        text not in ("None", "null", "NULL")
        and ":" not in text.partition(".")[2]
        and not lost_digits(text)
    )
)


class TestFinancialAddress(BaseCase):
    def assertReason(self, code, address, parser=PARSER):
        with self.assertRaises(AddressError) as caught:
            parser.parse(address)
        self.assertEqual(caught.exception.code, code, str(caught.exception))
        return str(caught.exception)

    def test_bank_account(self):
        self.assertEqual(
            PARSER.parse(BANK),
            FinancialAddress(
                "BANK_ACCOUNT",
                account_number="5000100001",
                branch_code="BR0042",
                bank_code="EXAMPLEBANK",
            ),
        )

    def test_all_parts_in_another_order_and_empty_parts(self):
        address = PARSER.parse(
            "fa_type:BANK.email_address:a.b@example.org.mobile_number:.bank_code:X"
            ".bank_name:First. Bank.account_number:1.branch_name:None"
        )
        self.assertEqual(address.account_type, "BANK_ACCOUNT")
        self.assertEqual(address.email, "a.b@example.org")
        self.assertEqual(address.bank_name, "First. Bank")
        self.assertEqual((address.phone, address.branch_name), ("", ""))

    def test_wallets_in_both_spellings(self):
        one = PARSER.parse(
            "mobile_number:+15550100002.mobile_wallet_provider:MWEX.fa_type:MOBILE_WALLET"
        )
        self.assertEqual((one.phone, one.mobile_wallet_provider), ("+15550100002", "MWEX"))
        two = PARSER.parse(
            "mobile_number:+1.555.0100.wallet_provider_name:M. Wallet"
            ".wallet_provider_code:MWEX.fa_type:MOBILE_WALLET"
        )
        self.assertEqual((two.phone, two.mobile_wallet_provider), ("+1.555.0100", "MWEX"))
        three = PARSER.parse(
            "email_address:a.b@mail.example.org.wallet_provider_name:E Wallet.fa_type:EMAIL_WALLET"
        )
        self.assertEqual(
            (three.email, three.email_wallet_provider), ("a.b@mail.example.org", "E Wallet")
        )
        self.assertEqual(three.mobile_wallet_provider, "")

    def test_object_of_spar_2(self):
        address = PARSER.parse(
            {"strategy_id": 5, "fa_type": "BANK", "account_number": 77, "bank_name": None, "x": []}
        )
        self.assertEqual(address, FinancialAddress("BANK_ACCOUNT", account_number="77"))
        self.assertReason("ADDRESS_UNREADABLE", {"fa_type": "BANK", "account_number": ["1"]})
        self.assertReason("ADDRESS_TYPE_UNKNOWN", {})

    def test_older_template_form(self):
        address = PARSER.parse("bank_0012345_EXAMPLE_BR1_BANK_ACCOUNT")
        self.assertEqual(
            address,
            FinancialAddress(
                "BANK_ACCOUNT", account_number="0012345", bank_code="EXAMPLE", branch_code="BR1"
            ),
        )
        wallet = PARSER.parse("email_a_b@example.org_EWEX_EMAIL_WALLET")
        self.assertEqual(wallet.email, "a_b@example.org")

    def test_template_that_can_be_read_in_two_ways_is_not_guessed(self):
        reason = self.assertReason("ADDRESS_UNREADABLE", "bank_123_EXAMPLE_BANK_BR1_BANK")
        self.assertIn("more than one way", reason)

    def test_a_long_template_text_is_judged_quickly(self):
        self.assertReason("ADDRESS_UNREADABLE", "bank_" + "_a" * 230)

    def test_nothing_is_the_address(self):
        for text in ("", "  ", "None", "null"):
            self.assertReason("ADDRESS_EMPTY", text)

    def test_what_is_no_address(self):
        for address in (
            "x",
            "5000100001",
            "token:1",
            "bank_",
            None,
            5,
            ["x"],
            "account_number:1\n.fa_type:BANK",
            BANK + "x" * 500,
        ):
            with self.subTest(address=address):
                self.assertReason("ADDRESS_UNREADABLE", address)

    def test_unknown_key_is_not_taken_for_a_value(self):
        text = "account_number:1.iban:2.fa_type:BANK"
        self.assertIn("iban", self.assertReason("ADDRESS_UNREADABLE", text))
        lenient = AddressParser(
            keys=address_config.parse_keys(
                "account_number=account_number\nfa_type=fa_type\niban=ignore"
            )
        )
        self.assertEqual(lenient.parse(text).account_number, "1")

    def test_contradicting_entries(self):
        self.assertReason("ADDRESS_UNREADABLE", "account_number:1.account_number:2.fa_type:BANK")
        self.assertReason(
            "ADDRESS_UNREADABLE", "mobile_number:+1555.phone_number:+1556.fa_type:MOBILE_WALLET"
        )

    def test_type_missing_or_unknown(self):
        self.assertReason("ADDRESS_TYPE_UNKNOWN", "account_number:1")
        reason = self.assertReason("ADDRESS_TYPE_UNKNOWN", "account_number:1.fa_type:CASH")
        self.assertIn("CASH", reason)

    def test_what_the_type_needs_is_missing(self):
        for text in (
            "bank_code:X.fa_type:BANK",
            "account_number:.fa_type:BANK_ACCOUNT",
            "account_number:1.fa_type:MOBILE_WALLET",
            "mobile_number:+1555010.fa_type:EMAIL_WALLET",
        ):
            with self.subTest(text=text):
                self.assertReason("ADDRESS_INCOMPLETE", text)

    def test_what_cannot_be_a_phone_or_an_email(self):
        self.assertReason("ADDRESS_INVALID", "mobile_number:nobody.fa_type:MOBILE_WALLET")
        self.assertReason("ADDRESS_INVALID", "email_address:nobody.fa_type:EMAIL_WALLET")

    def test_what_a_spreadsheet_has_made_of_an_account_or_a_code(self):
        for text in (
            "account_number:1.23457E+17.bank_code:B1.fa_type:BANK",
            "account_number:123456789012.0.fa_type:BANK",
            "account_number:42.bank_code:#N/A.fa_type:BANK",
            "account_number:42.branch_code:1,2E+05.fa_type:BANK",
            "mobile_number:491511234567.0.fa_type:MOBILE_WALLET",
        ):
            with self.subTest(text=text):
                reason = self.assertReason("ADDRESS_INVALID", text)
                self.assertNotIn("1234", reason)
        address = AddressParser().parse("account_number:12E5.bank_code:007.0.fa_type:BANK")
        self.assertEqual((address.account_number, address.bank_code), ("12E5", "007.0"))

    def test_an_object_whose_values_no_account_can_have(self):
        for value in ("1\x00", "1\ud800", "1" * 501, 10**400):
            with self.subTest(value=str(value)[:10]), self.assertRaises(AddressError) as caught:
                AddressParser().parse({"fa_type": "BANK", "account_number": value})
            self.assertEqual(caught.exception.code, "ADDRESS_INVALID")
        for value in (True, 1.5, [], {}):
            with self.assertRaises(AddressError) as caught:
                AddressParser().parse({"fa_type": "BANK", "account_number": value})
            self.assertEqual(caught.exception.code, "ADDRESS_UNREADABLE")

    def test_halves_of_characters_are_no_address(self):
        with self.assertRaises(AddressError):
            AddressParser().parse("account_number:1\ud800.fa_type:BANK")

    def test_reasons_do_not_quote_account_numbers(self):
        for text in (
            "account_number:5000100001.x:1.fa_type:BANK",
            "account_number:1.fa_type:500010",
        ):
            with self.assertRaises(AddressError) as caught:
                PARSER.parse(text)
            self.assertNotIn("5000100001", str(caught.exception))
            self.assertNotIn("500010", str(caught.exception))

    def test_masked_shows_the_end_alone(self):
        shown = PARSER.parse(BANK).masked()
        self.assertEqual(shown["account_number"], "••••0001")
        self.assertEqual(shown["bank_code"], "EXAMPLEBANK")
        self.assertNotIn("phone", shown)
        self.assertEqual(mask("1234"), "••••")

    @given(values, values, values, st.permutations(range(4)))
    def test_whatever_the_values_hold_the_parts_are_found(self, account, bank, branch, order):
        entries = [
            f"account_number:{account}",
            f"bank_code:{bank}",
            f"branch_code:{branch}",
            "fa_type:BANK",
        ]
        address = PARSER.parse(".".join(entries[index] for index in order))
        self.assertEqual(
            (address.account_number, address.bank_code, address.branch_code),
            (account, bank, branch),
        )

    @given(st.text(max_size=60), st.sampled_from(["", "bank_", "account_number:", "fa_type:BANK."]))
    def test_any_text_is_an_address_or_a_reason(self, text, start):
        try:
            address = PARSER.parse(start + text)
        except AddressError as error:
            self.assertTrue(error.code and str(error))
        else:
            self.assertIn(address.account_type, ("BANK_ACCOUNT", "MOBILE_WALLET", "EMAIL_WALLET"))

    @given(*[st.text("abcXYZ019-", min_size=1, max_size=10)] * 3)
    def test_templates_read_back_what_was_filled_in(self, account, bank, branch):
        (template,) = address_config.parse_templates(
            "{account_number}/{bank_code}/{branch_code}#{fa_type}"
        )
        parser = AddressParser(templates=[template])
        address = parser.parse(f"{account}/{bank}/{branch}#BANK")
        self.assertEqual(
            (address.account_number, address.bank_code, address.branch_code),
            (account, bank, branch),
        )

    @given(st.text("=|", min_size=1, max_size=2), st.text(";,!", min_size=1, max_size=2), values)
    def test_other_separators(self, pair, entry, value):
        if pair in value or entry in value or value.endswith(tuple(entry)):
            return  # no separator can stand inside a value
        parser = AddressParser(entry_separator=entry, pair_separator=pair)
        text = entry.join(
            f"{key}{pair}{part}" for key, part in (("account_number", value), ("fa_type", "BANK"))
        )
        self.assertEqual(parser.parse(text).account_number, value)


class TestAddressConfig(BaseCase):
    def test_defaults_are_valid(self):
        address_config.check_separators(".", ":")
        address_config.parse_keys(address_config.DEFAULT_KEYS_TEXT, (".", ":"))
        address_config.parse_templates(address_config.DEFAULT_TEMPLATES_TEXT)

    def test_the_bad_line_is_named(self):
        for text, words in (
            ("fa_type = fa_type\n\n# note\nacct account_number", "Line 4"),
            ("fa_type = fa_type\nacct = account", "Line 2: 'account' is no field"),
            ("fa_type = fa_type\na.b = phone", "Line 2: the key 'a.b'"),
            ("fa_type = fa_type\nfa_type = phone", "Line 2: the key 'fa_type' stands"),
            ("acct = account_number", "fa_type = fa_type"),
        ):
            with self.subTest(text=text), self.assertRaises(ConfigError) as caught:
                address_config.parse_keys(text)
            self.assertIn(words, str(caught.exception))

    def test_the_bad_template_is_named(self):
        for line, words in (
            ("bank_{account_number}", "'{fa_type}' is missing"),
            ("{account_number}{fa_type}", "between two fields"),
            ("{account}_{fa_type}", "'{account}' is no field"),
            ("{phone}_{phone}_{fa_type}", "twice"),
            ("{phone_{fa_type}", "braces"),
        ):
            with self.subTest(line=line), self.assertRaises(ConfigError) as caught:
                address_config.parse_templates("# forms\n" + line)
            self.assertIn("Line 2", str(caught.exception))
            self.assertIn(words, str(caught.exception))

    def test_separators_that_cannot_work(self):
        for entry, pair in (("", ":"), (".", ""), (".", "."), ("::", ":"), ("x", ":"), ("@", ":")):
            with self.subTest(entry=entry, pair=pair), self.assertRaises(ConfigError):
                address_config.check_separators(entry, pair)
