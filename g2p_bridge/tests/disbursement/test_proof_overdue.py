# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Payments that no statement proves in time: which they are, and who is told."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from freezegun import freeze_time
from odoo.tools import mute_logger
from psycopg2.errors import CheckViolation

from ..access.access_common import AccessCase
from ..health.health_common import HealthCase

MONDAY = date(2026, 11, 16)


def on(days, hour=12):
    """Whatever happens in this context happens so many days after Monday, hour UTC."""
    return freeze_time(datetime.combine(MONDAY + timedelta(days=days), time(hour)))


class ProofCase(AccessCase):
    """Payments that are handed to the bank on a Monday; it is given three business days."""

    def setUp(self):
        super().setUp()
        self.enterContext(on(0))

    def overdue(self, days, hour=12, name="finance"):
        """What finance finds by the filter, so many days later."""
        self.env.invalidate_all()
        with on(days, hour):
            lines = self.env["g2p.bridge.disbursement"].with_user(self.users[name])
            found = lines.search([("is_proof_overdue", "=", True)])
            everything = lines.search([])
            self.assertEqual(everything.filtered("is_proof_overdue"), found)
            self.assertEqual(lines.search([("is_proof_overdue", "=", False)]), everything - found)
        return found.sudo()


class TestProofOverdue(ProofCase):
    def test_three_business_days_unless_the_bank_is_given_more_or_fewer(self):
        lines = self.shipped()
        self.assertFalse(self.overdue(3))  # Thursday
        self.assertEqual(self.overdue(4), lines)
        self.bank.proof_business_days = 5
        self.assertFalse(self.overdue(7))  # the next Monday
        self.assertEqual(self.overdue(8), lines)
        self.bank.proof_business_days = 1
        self.assertEqual(self.overdue(2), lines)

    def test_weekends_are_no_time_that_a_bank_has(self):
        with on(4):
            lines = self.shipped()
        self.assertFalse(self.overdue(9))  # Wednesday
        self.assertEqual(self.overdue(10), lines)

    def test_days_are_those_of_the_company(self):
        lines = self.shipped()
        self.env.company.partner_id.tz = "Pacific/Auckland"
        self.assertFalse(self.overdue(3, hour=9))
        self.assertEqual(self.overdue(3, hour=13), lines, "it is Friday there")
        self.env.company.partner_id.tz = "America/Lima"
        self.assertFalse(self.overdue(4, hour=3), "it is Thursday there")

    def test_each_bank_has_its_own_time(self):
        lines = self.shipped()
        slow = self.bank.copy({"code": "SLOW", "proof_business_days": 9, "environment": "test"})
        self.make_program("FOOD", sponsor_bank_id=slow.id)
        others = self.shipped(benefit_program_mnemonic="FOOD")
        self.assertEqual(self.overdue(4), lines)
        self.assertEqual(self.overdue(14), lines | others)

    def test_what_a_statement_proves_is_none_of_them_also_if_it_came_back(self):
        first, second, third = self.shipped()
        self.process(self.entry("D", first), self.entry("D", second), self.entry("RD", second))
        self.assertEqual(self.overdue(4), third)

    def test_what_has_not_left_is_none_of_them(self):
        envelope = self.filled_envelope()
        self.bank_script.script["initiate_payment"] = [RuntimeError("no answer")]
        with mute_logger("odoo.addons.g2p_bridge.models.step.step_mixin"):
            self.run_jobs()
        self.assertEqual(envelope.bank_batch_ids.state, "uncertain")
        self.assertFalse(self.overdue(30), "its outcome is a task of its own")

    def test_what_is_paid_in_another_place_or_archived_is_none_of_them(self):
        first, second, third = self.shipped()
        self.process(self.entry("D", first), self.entry("RD", first))
        with on(1):
            reissue = self.create_envelope(
                cycle_code_mnemonic="AGAIN",
                number_of_beneficiaries=1,
                number_of_disbursements=1,
                total_disbursement_amount="10.00",
            )
            rows = self.rows(reissue, "10.00", reissue_of=first.disbursement_id)
            self.service.create_disbursements(rows)
        # Whatever becomes of lines of statements: a payment that has another in its place waits
        # for no proof.
        self.env.cr.execute(
            "UPDATE g2p_bridge_disbursement SET state = 'shipped' WHERE id = %s", [first.id]
        )
        self.assertEqual(self.overdue(4), second | third)
        first.envelope_id.archive_state = "archived"
        self.assertFalse(self.overdue(4))

    def test_other_companies_are_not_told(self):
        self.shipped()
        other = self.env["res.company"].create({"name": "Other Ministry"})
        self.users["finance"].write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        self.assertFalse(self.overdue(4))

    def test_a_bank_is_given_a_whole_number_of_days_from_one(self):
        for days in (0, -1, 1000):
            with (
                self.subTest(days),
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
                self.env.cr.savepoint(),
            ):
                self.bank.proof_business_days = days
                self.env.flush_all()


class TestProofTask(ProofCase):
    """The task on the dashboard, and the list that it opens."""

    def task(self, key, days, name="finance", *args):
        self.env.invalidate_all()
        with on(days):
            answer = self.rpc_model(name, "g2p.bridge.dashboard", "read_dashboard", *args)
            task = next(task for task in answer["tasks"] if task["key"] == key)
            action = self.env["ir.actions.actions"]._for_xml_id(task["link"]["action"])
            records = self.env[action["res_model"]].with_user(self.users[name])
            return task, records.search(task["link"]["domain"])

    def test_count_and_money_by_currency_and_exactly_these_payments(self):
        lines = self.shipped()
        self.process(self.entry("D", lines[0]))
        euro = self.env.ref("base.EUR")
        euro.active = True
        food = self.make_program("FOOD", currency_id=euro.id)
        values = {"benefit_program_mnemonic": "FOOD", "disbursement_currency_code": "EUR"}
        others = self.shipped("0.10", "0.20", "0.30", **values)
        task, listed = self.task("unproved", 4)
        self.assertEqual((task["value"], task["mine"], task["verb"]), (5, 5, "Look into it"))
        money = [(row["currency"], row["count"], row["amount"]) for row in task["amounts"]]
        self.assertEqual(money, [("EUR", 3, "0.60"), ("USD", 2, "50.75")])
        self.assertEqual(listed, lines[1:] | others)
        task, listed = self.task("unproved", 4, "finance", "month", food.id)
        self.assertEqual((task["value"], listed), (3, others))

    def test_it_is_for_finance_and_others_see_it(self):
        self.shipped()
        task, listed = self.task("unproved", 4, "officer")
        self.assertEqual((task["value"], task["mine"], len(listed)), (3, 0, 3))

    def test_nothing_in_time_is_a_task(self):
        self.shipped()
        task, listed = self.task("unproved", 3)
        self.assertEqual((task["value"], task["amounts"], len(listed)), (0, [], 0))

    def test_statements_before_which_one_is_missing(self):
        lines = self.shipped()
        self.process(self.entry("D", lines[0]))
        task, listed = self.task("missing_statement", 0)
        self.assertFalse(task["value"] or listed)
        third = self.process(
            self.entry("D", lines[1]), **self.following(2, 3, opening_balance="970.00")
        )
        task, listed = self.task("missing_statement", 0)
        self.assertEqual((task["value"], task["mine"], listed), (1, 1, third))
        self.assertTrue(third.has_warnings)

    def test_a_number_or_a_balance_that_does_not_follow_is_a_gap_and_nothing_else_is(self):
        self.process(self.entry("D", "NONREF", "1.00"), closing_balance=Decimal("7.00"))
        for number, opening, is_gap in ((2, "7.00", False), (3, "7.50", True), (9, "7.50", True)):
            with self.subTest(number=number):
                record = self.process(opening_balance=opening, **self.following(number, number))
                self.assertEqual(record.is_gap_before, is_gap)
        first = self.env["g2p.bridge.statement"].search([], order="id", limit=1)
        self.assertTrue(first.has_warnings)
        self.assertFalse(first.is_gap_before, "its own balances do not agree: none is missing")


class TestProofHealth(HealthCase):
    """The figures of Health, for people and for monitoring."""

    def setUp(self):
        super().setUp()
        self.lines = self.shipped()
        self.env.flush_all()

    def read_later(self, days, name="finance"):
        with self.later(days * 24 * 60):
            for cron in self.crons.values():
                cron.nextcall = self.soon + timedelta(days=days)
            return self.read(name)["unproved"], self.read(name)["well"]

    def figures(self, days):
        """{figure with its labels: number}, as monitoring reads them."""
        with self.later(days * 24 * 60):
            text = self.health._metrics(self.env.company).decode()
        rows = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
        return {name.removeprefix("g2p_bridge_"): float(value) for name, _space, value in rows}

    def test_all_is_well_while_there_is_time(self):
        unproved, well = self.read_later(0)
        self.assertEqual((unproved["rows"], unproved["gaps"], well), ([], 0, True))
        self.assertFalse([name for name in self.figures(0) if name.startswith("unproved")])

    def test_money_that_is_not_proved_in_time_and_its_list(self):
        unproved, well = self.read_later(7)
        row = unproved["rows"][0]
        self.assertEqual((row["currency"], row["count"], row["amount"]), ("USD", 3, "60.75"))
        self.assertFalse(well)
        with self.later(7 * 24 * 60):
            found = self.env["g2p.bridge.disbursement"].search(unproved["link"]["domain"])
        self.assertEqual(found, self.lines)
        figures = self.figures(7)
        self.assertEqual(figures['unproved_payments{currency="USD"}'], 3)
        self.assertEqual(figures['unproved_amount{currency="USD"}'], 60.75)

    def test_missing_statements(self):
        self.process(*[self.entry("D", line) for line in self.lines])
        last = self.process(**self.following(1, 5, opening_balance="939.25"))
        unproved, well = self.read_later(7)
        self.assertEqual((unproved["rows"], unproved["gaps"], well), ([], 1, False))
        domain = unproved["gaps_link"]["domain"]
        self.assertEqual(self.env["g2p.bridge.statement"].search(domain), last)
        self.assertEqual(self.figures(0)["missing_statements"], 1)

    def test_each_company_is_told_of_its_own(self):
        other = self.env["res.company"].create({"name": "Other Ministry"})
        with self.later(7 * 24 * 60):
            self.assertIn(b"unproved_payments{", self.health._metrics(self.env.company))
            self.assertNotIn(b"unproved_payments{", self.health._metrics(other))
