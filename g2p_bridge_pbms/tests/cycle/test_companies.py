# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from ..bank_batch.report_back_common import ReportBackCase

MODELS = ("g2p.cycle", "g2p.entitlement", "g2p.payment", "g2p.payment.batch")


class TestCompanies(ReportBackCase):
    """What the bridge knows of a program is its company's; PBMS itself keeps no cycle apart."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Other Ministry"})
        cls.stranger = new_test_user(
            cls.env,
            "stranger",
            groups="base.group_user,g2p_programs.g2p_program_manager,"
            "g2p_programs.g2p_finance_validator",
            company_id=cls.other.id,
            company_ids=[(6, 0, cls.other.ids)],
        )

    def seen(self, user, cycle):
        """{model: how many records of a cycle somebody finds}"""
        self.env.invalidate_all()
        found = {}
        for model in MODELS:
            name = "entitlement_id.cycle_id" if model == "g2p.payment" else "cycle_id"
            domain = [("id" if model == "g2p.cycle" else name, "=", cycle.id)]
            records = self.env[model].with_user(user)
            found[model] = records.search_count(domain)
            groups = records.formatted_read_group(domain, aggregates=["__count"])
            self.assertEqual(groups[0]["__count"], found[model])
        return found

    def test_another_company_finds_nothing(self):
        self.refuse(ID2="ACCOUNT_BLOCKED")
        cycle = self.paid_cycle("10.00", "20.00")
        self.assertEqual(self.seen(self.stranger, cycle), dict.fromkeys(MODELS, 0))
        found = {"g2p.cycle": 1, "g2p.entitlement": 2, "g2p.payment": 2, "g2p.payment.batch": 1}
        self.assertEqual(self.seen(self.manager_user, cycle), found)

    def test_another_company_reads_nothing_by_its_number(self):
        self.refuse(ID2="ACCOUNT_BLOCKED")
        cycle = self.paid_cycle("10.00", "20.00")
        for records, name in (
            (cycle, "bridge_failed_amount"),
            (cycle, "bridge_message"),
            (cycle.entitlement_ids, "bridge_failure_reason"),
            (self.payments(cycle), "bridge_failure_reason"),
            (cycle.payment_batch_ids, "bridge_handed_over"),
        ):
            with self.subTest(f"{records._name} {name}"), self.assertRaises(AccessError):
                records.with_user(self.stranger).read([name])

    def test_the_company_is_that_of_the_program(self):
        """A cycle and its entitlements are given the company that was at hand, whosever it is."""
        cycle = self.paid_cycle("10.00", company_id=self.other.id)
        self.assertEqual(cycle.entitlement_ids.company_id, self.other)
        self.assertEqual(self.seen(self.stranger, cycle), dict.fromkeys(MODELS, 0))
        self.assertEqual(self.seen(self.manager_user, cycle), dict.fromkeys(MODELS, 1))

    def test_of_somebody_s_companies_those_count_that_are_at_hand(self):
        cycle = self.paid_cycle("10.00")
        self.stranger.company_ids |= self.env.company
        for companies, count in ((self.other, 0), (self.other | self.env.company, 1)):
            cycles = self.env["g2p.cycle"].with_user(self.stranger)
            cycles = cycles.with_context(allowed_company_ids=companies.ids)
            self.assertEqual(cycles.search_count([("id", "=", cycle.id)]), count)
