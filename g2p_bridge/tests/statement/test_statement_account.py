# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError, ValidationError

from ..access.access_common import AccessCase
from .statement_common import StatementCase

UNKNOWN = "INVALID_ACCOUNT_NUMBER"
IBAN = "DE89370400440532013000"


class AccountCase(StatementCase):
    def setUp(self):
        super().setUp()
        self.line = self.shipped()[0]

    def hand_in(self, account, *entries, sponsor_bank=None, **values):
        record, known = self.receive(
            self.statement(*entries, account_number=account, **values), sponsor_bank=sponsor_bank
        )
        self.assertFalse(known)
        return record

    def assertProcessed(self, record, account):
        self.run_jobs()
        self.assertEqual(record.state, "done", record.latest_error_message)
        self.assertEqual(record.account_number, account)

    def assertWaits(self, record, text="No benefit program is paid"):
        self.run_jobs()
        self.assertEqual((record.state, record.latest_error_code), ("failed", UNKNOWN))
        self.assertIn(text, record.latest_error_message)
        self.assertFalse(record.entry_ids)


class TestSpellings(AccountCase):
    """However a bank writes an account, the statement leads to the program's."""

    def test_payments_are_found_by_a_spelling(self):
        record = self.hand_in("cash account USD", self.entry("D", self.line))
        self.assertProcessed(record, "CASH-ACCOUNT")
        self.assertEqual(record.account_as_written, "cash account USD")
        self.assertEqual(self.outcomes(record), ["matched"])
        self.assertEqual(self.line.state, "reconciled")

    def test_program_of_an_iban(self):
        self.make_program("PENSION", sponsor_bank_account_number=IBAN)
        for written in (f"COBADEFF/{IBAN}", "37040044/532013000", "0532013000USD"):
            with self.subTest(written):
                self.assertProcessed(self.hand_in(written, statement_number=""), IBAN)

    def test_former_account_of_a_program(self):
        self.program.sponsor_bank_account_number = "NEW-ACCOUNT"
        record = self.hand_in("CASHACCOUNT", self.entry("D", self.line))
        self.assertProcessed(record, "CASH-ACCOUNT")
        self.assertEqual(self.outcomes(record), ["matched"])

    def test_spellings_of_one_account_are_one_chain(self):
        first = self.hand_in("CASH-ACCOUNT", self.entry("D", "X", "5.00"))
        second = self.hand_in(
            "CASH ACCOUNT USD", opening_balance="17.00", **self.following(number=3)
        )
        third = self.hand_in("CASHACCOUNT", self.entry("D", "Y"), statement_number="1")
        self.assertEqual(third.correction_of_id, first)
        self.assertProcessed(second, "CASH-ACCOUNT")
        self.assertIn("3/1 does not follow 1/1", second.warnings)

    def test_further_spelling_of_a_program(self):
        self.program.account_spellings = "Main account\n\n Branch 9, No. 7 "
        for written in ("MAIN ACCOUNT", "Branch 9, No. 7"):
            with self.subTest(written):
                self.assertProcessed(self.hand_in(written, statement_number=""), "CASH-ACCOUNT")

    def test_what_may_be_two_accounts_waits(self):
        self.make_program("PENSION", sponsor_bank_account_number="0012345")
        self.make_program("GRANT", sponsor_bank_account_number="012345")
        record = self.hand_in("12345")
        self.assertWaits(record, "may be any of these")
        for name in ("Pension", "Grant", "Scripted Bank"):
            self.assertIn(name, record.latest_error_message)
        for number in ("0012345", "12345"):
            self.assertNotIn(number, record.latest_error_message + record.activity_ids.summary)

    def test_one_account_at_two_banks_waits(self):
        other = self.env["g2p.bridge.sponsor.bank"].create({"name": "Other", "code": "OTHER"})
        self.make_program(
            "PENSION", sponsor_bank_id=other.id, sponsor_bank_account_number="CASH-ACCOUNT"
        )
        self.assertWaits(self.hand_in("CASH-ACCOUNT"), "Scripted Bank (Cash)")
        record = self.hand_in("CASH-ACCOUNT", statement_number="2", sponsor_bank=other)
        self.assertProcessed(record, "CASH-ACCOUNT")
        self.assertEqual(record.sponsor_bank_id, other)

    def test_several_programs_of_one_account_are_one(self):
        self.make_program("PENSION", sponsor_bank_account_number="CASH-ACCOUNT")
        self.assertProcessed(self.hand_in("CASH-ACCOUNT USD"), "CASH-ACCOUNT")


class TestUnknownAccounts(AccountCase):
    """A statement of an account that nobody knows waits, and goes on when somebody does."""

    def test_it_waits_and_somebody_is_told(self):
        record = self.hand_in("STRANGER")
        self.assertWaits(record)
        self.assertTrue(record.file_id.content)
        self.assertIn("No benefit program", record.activity_ids.summary)
        self.assertNotIn("STRANGER", record.activity_ids.summary + record.latest_error_message)
        self.assertEqual([notice["code"] for notice in record._notices()], [UNKNOWN])

    def test_new_program(self):
        record = self.hand_in("STRANGER")
        self.assertWaits(record)
        self.make_program("PENSION", sponsor_bank_account_number="stranger")
        self.assertProcessed(record, "stranger")
        self.assertFalse(record.activity_ids)
        self.assertEqual(record.sponsor_bank_id, self.bank)

    def test_further_spelling(self):
        record = self.hand_in("STRANGER", self.entry("D", self.line))
        self.assertWaits(record)
        self.program.account_spellings = "STRANGER"
        self.assertProcessed(record, "CASH-ACCOUNT")
        self.assertEqual(self.line.state, "reconciled")

    def test_account_of_a_program_that_changes(self):
        record = self.hand_in("STRANGER")
        self.assertWaits(record)
        self.program.sponsor_bank_account_number = "STRANGER"
        self.assertProcessed(record, "STRANGER")

    def test_long_statement(self):
        self.format_script.part_lines = 2
        lines = [self.entry("D", f"X{number}") for number in range(5)]
        record = self.hand_in("STRANGER", *lines)
        self.assertWaits(record)
        self.program.account_spellings = "STRANGER"
        self.assertProcessed(record, "CASH-ACCOUNT")
        self.assertEqual(record.entry_count, 5)

    def test_several_of_them_go_on_in_their_order(self):
        second = self.hand_in("STRANGER", self.entry("RD", self.line), **self.following())
        first = self.hand_in("STRANGER", self.entry("D", self.line))
        third = self.hand_in("STRANGER", self.entry("D", "X"))
        self.program.account_spellings = "STRANGER"
        self.assertProcessed(first, "CASH-ACCOUNT")
        self.assertProcessed(second, "CASH-ACCOUNT")
        self.assertEqual(self.line.state, "reversed")
        self.assertEqual((third.state, third.correction_of_id), ("failed", first))

    def test_number_is_compared_when_the_account_is_known(self):
        first = self.process(self.entry("D", "X"))
        record = self.hand_in("STRANGER", self.entry("D", self.line))
        self.program.account_spellings = "STRANGER"
        self.run_jobs()
        self.assertEqual(record.correction_of_id, first)
        self.assertEqual((record.state, record.latest_error_code), ("failed", "CORRECTION"))

    def test_of_another_company_it_is_not(self):
        record = self.hand_in("STRANGER")
        company = self.env["res.company"].create({"name": "Other Ministry"})
        bank = self.env["g2p.bridge.sponsor.bank"].create(
            {"name": "Other", "code": "OTHER", "company_id": company.id}
        )
        self.make_program(
            "PENSION",
            company_id=company.id,
            sponsor_bank_id=bank.id,
            sponsor_bank_account_number="STRANGER",
        )
        self.assertWaits(record)

    def test_what_a_bank_sent_never_becomes_another_bank_s(self):
        other = self.env["g2p.bridge.sponsor.bank"].create({"name": "Other", "code": "OTHER"})
        record = self.hand_in("CASH-ACCOUNT", self.entry("D", self.line), sponsor_bank=other)
        self.program.account_spellings = "CASH ACCOUNT 1"
        self.assertWaits(record)
        # Nor is it in the way of the account's own bank.
        own = self.hand_in("CASH-ACCOUNT", self.entry("D", self.line), sponsor_bank=self.bank)
        self.assertProcessed(own, "CASH-ACCOUNT")

    def test_same_statement_for_a_bank_and_by_hand_is_one(self):
        record = self.hand_in("STRANGER")
        again, known = self.receive(
            self.statement(account_number="STRANGER"), sponsor_bank=self.bank
        )
        self.assertEqual((again, known), (record, record))
        self.program.account_spellings = "STRANGER"
        self.assertProcessed(record, "CASH-ACCOUNT")
        again, _known = self.receive(self.statement(account_number="STRANGER"))
        self.assertEqual(again, record)

    def test_one_to_do_for_all_of_an_account(self):
        records, _known = self.receive(
            *[
                self.statement(account_number=account, **self.following(days=day, number=day))
                for day in range(1, 8)
                for account in ("STRANGER", "FOREIGNER")
            ]
        )
        self.assertEqual(len(records.activity_ids), 2)
        self.assertTrue(records[0].activity_ids and records[1].activity_ids)

    def test_account_that_is_lost_before_its_turn(self):
        self.make_program("PENSION", sponsor_bank_account_number="LOST")
        record = self.hand_in("LOST")
        program = self.env["g2p.bridge.program"].search(
            [("sponsor_bank_account_number", "=", "LOST")]
        )
        program.sponsor_bank_account_number = "FOUND"
        self.assertWaits(record)
        program.account_spellings = "LOST"
        self.assertProcessed(record, "FOUND")


class TestWhoMay(AccountCase, AccessCase):
    def decide(self, name, record, program):
        wizard = self.rpc_model(
            name,
            "g2p.bridge.decision",
            "create",
            {
                "kind": "statement_account",
                "res_model": record._name,
                "res_ids": str(record.id),
                "reason": "The bank wrote so",
                "program_id": program.id if program else False,
            },
        )
        self.rpc(name, self.env["g2p.bridge.decision"].browse(wizard), "action_confirm")
        self.env.invalidate_all()

    def test_finance_chooses_the_account(self):
        record = self.hand_in("STRANGER", self.entry("D", self.line))
        self.assertWaits(record)
        self.assertOnly(("finance",), lambda name: self.decide(name, record, self.program))
        self.decide("finance", record, self.program)
        self.assertProcessed(record, "CASH-ACCOUNT")
        told = self.env["g2p.bridge.audit"].search(
            [("model", "=", record._name), ("res_id", "=", record.id)], limit=1
        )
        self.assertEqual((told.action, told.old_value), ("choose_account", "••••NGER"))
        self.assertEqual(told.new_value, "••••OUNT")

    def test_account_of_another_bank_is_refused(self):
        other = self.env["g2p.bridge.sponsor.bank"].create({"name": "Other", "code": "OTHER"})
        record = self.hand_in("STRANGER", sponsor_bank=other)
        with self.assertRaisesRegex(UserError, "another bank"):
            self.decide("finance", record, self.program)

    def test_no_account_chosen(self):
        with self.assertRaisesRegex(UserError, "Choose a program"):
            self.decide("finance", self.hand_in("STRANGER"), None)

    def test_strangers_statement_is_left(self):
        record = self.hand_in("STRANGER")
        record.sudo()._decide_leave("It is of nobody here")
        self.program.account_spellings = "STRANGER"
        self.run_jobs()
        self.assertEqual(record.state, "cancelled")
        self.assertFalse(record.activity_ids)

    def test_trying_again_finds_the_account(self):
        record = self.hand_in("STRANGER")
        self.assertWaits(record)
        self.rpc("finance", record, "action_try_again")
        self.assertWaits(record)
        self.program.account_spellings = "STRANGER"
        self.env["queue.job"].search([("state", "=", "pending")]).unlink()
        self.rpc("finance", record, "action_try_again")
        self.assertProcessed(record, "CASH-ACCOUNT")

    def test_heartbeat_finds_the_account(self):
        record = self.hand_in("STRANGER")
        self.program.account_spellings = "STRANGER"
        self.env["queue.job"].search([("state", "=", "pending")]).unlink()
        self.env["g2p.bridge.statement"]._cron_heartbeat()
        self.assertProcessed(record, "CASH-ACCOUNT")

    def test_administrators_enter_spellings(self):
        spelled = {"account_spellings": "STRANGER"}
        self.assertOnly(("admin",), lambda name: self.rpc(name, self.program, "write", spelled))
        for name in ("officer", "approver", "auditor"):
            self.assertForbidden(self.rpc, name, self.program, "read", ["account_spellings"])

    def test_spelling_of_another_account_is_refused(self):
        self.make_program("PENSION", account_spellings="Second account")
        for spelling in ("PENSION ACCOUNT", "second-account"):
            with self.subTest(spelling), self.assertRaisesRegex(ValidationError, spelling):
                with self.env.cr.savepoint():
                    self.program.account_spellings = f"fine\n{spelling}"
        self.program.account_spellings = "cash account"  # its own number

    def test_spelling_that_is_no_account(self):
        with self.assertRaisesRegex(ValidationError, "longer than 64"):
            self.program.account_spellings = "one, two, " * 20

    def test_change_of_spellings_is_audited_without_them(self):
        self.program.account_spellings = "SECRET-SPELLING-1234"
        told = self.env["g2p.bridge.audit"].search([("res_id", "=", self.program.id)], limit=1)
        self.assertEqual(told.action, "change")
        self.assertNotIn("SECRET", f"{told.new_value} {told.what}")
