# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta
from decimal import Decimal

from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from ..bank_batch.report_back_common import ReportBackCase


class TestWholeHandover(ReportBackCase):
    """A cycle as it really is, from its approval to the statement that proves it.

    Households that are paid on their heads' phones, some with two numbers and some whose head is
    disabled, before the cycle is prepared or after; a journal that names no currency; a program of
    one company whose cycle was made while another one was at hand.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ministry = cls.env["res.company"].create(
            {"name": "Ministry of Children", "currency_id": cls.env.ref("base.EUR").id}
        )
        cls.env.user.company_ids |= cls.ministry
        cls.currency = cls.ministry.currency_id
        bank = cls.bank.copy(
            {"code": "CHILDREN", "environment": "test", "company_id": cls.ministry.id}
        )
        benefit = cls.make_program("CHILD", sponsor_bank_id=bank.id, company_id=cls.ministry.id)
        cls.pbms_program, cls.manager = cls.make_pbms_program(
            "Child Grant",
            benefit,
            beneficiary_id_source="phone",
            automatic_start="schedule",
            schedule_rule="approval",
            schedule_days=3,
        )
        # That of PBMS's window names the currency; most do not.
        cls.pbms_program.journal_id = cls.make_journal(company=cls.ministry)
        cls.pbms_program.target_type = "group"
        cls.approver.write(
            {"company_ids": [Command.link(cls.ministry.id)], "company_id": cls.ministry.id}
        )
        cls.officer = cls.person_of(cls.ministry, "officer_of_children")
        cls.stranger = cls.person_of(cls.env.company, "officer_of_others")

    @classmethod
    def person_of(cls, company, login):
        return new_test_user(
            cls.env,
            login,
            groups="base.group_user,g2p_programs.g2p_program_manager",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def make_household(self, number, *phones):
        head = self.make_person(number, phones, company_id=self.ministry.id)
        return self.make_group(f"Household {number}", head), head

    def test_households_phones_disabled_heads_journal_and_companies(self):
        plain, _head = self.make_household(1, "+32 470 00 00 01")
        twofold, _head = self.make_household(2, "+32470000002", "+32470999992")
        same_twice, _head = self.make_household(3, "+32470000003", "+32 470 00 00 03")
        orphaned, dead = self.make_household(4, "+32470000004")
        deserted, leaving = self.make_household(5, "+32470000005")
        ended, _head = self.make_household(6, "+32470000006")
        self.disable(dead)
        self.disable(ended)
        cycle = self.make_cycle(plain | twofold | same_twice | orphaned | deserted | ended, "60.10")
        self.assertEqual(cycle.company_id, self.env.company)  # it was at hand, and is not asked
        self.assertFalse(cycle.entitlement_ids.currency_id)

        self.approve(cycle)

        reasons = {one.partner_id: one.bridge_problem for one in cycle.entitlement_ids}
        self.assertEqual(
            {household: reason for household, reason in reasons.items() if reason},
            {twofold: "several_phones", orphaned: "disabled_head", ended: "disabled"},
        )
        envelope = self.envelopes(cycle)
        self.assertEqual((envelope.state, envelope.company_id), ("scheduled", self.ministry))
        self.assertEqual(envelope.number_of_disbursements, 3)
        self.disable(leaving)
        with freeze_time(datetime.now() + timedelta(days=3)):
            envelope._advance()
            self.run_jobs()

        [paid] = self.bank_script.payments.values()
        self.assertEqual(
            [(one.beneficiary_phone_no, one.payment_amount) for one in paid],
            [(number, Decimal("60.10")) for number in ("+32470000001", "+32470000003")],
        )
        self.assertEqual({one.remitting_account_currency for one in paid}, {"EUR"})
        first, second, left_out = self.lines(cycle)
        self.assertEqual(left_out.reason_code, "BENEFICIARY_DISABLED")
        of_account = {"account_number": "CHILD-ACCOUNT", "currency": "EUR"}
        self.debit(first, second, **of_account)
        self.reverse(second, **of_account)
        states = {one.partner_id: one.state for one in cycle.entitlement_ids}
        self.assertEqual(
            states, {**dict.fromkeys(states, "approved"), plain: "rdpd2ben"}, "who was paid"
        )
        self.assertTotals(cycle, paid=(1, "60.10"), failed=(2, "120.20"), not_sent=(3, "180.30"))
        self.assertEqual(self.payments(cycle).company_id, self.ministry)
        self.assertSeen(cycle)

        leaving.enable_registrant()
        twofold_phones = twofold.group_membership_ids.individual.phone_number_ids
        twofold_phones[0].disable_phone()
        cycle.with_user(self.officer).prepare_payment()
        self.run_jobs()
        again = self.envelopes(cycle) - envelope
        self.assertEqual(again.number_of_disbursements, 3)
        reissued = again.disbursement_ids.reissue_of_id
        self.assertEqual(reissued, second | left_out)
        self.assertTotals(cycle, paid=(1, "60.10"), in_flight=(3, "180.30"), not_sent=(2, "120.20"))

    def assertSeen(self, cycle):
        """The people of the program's company see it, and nobody else."""
        self.env.invalidate_all()
        mine = cycle.with_user(self.officer)
        self.assertEqual(mine.bridge_paid_amount, 60.10)
        self.assertEqual(len(mine.entitlement_ids), 6)
        for model in ("g2p.cycle", "g2p.entitlement", "g2p.payment", "g2p.bridge.envelope"):
            self.assertFalse(self.env[model].with_user(self.stranger).search([]), model)
        with self.assertRaises(AccessError):
            cycle.with_user(self.stranger).read(["bridge_paid_amount"])
