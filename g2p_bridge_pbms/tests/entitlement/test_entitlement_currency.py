# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from itertools import product

from odoo.tests import new_test_user

from ..common import PbmsCase


class TestEntitlementCurrency(PbmsCase):
    """Which currency an amount is in: said of a record and asked of all of them alike."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.env.ref("base.EUR")
        cls.other = cls.env["res.company"].create(
            {"name": "Other Ministry", "currency_id": cls.euro.id}
        )
        cls.companies = (cls.env.company, cls.other)

    def make_all(self):
        """{entitlement: currency} for each kind of journal in each company"""
        person, expected = self.make_person(1), {}
        journals = [None, *product((None, self.currency, self.euro), self.companies)]
        for number, (journal, company) in enumerate(product(journals, self.companies)):
            currency, owner = journal or (None, None)
            program = self.env["g2p.program"].create(
                {
                    "name": f"Program {number}",
                    "company_id": company.id,
                    "journal_id": journal and self.make_journal(currency, owner).id,
                }
            )
            cycle = self.make_cycle(person, program=program)
            expected[cycle.entitlement_ids] = currency or (owner or company).currency_id
        return expected

    def test_empty_means_that_of_the_journal_s_company_and_without_a_journal_the_program_s(self):
        expected = self.make_all()
        self.assertIn(self.env["res.currency"], [one.currency_id for one in expected])
        entitlements = self.env["g2p.entitlement"].concat(*expected)
        self.env.invalidate_all()
        for entitlement, currency in expected.items():
            self.assertEqual(entitlement.bridge_currency_id, currency)
        # Whoever may see entitlements need not see the journals of the programs.
        user = new_test_user(self.env, "sees", "base.group_user,g2p_programs.g2p_program_manager")
        user.company_ids |= self.other
        for currency, people in product((self.currency, self.euro), (self.env.user, user)):
            domain = [("id", "in", entitlements.ids), ("bridge_currency_id", "=", currency.id)]
            found = self.env["g2p.entitlement"].with_user(people).search(domain)
            right = [one.id for one, own in expected.items() if own == currency]
            self.assertEqual(sorted(found.ids), sorted(right))
        none = [("id", "in", entitlements.ids), ("bridge_currency_id", "=", False)]
        self.assertFalse(self.env["g2p.entitlement"].search(none))

    def test_a_journal_without_a_currency_pays(self):
        self.pbms_program.journal_id = self.make_journal()
        cycle = self.make_cycle(self.make_people(2), "10.25")
        self.assertFalse(cycle.entitlement_ids.currency_id)
        self.approve(cycle)
        self.assertEqual(len(self.disbursements(cycle)), 2)
        self.assertEqual(cycle.bridge_in_flight_amount, 20.5)
