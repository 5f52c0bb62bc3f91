# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta
from decimal import Decimal

from odoo.exceptions import UserError

from ..access.access_common import AccessCase
from .statement_common import DAY, StatementCase

CODE = "CORRECTION"


class CorrectionCase(StatementCase):
    """A statement that is processed, and others with its number."""

    def setUp(self):
        super().setUp()
        self.first_line, self.line, _third = self.shipped()
        self.record = self.process(self.entry("D", self.first_line))

    def hand_in(self, *entries, **values):
        """One statement with the number of the first, in a file of its own."""
        record, known = self.receive(self.statement(*entries, **values))
        self.assertFalse(known)
        return record

    def corrected(self, **values):
        """The first statement with one line more."""
        return self.hand_in(self.entry("D", self.first_line), self.entry("D", self.line), **values)

    def assertKeptBack(self, record, of=None):
        self.assertEqual((record.state, record.latest_error_code), ("failed", CODE))
        self.assertEqual(record.correction_of_id, of or self.record)
        self.run_jobs()
        self.assertEqual(record.state, "failed")
        self.assertFalse(record.entry_ids)

    def assertProcessed(self, *records):
        self.run_jobs()
        for record in records:
            self.assertEqual(record.state, "done", record.latest_error_message)
            self.assertFalse(record.correction_of_id)


class TestCorrections(CorrectionCase):
    """The same number with other content is never dropped, and never applied unasked."""

    def test_correction_is_kept_and_not_applied(self):
        record = self.corrected()
        self.assertKeptBack(record)
        self.assertEqual(self.line.state, "shipped")
        self.assertTrue(record.file_id.content)

    def test_people_are_told(self):
        record = self.corrected()
        self.assertIn(self.record.statement_id, record.latest_error_message)
        self.assertIn("numbering", record.latest_error_message)
        self.assertIn(record.statement_id, self.record.message_ids[0].body)
        self.assertTrue(record.activity_ids)
        self.assertEqual(
            record._notices(),
            [
                {
                    "statement_id": record.statement_id,
                    "code": CODE,
                    "message": record.latest_error_message,
                }
            ],
        )

    def test_the_same_correction_again_is_known(self):
        record = self.corrected()
        again, known = self.receive(
            self.statement(self.entry("D", self.first_line), self.entry("D", self.line))
        )
        self.assertEqual((again, known), (record, record))

    def test_next_page_of_the_same_number_is_another_statement(self):
        self.assertProcessed(self.corrected(sequence_number="2"))

    def test_another_day_is_another_statement(self):
        self.assertProcessed(self.corrected(statement_date=DAY + timedelta(days=1)))

    def test_what_follows_on_the_other_is_another_statement(self):
        closing = Decimal("990.00")
        self.assertEqual(self.record.closing_balance, 990.00)
        self.assertProcessed(self.hand_in(self.entry("D", self.line), opening_balance=closing))

    def test_numbers_are_compared_as_numbers(self):
        self.assertKeptBack(self.corrected(statement_number="001", sequence_number="00001"))

    def test_another_currency_numbers_by_itself(self):
        self.assertProcessed(self.hand_in(currency="EUR"))

    def test_another_bank_numbers_by_itself(self):
        other = self.env["g2p.bridge.sponsor.bank"].create({"name": "Other", "code": "OTHER"})
        self.make_program(
            "PENSION", sponsor_bank_id=other.id, sponsor_bank_account_number="CASH-ACCOUNT"
        )
        record, _known = self.receive(
            self.statement(self.entry("C", "X", "1.00")), sponsor_bank=other
        )
        self.assertProcessed(record)

    def test_two_of_one_number_in_one_file_are_two(self):
        values = self.following()
        records, _known = self.receive(
            self.statement(self.entry("D", self.line), **values),
            self.statement(self.entry("C", "X", "1.00"), **values),
        )
        self.assertEqual(len(records), 2)
        self.assertProcessed(*records)

    def test_statement_that_was_not_read_has_no_number(self):
        self.record.write({"state": "failed", "latest_error_code": "INVALID_FORMAT"})
        self.assertProcessed(self.corrected())

    def test_correction_of_one_that_is_not_processed_yet(self):
        waiting = self.hand_in(self.entry("D", "X"), **self.following())
        self.assertKeptBack(self.hand_in(self.entry("D", "Y"), **self.following()), waiting)

    def test_bank_that_begins_again(self):
        for day in (date(2026, 12, 20), date(2027, 1, 20), date(2027, 11, 20)):
            self.assertProcessed(self.corrected(statement_date=day))


class TestNumbering(CorrectionCase):
    """How a bank numbers is set on its record, or found out."""

    def second(self, **values):
        return self.hand_in(self.entry("D", "X", "2.00"), **values)

    def test_set_to_none(self):
        self.bank.statement_numbering = "none"
        self.assertProcessed(self.second(), self.corrected())

    def test_set_to_none_when_some_wait_already(self):
        waiting = [self.second(), self.corrected()]
        self.bank.statement_numbering = "none"
        self.run_jobs()
        for record in waiting:
            self.assertEqual(record.state, "done")
            self.assertFalse(record.activity_ids)
            self.assertIn("does not number", record.message_ids[-1].body)

    def test_none_is_found_out_by_two_days(self):
        """As OpenG2P's example bank: always 1/1, always the same opening balance."""
        waiting = self.second()
        self.assertKeptBack(waiting)
        next_day = {"statement_date": DAY + timedelta(days=1)}
        self.assertProcessed(self.second(**next_day), self.corrected(**next_day))

    def test_one_number_that_comes_again_among_many_is_no_numbering(self):
        for number in (2, 3, 4):
            self.process(**self.following(days=number, number=number))
        again = self.second(**self.following(days=5, number=4))
        self.assertProcessed(again)
        self.assertKeptBack(self.corrected(**self.following(days=5, number=4)), again)

    def assertWarned(self, record, warned):
        self.assertEqual(record.state, "done")
        gap = "does not follow" in (record.warnings or "")
        self.assertEqual((gap, record.is_gap_before), (warned, warned), record.warnings)

    def page(self, day, number):
        return self.process(
            statement_date=day,
            statement_number=str(number),
            opening_balance="990.00",
        )

    def test_set_to_what_begins_again(self):
        for numbering, month, year in (
            ("consecutive", True, True),
            ("yearly", True, False),
            ("monthly", False, False),
            ("none", False, False),
        ):
            with self.subTest(numbering):
                self.bank.statement_numbering = numbering
                number = self.env["g2p.bridge.statement"].search_count([])
                account = f"ACCOUNT-{number}"
                self.make_program(numbering.upper(), sponsor_bank_account_number=account)
                pages = [
                    self.process(
                        account_number=account, statement_date=day, statement_number=str(number)
                    )
                    for day, number in (
                        (date(2026, 10, 30), 20),
                        (date(2026, 11, 2), 1),
                        (date(2027, 1, 2), 1),
                    )
                ]
                for record, warned in zip(pages, (False, month, year), strict=True):
                    self.assertWarned(record, warned)

    def test_found_out_that_it_begins_again(self):
        self.page(date(2026, 11, 30), 2)
        self.assertWarned(self.page(date(2026, 12, 1), 1), False)
        self.assertWarned(self.page(date(2026, 12, 2), 2), False)
        self.assertWarned(self.page(date(2026, 12, 3), 4), True)

    def test_where_numbers_say_nothing_none_is_missing(self):
        for day in (21, 22, 23):
            self.assertWarned(self.page(date(2026, 11, day), 1), False)
        self.assertWarned(self.page(date(2026, 11, 24), 7), False)

    def test_31_december_comes_before_2_january(self):
        """By their dates, though the later one has the smaller number and came first."""
        second = self.hand_in(
            self.entry("RD", self.line), statement_date=date(2027, 1, 2), statement_number="1"
        )
        first = self.hand_in(
            self.entry("D", self.line), statement_date=date(2026, 12, 31), statement_number="9"
        )
        second._job_step()
        self.env.invalidate_all()
        self.assertEqual(second.state, "pending")
        self.assertProcessed(first, second)
        self.assertEqual(self.line.state, "reversed")


class TestChains(StatementCase):
    """Statements follow on each other by account and currency."""

    def page(self, day, number, opening, closing, **values):
        move = Decimal(closing) - Decimal(opening)
        entries = [self.entry("C" if move > 0 else "D", "NONREF", str(abs(move)))] if move else []
        return self.process(
            *entries,
            statement_date=DAY + timedelta(days=day),
            statement_number=str(number),
            opening_balance=opening,
            **values,
        )

    def test_currencies_of_one_account_are_apart(self):
        dollars = self.page(0, 10, "1000", "1000")
        euros = self.page(1, 11, "55", "55", currency="EUR")
        more = self.page(2, 11, "1000", "970")
        for record in (dollars, euros, more):
            self.assertFalse(record.has_warnings, record.warnings)

    def test_missing_statement_that_comes_late_takes_the_warnings_back(self):
        first = self.page(0, 1, "10", "15")
        later = self.page(2, 3, "20", "20")
        self.assertTrue(later.has_warnings and later.is_gap_before)
        self.assertEqual(len(later.warnings.splitlines()), 2)
        missing = self.page(1, 2, "15", "20")
        for record in (first, missing, later):
            self.assertFalse(record.has_warnings, record.warnings)
            self.assertFalse(record.is_gap_before)
        self.assertIn("compared anew", later.message_ids[0].body)

    def test_warnings_of_its_own_stay(self):
        self.page(0, 1, "10", "15")
        later = self.page(2, 3, "20", "20", closing_balance=Decimal("21"))
        self.page(1, 2, "15", "20")
        self.assertFalse(later.is_gap_before)
        self.assertIn("do not give the closing balance", later.warnings)
        self.assertEqual(len(later.warnings.splitlines()), 1)

    def test_late_one_that_does_not_fill_the_gap(self):
        self.page(0, 1, "10", "15")
        later = self.page(3, 4, "20", "20")
        self.page(1, 2, "15", "17")
        self.assertTrue(later.is_gap_before)
        self.assertIn("4/1 does not follow 2/1", later.warnings)
        self.assertIn("17.00", later.warnings)

    def test_nothing_of_what_comes_late_is_missed_by_those_further_behind(self):
        self.page(0, 1, "10", "15")
        self.page(2, 3, "20", "25")
        last = self.page(3, 4, "25", "25")
        before = last.message_ids
        self.page(1, 2, "15", "20")
        self.assertEqual(last.message_ids, before)


class TestDecisions(CorrectionCase, AccessCase):
    """Finance decides what becomes of a correction."""

    def setUp(self):
        super().setUp()
        self.waiting = self.corrected()

    def decide(self, kind, records=None, user="finance", **values):
        records = records or self.waiting
        wizard = self.rpc_model(
            user,
            "g2p.bridge.decision",
            "create",
            {
                "kind": kind,
                "res_model": records._name,
                "res_ids": ",".join(map(str, records.ids)),
                "reason": "The bank wrote so",
                **values,
            },
        )
        self.rpc(user, self.env["g2p.bridge.decision"].browse(wizard), "action_confirm")
        self.env.invalidate_all()

    def audited(self, record):
        return self.env["g2p.bridge.audit"].search(
            [("model", "=", record._name), ("res_id", "=", record.id)], limit=1
        )

    def test_it_is_another_statement(self):
        self.decide("statement_another")
        self.run_jobs()
        self.assertEqual(self.waiting.state, "done")
        self.assertEqual(self.outcomes(self.waiting), ["DUPLICATE_DISBURSEMENT", "matched"])
        self.assertEqual(self.line.state, "reconciled")
        self.assertEqual(self.waiting.correction_of_id, self.record)
        self.assertFalse(self.waiting.activity_ids)
        told = self.audited(self.waiting)
        self.assertEqual(
            (told.action, told.user_id, told.reason),
            ("another_statement", self.users["finance"], "The bank wrote so"),
        )

    def test_leave_it(self):
        self.decide("statement_leave")
        self.run_jobs()
        self.assertEqual(self.waiting.state, "cancelled")
        self.assertFalse(self.waiting.entry_ids or self.waiting.activity_ids)
        self.assertTrue(self.waiting.file_id.content)
        self.assertEqual(self.audited(self.waiting).action, "leave_statement")
        self.assertIn("The bank wrote so", self.waiting.message_ids[0].body)

    def test_what_was_left_can_still_be_another_statement(self):
        self.decide("statement_leave")
        self.decide("statement_another")
        self.run_jobs()
        self.assertEqual(self.waiting.state, "done")

    def test_what_was_left_does_not_count_as_having_the_number(self):
        self.decide("statement_leave")
        third = self.hand_in(self.entry("D", "X"))
        self.assertKeptBack(third)

    def test_what_is_another_has_the_number_too(self):
        self.decide("statement_another")
        self.run_jobs()
        third = self.hand_in(self.entry("D", "X"), opening_balance="970.00")
        self.assertProcessed(third)

    def test_once_decided_it_is_not_kept_back_again(self):
        self.decide("statement_another")
        self.waiting.write({"state": "failed", "latest_error_code": "INVALID_FORMAT"})
        self.rpc("finance", self.waiting, "action_try_again")
        self.run_jobs()
        self.assertEqual(self.waiting.state, "done")

    def test_trying_again_is_no_decision(self):
        with self.assertRaisesRegex(UserError, "decide whether"):
            self.rpc("finance", self.waiting, "action_try_again")

    def test_trying_again_what_has_lost_its_number_meanwhile(self):
        self.waiting.write({"state": "failed", "latest_error_code": "INVALID_FORMAT"})
        self.rpc("finance", self.waiting, "action_try_again")
        self.env.invalidate_all()
        self.assertKeptBack(self.waiting)

    def test_nothing_to_decide_about_others(self):
        for kind in ("statement_another", "statement_leave"):
            with self.subTest(kind), self.assertRaisesRegex(UserError, "nothing to decide"):
                self.decide(kind, self.record)
        with self.assertRaisesRegex(UserError, "nothing to decide"):
            self.decide("statement_account", self.waiting, program_id=self.program.id)

    def test_all_or_none(self):
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.decide("statement_leave", self.waiting + self.record)
        self.assertEqual(self.waiting.state, "failed")

    def test_only_finance(self):
        for kind in ("statement_another", "statement_leave"):
            self.assertOnly(("finance",), lambda name, kind=kind: self.decide(kind, user=name))
        for button in ("action_is_another", "action_leave", "action_choose_account"):
            with self.subTest(button):
                self.assertOnly(
                    ("finance",), lambda name, button=button: self.rpc(name, self.waiting, button)
                )

    def test_to_do_is_of_somebody_who_may_decide(self):
        self.assertEqual(self.waiting.activity_ids.user_id, self.users["finance"])
        self.program.responsible_id = self.users["officer"]
        third = self.hand_in(self.entry("D", "X"))
        self.assertEqual(third.activity_ids.user_id, self.users["finance"])

    def test_dashboard_of_finance(self):
        dashboard = self.env["g2p.bridge.dashboard"].with_user(self.users["finance"])
        tasks = {task["key"]: task for task in dashboard.read_dashboard()["tasks"]}
        self.assertEqual(tasks["undecided_statement"]["mine"], 1)
        self.assertEqual(tasks["failed_statement"]["value"], 0)
        domain = tasks["undecided_statement"]["link"]["domain"]
        self.assertEqual(self.env["g2p.bridge.statement"].search(domain), self.waiting)

    def test_many_are_one_to_do(self):
        records, _known = self.receive(
            *[self.statement(self.entry("D", f"X{number}")) for number in range(30)]
        )
        self.assertEqual(set(records.mapped("latest_error_code")), {CODE})
        self.assertEqual(len(records.activity_ids), 1)
        self.assertEqual(len(records[0].activity_ids), 1)
        self.env["g2p.bridge.stall"]._cron_watch()
        stalls = self.env["g2p.bridge.stall"].search([("res_model", "=", records._name)])
        self.assertEqual((len(stalls), stalls.item_count), (1, 31))
