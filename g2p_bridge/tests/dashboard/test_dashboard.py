# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The figures of the landing page, against envelopes whose life is known."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError

from ..access.access_common import GROUPS, AccessCase

MODEL = "g2p.bridge.dashboard"


class DashboardCase(AccessCase):
    """What the dashboard answers to a user."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What other addons bring along (a demo world, say) is not of these tests.
        for own in (cls.program, cls.mapper, cls.bank):
            own.search([("id", "!=", own.id)]).active = False

    def read(self, name="officer", *args, **kwargs):
        return self.rpc_model(name, MODEL, "read_dashboard", *args, **kwargs)

    def move(self, name):
        """Make a user work for another company, in which there is nothing."""
        company = self.env["res.company"].create({"name": "Other Ministry"})
        values = {"company_ids": [Command.set(company.ids)], "company_id": company.id}
        self.users[name].write(values)

    def stage(self, state, answer):
        return next(stage for stage in answer["stages"] if stage["state"] == state)

    def task(self, key, answer):
        return next((task for task in answer["tasks"] if task["key"] == key), None)

    def figures(self, answer, currency="USD"):
        money = next(money for money in answer["currencies"] if money["name"] == currency)
        return {row["key"]: (row["amount"], row["count"]) for row in money["figures"]}

    def rows_of(self, link, name="officer"):
        """What the list that a link opens shows to a user."""
        action = self.env["ir.actions.actions"]._for_xml_id(link["action"])
        return self.env[action["res_model"]].with_user(self.users[name]).search(link["domain"])


class TestDashboardAccess(DashboardCase):
    """Who may see it, and what of it."""

    def test_members_of_the_five_groups_see_it_and_others_do_not(self):
        for name in GROUPS:
            with self.subTest(user=name):
                self.assertTrue(self.read(name)["stages"])
        self.assertForbidden(self.read, "stranger")

    def test_the_refusal_says_what_to_do(self):
        with self.assertRaisesRegex(AccessError, "Ask an administrator"):
            self.read("stranger")

    def test_only_reading_can_be_called(self):
        for method in ("_tasks", "_money", "_sums", "_link"):
            with self.subTest(method):
                self.assertForbidden(self.rpc_model, "admin", MODEL, method)

    def test_every_role_sees_the_same_figures(self):
        lines = self.shipped()
        self.process(self.entry("D", lines[0]))
        answers = [self.read(name) for name in GROUPS]
        for part in ("stages", "currencies", "programs", "unit"):
            for answer in answers[1:]:
                self.assertEqual(answer[part], answers[0][part])

    def test_a_user_of_another_company_sees_nothing(self):
        lines = self.shipped()
        self.process(self.entry("D", lines[0]), self.entry("D", "NOSUCH"))
        self.move("officer")
        answer = self.read("officer")
        self.assertFalse(answer["has_envelopes"])
        self.assertFalse(answer["programs"] + answer["currencies"])
        self.assertFalse(sum(stage["envelopes"] for stage in answer["stages"]))
        self.assertFalse(sum(task["value"] for task in answer["tasks"]))

    def test_the_company_switcher_decides(self):
        company = self.env["res.company"].create({"name": "Other Ministry"})
        self.shipped()
        officer = self.users["officer"]
        officer.company_ids |= company
        dashboard = self.env[MODEL].with_user(officer)
        own = officer.company_id.ids
        for companies, count in ((own, 1), (company.ids, 0), (company.ids + own, 1)):
            with self.subTest(companies=companies):
                answer = dashboard.with_context(allowed_company_ids=companies).read_dashboard()
                self.assertEqual(self.stage("shipped", answer)["envelopes"], count)


class TestDashboardFigures(DashboardCase):
    """Envelopes by stage and amounts by currency."""

    def test_nothing_yet(self):
        answer = self.read()
        self.assertFalse(answer["has_envelopes"])
        self.assertFalse(answer["currencies"])
        self.assertEqual({stage["envelopes"] for stage in answer["stages"]}, {0})

    def test_envelopes_by_stage(self):
        self.create_envelope()
        self.shipped(cycle_code_mnemonic="2026-12")
        answer = self.read()
        for state, envelopes, disbursements in (
            ("receiving", 1, 3),
            ("shipped", 1, 3),
            ("funding", 0, 0),
        ):
            stage = self.stage(state, answer)
            self.assertEqual(
                (stage["envelopes"], stage["disbursements"]), (envelopes, disbursements)
            )
            self.assertEqual(len(self.rows_of(stage["link"])), envelopes)

    def test_a_cancelled_envelope_is_in_no_stage_and_in_no_figure(self):
        envelope = self.later()
        self.service.cancel_disbursement_envelope(
            {"disbursement_envelope_id": envelope.disbursement_envelope_id}
        )
        answer = self.read()
        self.assertFalse(sum(stage["envelopes"] for stage in answer["stages"]))
        self.assertFalse(answer["currencies"])

    def test_trouble_and_pauses_are_counted_in_their_stage(self):
        envelope = self.create_envelope()
        envelope.write({"needs_attention": True, "paused": True})
        stage = self.stage("receiving", self.read())
        self.assertEqual((stage["attention"], stage["paused"]), (1, 1))

    def test_money_of_each_step(self):
        first, second, _third = self.shipped()
        self.process(self.entry("D", first), self.entry("D", second), self.entry("RD", first))
        self.assertEqual(
            self.figures(self.read()),
            {
                "declared": ("60.75", 3),
                "blocked": ("60.75", 3),
                "shipped": ("60.75", 3),
                "reconciled": ("30.00", 2),
                "reversed": ("10.00", 1),
            },
        )

    def test_amounts_of_fifteen_digits_are_exact(self):
        amounts = ["999999999999.99", "999999999999.98", "0.01"]
        self.filled_envelope(*amounts[:1], cycle_code_mnemonic="A")
        self.filled_envelope(*amounts[1:], cycle_code_mnemonic="B")
        self.assertEqual(self.figures(self.read())["declared"], ("1999999999999.98", 3))

    def test_every_currency_has_its_own_row_and_its_own_decimals(self):
        self.create_envelope()
        for code, amount, shown in (("JPY", "1000", "1000"), ("TND", "12.345", "12.345")):
            currency = self.env["res.currency"].with_context(active_test=False)
            currency = currency.search([("name", "=", code)])
            currency.write({"active": True, "rounding": {"JPY": 1, "TND": 0.001}[code]})
            self.make_program(code, currency_id=currency.id)
            self.create_envelope(
                benefit_program_mnemonic=code,
                disbursement_currency_code=code,
                total_disbursement_amount=amount,
            )
            self.assertEqual(self.figures(self.read(), code)["declared"], (shown, 3))
        answer = self.read()
        self.assertEqual([money["name"] for money in answer["currencies"]], ["JPY", "TND", "USD"])

    def test_the_list_of_each_figure_holds_what_it_is_the_sum_of(self):
        lines = self.shipped()
        statement = self.process(self.entry("D", lines[0]), self.entry("RD", lines[0]))
        envelope = lines.envelope_id
        expected = {
            "declared": envelope,
            "blocked": envelope._funds_step("block"),
            "shipped": envelope.bank_batch_ids,
            "reconciled": statement,
            "reversed": statement,
        }
        for figure in self.read()["currencies"][0]["figures"]:
            with self.subTest(figure["key"]):
                self.assertEqual(self.rows_of(figure["link"]), expected[figure["key"]])

    def test_programs_have_their_own_amounts(self):
        self.make_program("FOOD")
        self.create_envelope()
        self.create_envelope(benefit_program_mnemonic="FOOD", total_disbursement_amount="100.00")
        (money,) = self.read()["currencies"]
        self.assertEqual(
            [(row["name"], row["declared"]["amount"]) for row in money["programs"]],
            [("Food", "100.00"), ("Cash", "60.75")],
        )
        self.assertEqual(self.rows_of(money["programs"][0]["link"]).program_id.display_name, "Food")

    def test_the_smallest_of_many_programs_share_a_row(self):
        for number in range(11):
            self.make_program(f"P{number}")
            self.create_envelope(
                benefit_program_mnemonic=f"P{number}",
                total_disbursement_amount=100 + number,
            )
        rows = self.read()["currencies"][0]["programs"]
        self.assertEqual(len(rows), 9)
        self.assertEqual(rows[-1]["declared"], {"amount": "303.00", "count": 9})
        self.assertFalse(rows[-1]["link"])

    def test_a_program_can_be_chosen(self):
        food = self.make_program("FOOD")
        self.create_envelope()
        self.create_envelope(benefit_program_mnemonic="FOOD", total_disbursement_amount="100.00")
        answer = self.read("officer", "month", food.id)
        self.assertEqual(self.figures(answer)["declared"], ("100.00", 3))
        self.assertEqual(self.stage("receiving", answer)["envelopes"], 1)
        self.assertEqual(
            [program["name"] for program in answer["programs"]], ["Cash", "Food"], "all to choose"
        )

    def test_the_period_goes_by_the_schedule_date(self):
        old, new = self.create_envelope(), self.create_envelope(cycle_code_mnemonic="2026-12")
        old.disbursement_schedule_date = self.today(-31)
        self.assertEqual(self.figures(self.read())["declared"], ("60.75", 3))
        self.assertEqual(self.figures(self.read("officer", "all"))["declared"], ("121.50", 6))
        (old | new).write({"state": "reconciled"})
        for period, count in (("month", 1), ("all", 2)):
            stage = self.stage("reconciled", self.read("officer", period))
            self.assertEqual(stage["envelopes"], count)
            self.assertEqual(len(self.rows_of(stage["link"])), count)

    def test_what_is_under_way_is_shown_in_every_period(self):
        self.create_envelope().disbursement_schedule_date = self.today(-400)
        for period in ("month", "year", "all"):
            answer = self.read("officer", period)
            self.assertEqual(self.stage("receiving", answer)["envelopes"], 1)


class TestDashboardTimeline(DashboardCase):
    """Payments over time, by the day of the statement."""

    def points(self, period="month"):
        answer = self.read("officer", period)
        return answer["unit"], answer["currencies"][0]["timeline"]

    def prove(self, day):
        """Two payments made and one of them come back, on a statement of that day."""
        first, second, _third = self.shipped()
        lines = self.entry("D", first), self.entry("D", second), self.entry("RD", first)
        self.process(*lines, statement_date=day or None)

    def test_each_day_of_the_month_has_its_amounts(self):
        self.prove(self.today(-2))
        unit, points = self.points()
        self.assertEqual((unit, len(points)), ("day", 31))
        self.assertEqual(
            points[-3],
            {
                "start": self.today(-2),
                "reconciled": {"count": 2, "amount": "30.00"},
                "reversed": {"count": 1, "amount": "10.00"},
            },
        )
        self.assertFalse(sum(point["reconciled"]["count"] for point in points[:-3] + points[-2:]))

    def test_a_statement_before_the_period_is_not_in_it(self):
        self.prove(self.today(-31))
        self.assertEqual(self.points(), ("day", []))

    def test_a_year_is_shown_by_weeks_and_all_times_by_months(self):
        self.prove(self.today())
        day = fields.Date.to_date(self.today())
        for period, unit, start in (
            ("year", "week", day - timedelta(days=day.weekday())),
            ("all", "month", day.replace(day=1)),
        ):
            with self.subTest(period):
                shown, points = self.points(period)
                self.assertEqual((shown, points[-1]["start"]), (unit, start.isoformat()))
                self.assertEqual(points[-1]["reconciled"], {"count": 2, "amount": "30.00"})
                self.assertEqual(sum(point["reconciled"]["count"] for point in points), 2)

    def test_a_statement_without_a_date_counts_on_the_day_it_came(self):
        self.prove(False)
        _unit, points = self.points()
        self.assertEqual(sum(point["reversed"]["count"] for point in points), 1)
