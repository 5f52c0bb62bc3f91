# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import Command, fields

from ..common import PbmsCase


class TestBeneficiary(PbmsCase):
    """Who is paid, by which ID and where to; and who can't be, with the reason."""

    def problems(self, cycle):
        """{name of the registrant: problem} of those who can't be paid."""
        return {
            one.partner_id.name: one.bridge_problem
            for one in cycle.entitlement_ids
            if one.bridge_problem
        }

    def paid(self, cycle):
        return self.disbursements(cycle).mapped("beneficiary_id")

    def add_second_id(self, person, value):
        """The registry refuses a second ID of a type, but only where it is not written in SQL."""
        self.env.flush_all()
        self.env.cr.execute(
            "INSERT INTO g2p_reg_id (partner_id, id_type, value) VALUES (%s, %s, %s)",
            [person.id, self.id_type.id, value],
        )
        self.env.invalidate_all()

    def test_without_id_or_with_several_nobody_is_paid_by_guess(self):
        people = self.make_people(6)
        people[0].reg_ids.unlink()
        people[1].reg_ids.value = " \u00a0 "
        self.add_second_id(people[2], "OTHER")
        self.add_second_id(people[3], " ID4 ")
        other_type = self.env["g2p.id.type"].create({"name": "Passport"})
        people[4].reg_ids = [Command.create({"id_type": other_type.id, "value": "P5"})]
        cycle = self.make_cycle(people)
        self.approve(cycle)
        self.assertEqual(
            self.problems(cycle),
            {"Person 1": "no_id", "Person 2": "no_id", "Person 3": "several_ids"},
        )
        self.assertEqual(self.paid(cycle), ["ID4", "ID5", "ID6"])
        self.assertEqual(self.envelopes(cycle).number_of_disbursements, 3)
        self.assertIn("Entitlements that can't be paid: 3", cycle.bridge_message)
        self.assertIn("No usable ID (2)", cycle.bridge_message)

    def test_ids_that_are_too_long_are_left_out(self):
        self.manager.id_prefix = "x" * 200
        people = self.make_people(2)
        people[1].reg_ids.value = "9" * 60
        cycle = self.make_cycle(people)
        self.approve(cycle)
        self.assertEqual(self.problems(cycle), {"Person 2": "long_id"})

    def test_ids_that_a_spreadsheet_has_changed_are_left_out(self):
        people = self.make_people(4)
        for person, value in zip(people, ("1.23457E+11", "12E5", "#N/A", "4711.0"), strict=True):
            person.reg_ids.value = value
        cycle = self.make_cycle(people)
        self.approve(cycle)
        left_out = dict.fromkeys(("Person 1", "Person 3", "Person 4"), "lost_digits")
        self.assertEqual(self.problems(cycle), left_out)
        self.assertEqual(self.paid(cycle), ["12E5"])
        self.assertIn("what a spreadsheet has made of it (3)", cycle.bridge_message)

    def test_nameless_registrants_are_left_out(self):
        people = self.make_people(2)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET name = %s WHERE id = %s", [" \u3000", people[1].id]
        )
        cycle = self.make_cycle(people)
        self.approve(cycle)
        self.assertEqual(cycle.entitlement_ids.mapped("bridge_problem").count("no_name"), 1)
        self.assertEqual(self.paid(cycle), ["ID1"])

    def test_group_is_paid_through_its_head(self):
        head, member = self.make_people(2)
        family = self.make_group("Family", head, members=[member])
        cycle = self.make_cycle(family)
        self.approve(cycle)
        line = self.disbursements(cycle)
        self.assertEqual((line.beneficiary_id, line.beneficiary_name), ("ID1", "Person 1"))

    def test_groups_without_head_or_with_several_are_left_out(self):
        one, two, former, future = self.make_people(4)
        headless = self.make_group("Headless", members=[one])
        double = self.make_group("Double", one, two)
        moved_on = self.make_group("Moved on", former, one)
        moved_on_membership(moved_on, former).write(
            {
                "start_date": fields.Datetime.now() - timedelta(days=9),
                "ended_date": fields.Datetime.now() - timedelta(days=1),
            }
        )
        coming = self.make_group("Coming", future)
        moved_on_membership(coming, future).start_date = fields.Datetime.now() + timedelta(days=1)
        cycle = self.make_cycle(headless | double | moved_on | coming)
        self.approve(cycle)
        self.assertEqual(
            self.problems(cycle),
            {"Headless": "no_head", "Double": "several_heads", "Coming": "no_head"},
        )
        self.assertEqual(self.paid(cycle), ["ID1"])

    def test_head_without_id(self):
        head = self.make_person(1, reg_ids=[])
        cycle = self.make_cycle(self.make_group("Family", head))
        self.approve(cycle)
        self.assertEqual(self.problems(cycle), {"Family": "no_id"})
        self.assertFalse(self.envelopes(cycle))

    def test_one_person_in_two_entitlements_is_one_beneficiary(self):
        head = self.make_person(1)
        groups = self.make_group("One", head) | self.make_group("Two", head)
        cycle = self.make_cycle(groups)
        self.approve(cycle)
        envelope = self.envelopes(cycle)
        self.assertEqual(envelope.number_of_beneficiaries, 1)
        self.assertEqual(envelope.number_of_disbursements, 2)

    def test_bank_account_is_id_and_address(self):
        self.manager.beneficiary_id_source = "bank_account"
        bank = self.env["res.bank"].create({"name": "Town Bank", "bic": "TOWNXX22"})
        people = self.make_people(4)
        accounts = self.env["res.partner.bank"].create(
            [
                {"acc_number": "acc 001", "partner_id": people[0].id, "bank_id": bank.id},
                {"acc_number": "ACC-002", "partner_id": people[1].id},
                {"acc_number": "ACC003", "partner_id": people[1].id},
                {"acc_number": "ACC004", "partner_id": people[2].id},
            ]
        )
        accounts[1].active = False
        cycle = self.make_cycle(people)
        self.approve(cycle)
        lines = self.disbursements(cycle)
        self.assertEqual(
            [
                (line.beneficiary_id, line.account_type, line.account_number, line.bank_code)
                for line in lines
            ],
            [
                ("ACC001", "BANK_ACCOUNT", "ACC001", "TOWNXX22"),
                ("ACC003", "BANK_ACCOUNT", "ACC003", False),
                ("ACC004", "BANK_ACCOUNT", "ACC004", False),
            ],
        )
        self.assertEqual(self.problems(cycle), {"Person 4": "no_id"})

    def test_phone_number_is_id_and_address(self):
        self.manager.write({"beneficiary_id_source": "phone", "id_prefix": "tel:"})
        cycle = self.make_cycle(self.make_person(1, phones=["+63 (917) 123-4567"]))
        self.approve(cycle)
        line = self.disbursements(cycle)
        self.assertEqual(line.beneficiary_id, "tel:+639171234567")
        self.assertEqual((line.account_type, line.phone), ("MOBILE_WALLET", "+639171234567"))

    def test_where_a_mapper_is_asked_no_address_is_given(self):
        self.program.write({"id_mapper_resolution_required": True, "mapper_id": self.mapper.id})
        self.manager.beneficiary_id_source = "phone"
        cycle = self.make_cycle(self.make_person(1, phones=["+639171234567"]))
        self.approve(cycle)
        line = self.disbursements(cycle)
        self.assertEqual(line.beneficiary_id, "+639171234567")
        self.assertFalse(line.phone)
        self.assertEqual(line.account_number, "ACC+639171234567")

    def test_what_the_registry_changes_after_the_round_does_not_change_the_payment(self):
        people = self.make_people(2)
        cycle = self.make_cycle(people)
        self.approve(cycle, jobs=False)
        self.run_job()
        self.assertTrue(self.envelopes(cycle))
        people.reg_ids.unlink()
        people.name = "Somebody Else"
        self.run_jobs()
        lines = self.disbursements(cycle)
        self.assertEqual(lines.mapped("beneficiary_id"), ["ID1", "ID2"])
        self.assertEqual(lines.mapped("beneficiary_name"), ["Person 1", "Person 2"])

    def test_texts_are_data_and_no_templates(self):
        self.manager.write(
            {
                "narrative_template": "{{{program.name}}} {cycle.start_date}",
                "id_suffix": "@%(x)s'{}",
            }
        )
        self.pbms_program.name = "100% {entitlement.code}"
        cycle = self.make_cycle(self.make_person(1), name="It's %s")
        self.approve(cycle)
        line = self.disbursements(cycle)
        self.assertEqual(
            line.narrative, f"{{100% {{entitlement.code}}}} {cycle.start_date.isoformat()}"
        )
        self.assertEqual(line.beneficiary_id, "ID1@%(x)s'{}")
        self.assertEqual(self.envelopes(cycle).cycle_code_mnemonic, "It's %s")


def moved_on_membership(group, person):
    return group.group_membership_ids.filtered(lambda one: one.individual == person)
