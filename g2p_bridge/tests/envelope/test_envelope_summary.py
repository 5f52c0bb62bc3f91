# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

import lxml.html
from odoo.tests import tagged
from odoo.tools import find_in_path

from odoo.addons.g2p_bridge_bank_connector.lib.values import Acknowledgement

from ...formats import exact_amount, percentage
from ..access.access_common import GROUPS, AccessCase

REPORT = "g2p_bridge.envelope_summary"


@tagged("post_install", "-at_install")
class TestEnvelopeSummary(AccessCase):
    """What is printed of an envelope is what the database has, to the last digit."""

    def envelope_with_everything(self):
        """Five payments: unresolved, rejected, reversed, reconciled, only shipped."""
        self.make_program(
            "MAPPED",
            id_mapper_resolution_required=True,
            mapper_id=self.mapper.id,
            sponsor_bank_account_number="CASH-ACCOUNT",
        )
        amounts = ("123456789012.37", "10.01", "20.02", "30.03", "40.04")
        self.mapper_script.unknown = {"ID2"}
        self.bank_script.script["release_funds"] = [Decimal("30.03")]
        envelope = self.filled_envelope(*amounts, benefit_program_mnemonic="MAPPED")
        self.bank_script.script["initiate_payment"] = [
            Acknowledgement({envelope.disbursement_ids[2].disbursement_id: "ACCOUNT_CLOSED"})
        ]
        self.run_jobs()
        first, _unresolved, _rejected, fourth, _fifth = envelope.disbursement_ids
        self.process(self.entry("D", first, "123456789012.37"), self.entry("D", fourth))
        self.process(self.entry("RD", fourth), **self.following())
        return envelope

    def summary(self, envelope, user="auditor"):
        report = self.env[f"report.{REPORT}"].with_user(self.users[user])
        (summary,) = report._get_report_values(envelope.ids)["summaries"]
        return summary

    def table(self, rows):
        return {row["name"]: (row["count"], row["amount"].replace("\xa0", " ")) for row in rows}

    def test_stages_have_exact_counts_and_amounts(self):
        pipeline = self.table(self.summary(self.envelope_with_everything())["pipeline"])
        self.assertEqual(
            pipeline,
            {
                "Received": ("5", "123,456,789,112.47 USD"),
                "Address found": ("4", "123,456,789,102.46 USD"),
                "Funds available at the bank": ("", "123,456,789,112.47 USD"),
                "Funds blocked": ("", "123,456,789,112.47 USD"),
                "Handed to the bank": ("3", "123,456,789,082.44 USD"),
                "Debited, by statement": ("2", "123,456,789,042.40 USD"),
                "Came back, by statement": ("1", "30.03 USD"),
                "Paid and not returned": ("1", "123,456,789,012.37 USD"),
            },
        )

    def test_states_add_up_to_the_declared_total(self):
        envelope = self.envelope_with_everything()
        breakdown = self.summary(envelope)["breakdown"]
        self.env.cr.execute(
            "SELECT state, COUNT(*)::text, to_char(SUM(disbursement_amount),"
            " 'FM999,999,999,999,990.00') || ' USD'"
            " FROM g2p_bridge_disbursement WHERE envelope_id = %s GROUP BY state",
            [envelope.id],
        )
        labels = dict(envelope.disbursement_ids._fields["state"].selection)
        expected = {
            labels[state]: (number, amount) for state, number, amount in self.env.cr.fetchall()
        }
        self.assertEqual(self.table(breakdown["rows"]), expected)
        self.assertEqual(len(expected), 5)
        self.assertEqual(
            self.table([breakdown["total"]]), {"Declared total": ("5", "123,456,789,112.47 USD")}
        )

    def test_what_is_still_to_come_completes_the_total(self):
        envelope = self.create_envelope()
        self.service.create_disbursements(self.rows(envelope, "10.00"))
        summary = self.summary(envelope)
        self.assertFalse(summary["totals"]["agree"])
        self.assertEqual(self.table(summary["totals"]["rows"])["Difference"], ("2", "50.75 USD"))
        rows = self.table(summary["breakdown"]["rows"])
        self.assertEqual(
            rows, {"Resolved": ("1", "10.00 USD"), "Still to come": ("2", "50.75 USD")}
        )

    def test_cancelled_disbursements_are_named_and_not_counted(self):
        envelope = self.later_filled()
        self.service.cancel_disbursements(
            [{"disbursement_id": envelope.disbursement_ids[0].disbursement_id}]
        )
        breakdown = self.summary(envelope)["breakdown"]
        self.assertEqual(self.table([breakdown["cancelled"]]), {"Cancelled": ("1", "10.00 USD")})
        self.assertEqual(self.table(breakdown["rows"])["Still to come"], ("1", "10.00 USD"))

    def test_statements_and_problems_are_named_in_words(self):
        summary = self.summary(self.envelope_with_everything())
        names = [row["name"] for row in summary["statements"]]
        self.assertEqual(len(names), 3)
        self.assertEqual(summary["statements"][-1]["reversed"]["count"], "1")
        problems = {(row["kind"], row["count"]): row["name"] for row in summary["problems"]}
        self.assertEqual(problems["Rejected", "1"], "The account is closed.")
        self.assertEqual(problems["Reversed", "1"], "The account is closed.")
        self.assertIn("mapper", problems["Unresolved", "1"])

    def test_funds_show_the_hold_and_what_was_released(self):
        summary = self.summary(self.envelope_with_everything())
        funds = {step["name"]: step for step in summary["funds"]}
        self.assertIn("HOLD1", funds["Block funds"]["references"])
        self.assertFalse(funds["Check funds"]["references"])
        released = funds["Release remainder"]["amount"].replace("\xa0", " ")
        self.assertEqual(released, "30.03 USD")

    def test_everybody_with_a_role_may_print_it_and_account_is_masked(self):
        envelope = self.shipped().envelope_id
        report = self.env["ir.actions.report"]
        for user in GROUPS:
            with self.subTest(user):
                html = report.with_user(self.users[user])._render_qweb_html(REPORT, envelope.ids)[0]
                text = lxml.html.fromstring(html.decode()).text_content()
                self.assertIn(envelope.disbursement_envelope_id, text)
                self.assertIn(self.users[user].name, text)
                self.assertIn("••••OUNT", text)
                self.assertNotIn("CASH-ACCOUNT", text)
                actions = self.env["ir.actions.actions"].with_user(self.users[user])
                bound = actions.get_bindings(envelope._name)["report"]
                self.assertIn("Envelope Summary", [action["name"] for action in bound])

    def test_strangers_and_other_companies_may_not_print_it(self):
        envelope = self.create_envelope()
        self.assertForbidden(self.summary, envelope, "stranger")
        company = self.env["res.company"].create({"name": "Other Ministry"})
        self.users["finance"].write(
            {"company_ids": [(6, 0, company.ids)], "company_id": company.id}
        )
        self.assertForbidden(self.summary, envelope, "finance")

    def test_pdf_is_made(self):
        try:
            find_in_path("wkhtmltopdf")
        except OSError:
            self.skipTest("wkhtmltopdf is not installed")
        report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        pdf, kind = report._render_qweb_pdf(REPORT, self.create_envelope().ids)
        self.assertEqual((pdf[:5], kind), (b"%PDF-", "pdf"))

    def test_times_are_in_the_user_s_zone(self):
        self.users["officer"].tz = "Asia/Kathmandu"
        envelope = self.create_envelope()
        envelope.receipt_time_stamp = "2026-11-20 20:00:00"
        (made,) = self.summary(envelope, "officer")["people"]
        self.assertRegex(made[2], r"21.*\b0?1:45:00")

    def test_who_sent_it_back_is_named(self):
        envelope = self.create_envelope()
        approver = self.users["approver"]
        envelope.write({"rejected_by_id": approver.id, "rejected_at": "2026-11-20 12:00:00"})
        people = self.summary(envelope)["people"]
        self.assertIn(("Sent back", approver.name), [person[:2] for person in people])

    def test_amounts_are_never_rounded(self):
        for amount, shown in (
            ("999999999999999", "999,999,999,999,999.00 USD"),
            ("-0.01", "-0.01 USD"),
            ("9999999999999.99", "9,999,999,999,999.99 USD"),
        ):
            text = exact_amount(self.env, Decimal(amount), self.currency)
            self.assertEqual(text.replace("\xa0", " "), shown)

    def test_all_means_all(self):
        shown = percentage(self.env, Decimal("999999.99"), Decimal("1000000"))
        self.assertEqual(shown.replace("\xa0", " "), "99.9 %")
