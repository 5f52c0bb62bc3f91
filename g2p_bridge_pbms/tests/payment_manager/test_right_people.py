# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import Command, fields
from odoo.tools import SQL

from odoo.addons.g2p_bridge.models.audit_decisions import LINES
from odoo.addons.g2p_bridge_base.lib.errors import Unavailable

from ..bank_batch.report_back_common import ReportBackCase


class TestRightPeople(ReportBackCase):
    """Nobody is paid whom the registry says not to pay, nor at a number that it doesn't give."""

    def problems(self, cycle):
        """{name of the registrant: problem} of those who can't be paid."""
        self.env.invalidate_all()
        return {
            one.partner_id.name: one.bridge_problem
            for one in cycle.entitlement_ids
            if one.bridge_problem
        }

    def paid(self, cycle):
        return self.disbursements(cycle).mapped("beneficiary_id")

    # Phone numbers

    def test_phone_numbers_are_those_of_the_registry(self):
        self.manager.beneficiary_id_source = "phone"
        united_states = self.env.ref("base.us")
        one, two, same, former, none = (self.make_person(number) for number in range(1, 6))
        one.phone_number_ids = [Command.create({"phone_no": "+32 470 12 34 56"})]
        two.phone_number_ids = [
            Command.create({"phone_no": "+32470123456"}),
            Command.create({"phone_no": "+32470999888"}),
        ]
        same.phone_number_ids = [
            Command.create({"phone_no": "(202) 555-0143", "country_id": united_states.id}),
            Command.create({"phone_no": "+1 202 555 0143"}),
        ]
        former.phone_number_ids = [
            Command.create({"phone_no": "+32470111111"}),
            Command.create({"phone_no": "+32470222222"}),
        ]
        former.phone_number_ids[0].disable_phone()
        enabled = former.phone_number_ids.filtered(lambda number: not number.disabled)
        # What the registry's form writes there, and nobody can be paid by.
        for person in (one, two, same, former):
            person.phone_number_ids_change()
        self.assertEqual(two.phone, "+32470123456,+32470999888")
        none.phone = "+32470333333"  # of no number of the registry
        cycle = self.make_cycle(one | two | same | former | none)
        self.approve(cycle)
        self.assertEqual(self.problems(cycle), {"Person 2": "several_phones", "Person 5": "no_id"})
        self.assertEqual(
            self.disbursements(cycle).mapped("phone"),
            ["+32470123456", "+12025550143", enabled.phone_sanitized],
        )
        self.assertIn("Several different phone numbers (1)", cycle.bridge_message)

    def test_where_the_registry_has_no_international_number_the_digits_count(self):
        self.manager.beneficiary_id_source = "phone"
        self.env.company.country_id = False
        texts = {
            "0470/12.34.56": "0470123456",
            "(0470) 99 98-88": "0470999888",
            "0470 123 456 ext. 7": None,
            "0470123456, 0470999888": None,
            "04701234567 04709998888": None,
            "4.70123E+08": "lost",
        }
        people = [self.make_person(number, [text]) for number, text in enumerate(texts)]
        self.assertEqual(people[0].phone_number_ids.phone_sanitized, "False")
        cycle = self.make_cycle(self.env["res.partner"].concat(*people))
        self.approve(cycle)
        self.assertEqual(self.disbursements(cycle).mapped("phone"), ["0470123456", "0470999888"])
        unusable = {f"Person {number}": "no_id" for number in (2, 3, 4)}
        self.assertEqual(self.problems(cycle), {**unusable, "Person 5": "lost_digits"})

    # IDs

    def test_ids_that_the_registry_calls_invalid_or_expired_are_not_used(self):
        valid, invalid, expired, today, both = self.make_people(5)
        day = self.env.company._g2p_bridge_today()
        valid.reg_ids.status = "valid"
        invalid.reg_ids.status = "invalid"
        expired.reg_ids.expiry_date = day - timedelta(days=1)
        today.reg_ids.expiry_date = day
        both.reg_ids.write({"status": "invalid", "expiry_date": day - timedelta(days=1)})
        cycle = self.make_cycle(valid | invalid | expired | today | both)
        self.approve(cycle)
        self.assertEqual(
            self.problems(cycle),
            {"Person 2": "invalid_id", "Person 3": "expired_id", "Person 5": "invalid_id"},
        )
        self.assertEqual(self.paid(cycle), ["ID1", "ID4"])
        self.assertIn("ID has expired (1)", cycle.bridge_message)
        self.assertIn("ID is marked as invalid (2)", cycle.bridge_message)

    def test_several_accounts_are_called_by_their_name(self):
        self.manager.beneficiary_id_source = "bank_account"
        person = self.make_person(1)
        person.bank_ids = [Command.create({"acc_number": number}) for number in ("A1", "A2")]
        cycle = self.make_cycle(person)
        self.approve(cycle)
        self.assertEqual(self.problems(cycle), {"Person 1": "several_accounts"})

    # Who is disabled

    def test_whoever_is_disabled_or_archived_is_not_paid(self):
        person, disabled, archived, head, other_head = self.make_people(5)
        family = self.make_group("Family", head)
        gone = self.make_group("Gone", other_head)
        self.disable(disabled)
        self.disable(gone)
        archived.active = False
        cycle = self.make_cycle(person | disabled | archived | family | gone)
        self.approve(cycle)
        reasons = dict.fromkeys(("Person 2", "Person 3", "Gone"), "disabled")
        self.assertEqual(self.problems(cycle), reasons)
        self.assertEqual(self.paid(cycle), ["ID1", "ID4"])
        self.assertIn("Registrant is disabled or archived (3)", cycle.bridge_message)
        disabled.enable_registrant()
        self.heartbeat()
        self.run_jobs()
        self.assertEqual(self.paid(cycle), ["ID1", "ID4", "ID2"])

    def test_whoever_is_disabled_is_no_head(self):
        dead, heir, alone, first, second, third = self.make_people(6)
        inherited = self.make_group("Inherited", dead, heir)
        orphaned = self.make_group("Orphaned", alone, members=[heir])
        double = self.make_group("Double", first, second, third)
        for person in (dead, alone, third):
            self.disable(person)
        cycle = self.make_cycle(inherited | orphaned | double)
        self.approve(cycle)
        self.assertEqual(
            self.problems(cycle), {"Orphaned": "disabled_head", "Double": "several_heads"}
        )
        self.assertEqual(self.paid(cycle), ["ID2"])
        self.assertEqual(self.payments(cycle).bridge_head_id, heir)

    def test_a_membership_that_has_ended_since_it_was_written_is_no_longer_one(self):
        """PBMS finds out what has ended when the end is written, and not when it comes."""
        former, head = self.make_people(2)
        family = self.make_group("Family", former, head)
        membership = family.group_membership_ids.filtered(lambda one: one.individual == former)
        membership.start_date = fields.Datetime.now() - timedelta(days=9)
        membership.ended_date = fields.Datetime.now() + timedelta(days=1)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE g2p_group_membership SET ended_date = now() at time zone 'UTC' - interval '1 h'"
            " WHERE id = %s",
            [membership.id],
        )
        self.env.invalidate_all()
        self.assertEqual((membership.status, membership.is_ended), ("active", False))
        cycle = self.make_cycle(family)
        self.approve(cycle)
        self.assertEqual(self.paid(cycle), ["ID2"])


class TestDisabledMeanwhile(ReportBackCase):
    """Whoever is disabled between the preparation and the sending is not paid."""

    def setUp(self):
        super().setUp()
        self.manager.automatic_start = "manual"

    def prepared(self, people):
        """A cycle whose payments are all with the bridge, and wait to be sent."""
        cycle = self.make_cycle(people, "10.00")
        self.approve(cycle)
        cycle.with_user(self.manager_user).prepare_payment()
        self.run_jobs()
        self.assertEqual(self.envelopes(cycle).state, "scheduled")
        return cycle

    def send(self, cycle):
        cycle.with_user(self.manager_user).send_payment()
        self.run_jobs()

    def at_the_bank(self):
        return [one.beneficiary_id for batch in self.bank_script.payments.values() for one in batch]

    def test_disabled_registrants_households_and_heads_are_left_out(self):
        kept, dead, head, other_head, third_head = self.make_people(5)
        family = self.make_group("Family", head)
        moved = self.make_group("Moved", other_head)
        bereaved = self.make_group("Bereaved", third_head)
        cycle = self.prepared(kept | dead | family | moved | bereaved)
        self.assertEqual(cycle.bridge_gone_count, 0)
        self.disable(dead)
        self.disable(moved)
        third_head.active = False
        self.env.invalidate_all()
        self.assertEqual(cycle.bridge_gone_count, 3)
        mine = cycle.with_user(self.manager_user).with_context(bridge_line="gone")
        listed = mine.env["g2p.entitlement"].search(
            mine.action_bridge_open_entitlements()["domain"]
        )
        self.assertEqual(listed.partner_id, dead | moved | bereaved)
        self.send(cycle)
        self.env.invalidate_all()
        self.assertEqual(cycle.bridge_gone_count, 0)
        self.assertEqual(self.at_the_bank(), ["ID1", "ID3"])
        envelope = self.envelopes(cycle)
        self.assertEqual(envelope.state, "shipped")
        left_out = self.payments(cycle).filtered(lambda one: one.status == "failed")
        partners = left_out.entitlement_id.partner_id
        self.assertEqual(partners, dead | moved | bereaved)
        for payment in left_out:
            self.assertPayment(payment, "issued", "failed")
            self.assertEqual(payment.bridge_failure_code, "BENEFICIARY_DISABLED")
            self.assertIn("was disabled in the registry", payment.bridge_failure_reason)
            self.assertNotIn("bank", payment.bridge_failure_reason)
            self.assertEqual(payment.entitlement_id.state, "approved")
        self.assertTotals(cycle, in_flight=(2, "20.00"), failed=(3, "30.00"))
        notes = " ".join(envelope.message_ids.mapped("body"))
        self.assertIn("disabled after the payments had been prepared: 3 payments", notes)
        # The trail says of each of them that it was left out.
        self.assertNotIn((envelope.id,), self.env.execute_query(SQL(LINES)))

    def test_enabled_again_they_are_paid_by_preparing_once_more(self):
        kept, gone = self.make_people(2)
        cycle = self.prepared(kept | gone)
        self.disable(gone)
        self.send(cycle)
        cycle.with_user(self.manager_user).prepare_payment()
        self.assertEqual(len(self.envelopes(cycle)), 1)
        self.assertEqual(self.entitlements(cycle)[1].bridge_problem, "disabled")
        gone.enable_registrant()
        cycle.with_user(self.manager_user).prepare_payment()
        self.run_jobs()
        self.send(cycle)
        self.assertEqual(self.at_the_bank(), ["ID1", "ID2"])
        former, again = self.disbursements(cycle)[1:]
        self.assertEqual(again.reissue_of_id, former)

    def test_nobody_is_left_and_the_cycle_does_not_wait(self):
        person = self.make_person(1)
        cycle = self.prepared(person)
        self.disable(person)
        self.send(cycle)
        self.assertEqual(self.at_the_bank(), [])
        self.assertEqual(self.payments(cycle).status, "failed")
        self.assertEqual(self.envelopes(cycle).state, "reconciled")

    def test_what_the_bank_was_sent_once_never_changes(self):
        """The bank was down at the first attempt: the second one is the same to the letter."""
        kept, gone = self.make_people(2)
        cycle = self.prepared(kept | gone)
        self.bank_script.script["initiate_payment"] = [Unavailable("CONNECTION_FAILED", "Down")]
        self.send(cycle)
        self.disable(gone)
        batch = self.envelopes(cycle).bank_batch_ids
        batch.next_attempt_at = False
        batch._step_enqueue()
        self.run_jobs()
        self.assertEqual(self.at_the_bank(), ["ID1", "ID2"])
