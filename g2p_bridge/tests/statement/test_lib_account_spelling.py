# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest import TestCase

from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.iso7064 import mod_97_10

from ...lib.account_spelling import Account, KnownAccounts

DE = "DE89370400440532013000"  # bank 37040044, account 0532013000
OTHER_BANK = "DE75512108001245126199"


def german_iban(bank, number):
    check = mod_97_10.calc_check_digits(f"{bank}{number}DE")
    return f"DE{check}{bank}{number}"


def known(*accounts):
    return KnownAccounts(
        account if isinstance(account, Account) else Account(account, account, "USD")
        for account in accounts
    )


class TestSpellings(TestCase):
    """One account, written in every way that banks write it."""

    def assertLeads(self, written, account, currency="USD"):
        for others in ((), ("555", "9999999999", OTHER_BANK)):
            with self.subTest(written, account=account, others=others):
                self.assertEqual(known(account, *others).find(written, currency), [account])

    def assertLeadsNowhere(self, written, *accounts, currency="USD"):
        with self.subTest(written, accounts=accounts):
            self.assertEqual(known(*accounts).find(written, currency), [])

    def test_separators_and_capitals(self):
        for written in ("12 34-56/78", "12.345.678", " 12345678", "1234\u20105678"):
            self.assertLeads(written, "12345678")
        self.assertLeads("cash account", "CASH-ACCOUNT")
        self.assertLeads("CASHACCOUNT", "Cash-Account")

    def test_leading_zeros(self):
        self.assertLeads("0000123456", "123456")
        self.assertLeads("123456", "0000123456")

    def test_currency_behind_the_number(self):
        for written in ("123456USD", "123456 USD", "123456/USD", "123456-usd"):
            self.assertLeads(written, "123456")
            self.assertLeads(written, "123456", currency="")
        self.assertLeads(f"{DE}USD", DE)
        self.assertLeads(f"{DE}USD", "532013000")

    def test_currency_of_another_statement_is_no_suffix(self):
        self.assertLeadsNowhere("123456EUR", "123456")

    def test_account_entered_with_its_currency(self):
        accounts = [Account("in USD", "123456USD", "USD"), Account("in EUR", "123456EUR", "EUR")]
        for currency in ("USD", "EUR"):
            for written in ("123456", f"123456{currency}", f"123456 {currency.lower()}"):
                with self.subTest(written, currency=currency):
                    found = known(*accounts).find(written, currency)
                    self.assertEqual(found, [f"in {currency}"])

    def test_bank_code_before_the_number(self):
        for written in ("37040044/532013000", "370 400 44/0532013000", "COBADEFF/532013000"):
            self.assertLeads(written, "532013000")
        self.assertLeads("COBADEFFXXX/532013000USD", "532013000")
        self.assertLeadsNowhere("RUBBISH IN FRONT/532013000", "532013000")

    def test_iban_and_its_national_part(self):
        self.assertLeads("DE89 3704 0044 0532 0130 00", DE)
        self.assertLeads(f"COBADEFF/{DE}", DE)
        for part in ("370400440532013000", "37040044/532013000", "0532013000", "532013000"):
            self.assertLeads(DE, part)
            self.assertLeads(part, DE)

    def test_national_check_digits(self):
        french = "FR1420041010050500013M02606"
        for part in ("0500013M026", "500013M02606", "20041010050500013M02606"):
            self.assertLeads(french, part)
            self.assertLeads(part, french)
        self.assertLeadsNowhere(french, "6", "06")

    def test_same_number_at_another_bank_is_another_account(self):
        self.assertLeadsNowhere("51210800/532013000", DE)
        self.assertLeadsNowhere(german_iban("51210800", "0532013000"), DE)

    def test_what_looks_like_an_iban_and_is_none(self):
        self.assertLeadsNowhere(DE[:-1] + "1", "532013001", "532013000")

    def test_strictest_rule_wins(self):
        self.assertEqual(known("0123", "123").find("123"), ["123"])
        self.assertEqual(known("CASH-USD", "CASH").find("CASH-USD", "USD"), ["CASH-USD"])
        spelled = Account("spelled", "777", "USD", spellings=("0123 main",))
        self.assertEqual(known(spelled, "0123MAIN USD").find("0123MAIN", "USD"), ["spelled"])

    def test_nothing_is_guessed(self):
        self.assertEqual(known("0123", "00123").find("123"), ["0123", "00123"])
        self.assertEqual(len(known(DE, "532013000").find("00532013000")), 2)
        self.assertLeadsNowhere("1234", "12345", "234")
        self.assertLeadsNowhere("", "0", "1")

    def test_further_spellings(self):
        account = Account("key", "4711", "USD", spellings=("Main account, branch 9", "4711 B"))
        for written in ("MAIN ACCOUNT, BRANCH 9", "4711-b", "4711 B USD"):
            with self.subTest(written):
                self.assertEqual(known(account).find(written, "USD"), ["key"])

    @settings(max_examples=50, deadline=None)
    @given(
        bank=st.text("0123456789", min_size=8, max_size=8),
        number=st.text("0123456789", min_size=10, max_size=10).filter(lambda text: int(text)),
        currency=st.sampled_from(["", "USD"]),
    )
    def test_any_german_account_both_ways(self, bank, number, currency):
        whole, national = german_iban(bank, number), f"{bank}{number}"
        short = [f"{bank}/{number}", number, number.lstrip("0")]
        pairs = {(one, other) for one in short for other in short}
        pairs |= {
            pair for one in (whole, national, *short) for pair in ((one, whole), (whole, one))
        }
        for account, written in pairs:
            self.assertEqual(known(account).find(written + currency, "USD"), [account])

    @given(st.text(max_size=40), st.text(max_size=40), st.sampled_from(["", "USD", "EUR"]))
    def test_any_text(self, written, account, currency):
        self.assertIn(known(account).find(written, currency), [[], [account]])
        self.assertEqual(known(account).find(account, currency), [account])
