# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A PBMS that calls every cycle "SEP": cycles are told apart, and nobody is paid twice."""

from collections import Counter
from decimal import Decimal

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from odoo.tests import tagged

from odoo.addons.g2p_bridge.exceptions import BridgeError

from ..partner.partner_common import PartnerCase

CODE = "SEP"


class Cycle:
    """What PBMS 17 has of a cycle: what it declares, its payments in two batches, and the ID.

    :param number: which one it is, from 1
    :param day: its schedule date, as it is sent
    """

    def __init__(self, number, day, people=3):
        self.day, self.number, self.envelope_id = day, number, None
        keys = [f"{number}{index}" for index in range(people)]
        self.batches = [keys[: people // 2], keys[people // 2 :]]
        self.people = people

    def declaration(self, more=0):
        total = Decimal("10.10") * self.people + more
        return {
            "benefit_program_mnemonic": "CASH",
            "disbursement_frequency": "OnDemand",
            "cycle_code_mnemonic": CODE,
            "number_of_beneficiaries": self.people,
            "number_of_disbursements": self.people,
            # A sum of floats.
            "total_disbursement_amount": total - Decimal("1E-14"),
            "disbursement_currency_code": "USD",
            "disbursement_schedule_date": self.day,
        }

    def rows(self, batch, envelope_id=None, more=0):
        return [
            {
                "disbursement_envelope_id": envelope_id or self.envelope_id,
                "mis_reference_number": key,
                "beneficiary_id": f"account_no:{key}@BANK",
                "beneficiary_name": f"Person {key}",
                "disbursement_amount": Decimal("10.10") + more,
                "narrative": f"Payment for {self.number}",
            }
            for key in self.batches[batch]
        ]


class CycleCodesCase(PartnerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner.cycle_codes_repeat = True
        cls.pbms = cls.partner._service(None)

    def declare(self, cycle, **values):
        """What PBMS 17 does to prepare a cycle, once."""
        reply = self.pbms.create_disbursement_envelope({**cycle.declaration(), **values})
        cycle.envelope_id = reply["disbursement_envelope_id"]
        return self.find_envelope(cycle.envelope_id)

    def send(self, cycle, *batches, **kw):
        """:return: their disbursement IDs"""
        return [
            row["disbursement_id"]
            for batch in batches or range(2)
            for row in self.pbms.create_disbursements(cycle.rows(batch, **kw))
        ]

    def paid(self):
        """{sender's key: how often money has left under it}"""
        sent = [
            one.disbursement_id for batch in self.bank_script.payments.values() for one in batch
        ]
        lines = self.env["g2p.bridge.disbursement"].search([("disbursement_id", "in", sent)])
        names = {line.disbursement_id: line.mis_reference_number for line in lines}
        return Counter(names[one] for one in sent)


@tagged("post_install", "-at_install")
class TestCycleCodes(CycleCodesCase):
    def test_each_day_is_a_cycle(self):
        first, second = Cycle(1, self.today(-20)), Cycle(2, self.today(-1))
        one, two = self.declare(first), self.declare(second)
        self.assertNotEqual(one, two)
        self.assertEqual(one.cycle_code_mnemonic, f"SEP/{self.today(-20)}")
        self.assertEqual(one.disbursement_schedule_date.isoformat(), self.today())
        self.assertEqual((self.declare(first), self.declare(second)), (one, two))
        self.send(second), self.send(first)
        self.run_jobs()
        self.assertEqual({one.state, two.state}, {"shipped"})
        self.assertEqual(self.paid(), Counter(["10", "11", "12", "20", "21", "22"]))

    def test_a_lost_answer_is_given_again_also_days_later(self):
        cycle = Cycle(1, self.today(-20))
        envelope = self.declare(cycle)
        self.send(cycle, 0)
        # It came on an earlier day than today, and was taken for that one.
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE g2p_bridge_envelope SET disbursement_schedule_date = %s WHERE id = %s",
            [self.today(-3), envelope.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self.declare(cycle), envelope)
        self.send(cycle, 1)
        self.assertTrue(envelope._is_complete())

    def test_a_lost_answer_is_given_again_where_codes_are_unique_as_well(self):
        self.partner.cycle_codes_repeat = False
        cycle = Cycle(1, self.today(-20))
        envelope = self.declare(cycle)
        self.assertEqual(envelope.cycle_code_mnemonic, "SEP")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE g2p_bridge_envelope SET disbursement_schedule_date = %s WHERE id = %s",
            [self.today(-3), envelope.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self.declare(cycle), envelope)
        self.assertRefused("DUPLICATE_ENVELOPE", self.declare, Cycle(1, self.today(-19)))

    def test_a_cycle_of_the_same_day_begins_when_the_one_before_is_complete(self):
        first, second, third = (Cycle(number, self.today()) for number in (1, 2, 3))
        one = self.declare(first)
        self.send(first, 0)
        self.assertEqual(self.declare(second), one)
        self.send(first, 1)
        two = self.declare(second)
        self.assertEqual(two.cycle_code_mnemonic, f"SEP/{self.today()}/2")
        self.send(second)
        self.run_jobs()
        three = self.declare(third)
        self.assertEqual(len(one | two | three), 3)
        self.send(third)
        self.run_jobs()
        self.assertEqual(set(self.paid().values()), {1})
        self.assertEqual(len(self.paid()), 9)

    def test_other_totals_for_the_same_day_are_refused_until_somebody_decides(self):
        cycle = Cycle(1, self.today(3))
        envelope = self.declare(cycle)
        error = self.assertRefused(
            "DUPLICATE_ENVELOPE", self.declare, cycle, total_disbursement_amount=31
        )
        self.assertIn(envelope.disbursement_envelope_id, str(error))
        self.service.cancel_disbursement_envelope(
            {"disbursement_envelope_id": envelope.disbursement_envelope_id}
        )
        self.assertNotEqual(self.declare(cycle, total_disbursement_amount=31), envelope)

    def test_an_amended_envelope_is_the_same_cycle_still(self):
        cycle = Cycle(1, self.today(3))
        envelope = self.declare(cycle)
        self.service.amend_disbursement_envelope(
            {
                "disbursement_envelope_id": envelope.disbursement_envelope_id,
                "number_of_beneficiaries": 3,
                "number_of_disbursements": 3,
                "total_disbursement_amount": "30.30",
                "disbursement_schedule_date": self.today(9),
            }
        )
        self.assertEqual(self.declare(cycle), envelope)

    def test_an_officer_amends_what_never_arrives_on_the_day_itself(self):
        """PBMS 17 declares everybody, and leaves out whom it has no account of."""
        cycle = Cycle(1, self.today())
        envelope = self.declare(cycle)
        self.send(cycle, 1)
        values = {
            "disbursement_envelope_id": cycle.envelope_id,
            "number_of_beneficiaries": 2,
            "number_of_disbursements": 2,
            "total_disbursement_amount": "20.20",
            "disbursement_schedule_date": self.today(),
        }
        self.service.amend_disbursement_envelope(values)
        self.assertTrue(envelope._is_complete())
        self.assertRefused(
            "DISBURSEMENT_ENVELOPE_DATE_PASSED", self.service.amend_disbursement_envelope, values
        )
        self.run_jobs()
        self.assertEqual(self.paid(), Counter(["11", "12"]))
        # Of a sender whose codes and days are its own it is too late, as ever.
        self.partner.cycle_codes_repeat = False
        self.declare(cycle)
        self.assertRefused(
            "DISBURSEMENT_ENVELOPE_DATE_PASSED",
            self.service.amend_disbursement_envelope,
            {**values, "disbursement_envelope_id": cycle.envelope_id},
        )

    def test_an_envelope_from_before_the_setting(self):
        """The first cycle was paid under the plain code, and the second one refused."""
        self.partner.cycle_codes_repeat = False
        first, second = Cycle(1, self.today()), Cycle(2, self.today())
        one = self.declare(first)
        self.send(first)
        self.run_jobs()
        self.assertEqual(self.declare(second), one, "as it was: the ID of a paid envelope")
        self.partner.cycle_codes_repeat = True
        two = self.declare(second)
        self.assertNotEqual(two, one)
        # What was paid before the setting is known by its key as well.
        self.assertRefused(
            "INVALID_DISBURSEMENT_PAYLOAD", self.send, first, 0, envelope_id=second.envelope_id
        )
        self.send(second)
        self.run_jobs()
        self.assertEqual(set(self.paid().values()), {1})

    def test_a_payment_belongs_to_one_envelope(self):
        first, second = Cycle(1, self.today()), Cycle(2, self.today(1))
        self.declare(first), self.declare(second)
        ids = self.send(first)
        self.assertEqual(self.send(first), ids)
        error = self.assertRefused(
            "INVALID_DISBURSEMENT_PAYLOAD", self.send, first, 1, envelope_id=second.envelope_id
        )
        self.assertEqual(
            {code for row in error.rows for code in row["response_error_codes"]},
            {"DUPLICATE_MIS_REFERENCE_NUMBER"},
        )
        # Another partner's keys are its own.
        other = self.make_partner("other", cycle_codes_repeat=True)._service(None)
        other.create_disbursements(first.rows(0, second.envelope_id))

    def test_a_cancelled_payment_may_come_in_another_envelope(self):
        first, second = Cycle(1, self.today(3)), Cycle(1, self.today(3))
        envelope = self.declare(first)
        self.send(first)
        self.service.cancel_disbursement_envelope({"disbursement_envelope_id": first.envelope_id})
        self.assertNotEqual(self.declare(second), envelope)
        ids = self.send(second)
        self.assertEqual(self.send(second), ids)
        third = Cycle(3, self.today(4))
        self.declare(third)
        self.assertRefused(
            "INVALID_DISBURSEMENT_PAYLOAD", self.send, second, 0, envelope_id=third.envelope_id
        )

    def test_payments_without_a_key_are_refused(self):
        cycle = Cycle(1, self.today())
        self.declare(cycle)
        rows = cycle.rows(1)
        del rows[0]["mis_reference_number"]
        rows[1]["mis_reference_number"] = ""
        error = self.assertRefused(
            "INVALID_DISBURSEMENT_PAYLOAD", self.pbms.create_disbursements, rows
        )
        self.assertEqual(
            [row["response_error_codes"] for row in error.rows],
            [["INVALID_MIS_REFERENCE_NUMBER"]] * 2,
        )

    def test_nobody_else_takes_advantage_of_the_setting(self):
        """An officer who claims to be the partner declares as officers do."""
        first = Cycle(1, self.today())
        self.declare(first)
        self.send(first)
        officer = self.pbms.with_user(self.users["officer"])
        reply = officer.create_disbursement_envelope(
            {**first.declaration(), "total_disbursement_amount": "30.30"}
        )
        envelope = self.find_envelope(reply["disbursement_envelope_id"])
        self.assertEqual(envelope.cycle_code_mnemonic, "SEP")


#: (what is done, to which cycle, with which batch); an old call is sent again as it was.
ACTIONS = st.tuples(
    st.sampled_from(["lose", "send", "send", "send", "old", "other total", "other amount"]),
    st.integers(0, 2),
    st.integers(0, 1),
)


@tagged("post_install", "-at_install")
class TestRepeatedCalls(CycleCodesCase):
    """Whatever is repeated, late, out of order or changed: each payment once, and each cycle.

    An envelope that is complete is paid, once: jobs are carried out by other tests.
    """

    @settings(
        max_examples=8,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],  # to find a shorter one takes minutes
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        days=st.lists(st.sampled_from([-9, -9, -2, 0]), min_size=3, max_size=3),
        actions=st.lists(ACTIONS, min_size=6, max_size=12),
    )
    def test_nobody_is_paid_twice_and_every_cycle_is_paid(self, days, actions):
        with self.env.cr.savepoint() as savepoint:
            self.play(days, actions)
            savepoint.rollback()
        self.env.invalidate_all()

    def play(self, days, actions):
        self.cycles = [Cycle(number, self.today(day)) for number, day in enumerate(days, 1)]
        self.sent, self.calls = set(), []
        for what, index, batch in actions:
            if self.is_there(index):
                getattr(self, f"do_{what.replace(' ', '_')}")(self.cycles[index], batch)
                self.check_elsewhere()
                self.check_once()
        for cycle in self.cycles:
            self.finish(cycle)
        every = [key for cycle in self.cycles for keys in cycle.batches for key in keys]
        self.assertEqual(self.complete(), Counter(every))

    def is_there(self, index):
        """A cycle begins in PBMS after the one of the same day before it was sent."""
        same = [one for one in self.cycles[:index] if one.day == self.cycles[index].day]
        return all({(one.number, 0), (one.number, 1)} <= self.sent for one in same)

    def attempt(self, method, values):
        """Make a call as PBMS does, which goes on whatever the answer is.

        :return: the reply, None if it was refused
        """
        self.calls.append((method, values))
        try:
            with self.env.cr.savepoint():
                return getattr(self.pbms, method)(values)
        except BridgeError as error:
            self.refusal = error
            return None

    def do_declare(self, cycle, _batch):
        if cycle.envelope_id:  # PBMS does not ask again then
            return
        reply = self.attempt("create_disbursement_envelope", cycle.declaration())
        if reply:
            cycle.envelope_id = reply["disbursement_envelope_id"]
            envelope = self.find_envelope(cycle.envelope_id)
            self.assertFalse(envelope._received()[0], "a new cycle begins with an empty envelope")

    def do_lose(self, cycle, _batch):
        """The answer is lost, so PBMS has no ID and will ask again."""
        if not cycle.envelope_id:
            self.attempt("create_disbursement_envelope", cycle.declaration())

    def do_send(self, cycle, batch):
        self.do_declare(cycle, batch)
        if cycle.envelope_id and self.attempt("create_disbursements", cycle.rows(batch)):
            self.sent.add((cycle.number, batch))

    def do_old(self, cycle, batch):
        """Something on the way delivers an old call once more."""
        if self.calls:
            method, values = self.calls[(3 * cycle.number + batch) % len(self.calls)]
            self.attempt(method, values)

    def do_other_total(self, cycle, _batch):
        """The cycle was changed after its envelope was declared, and is prepared once more."""
        if cycle.envelope_id:
            self.attempt("create_disbursement_envelope", cycle.declaration(more=1))

    def do_other_amount(self, cycle, batch):
        if (cycle.number, batch) in self.sent:
            self.assertIsNone(self.attempt("create_disbursements", cycle.rows(batch, more=1)))

    def check_elsewhere(self):
        """What was sent for one cycle is not taken for another one."""
        others = ((one, sent) for one in self.cycles for sent in self.sent if one.number != sent[0])
        for cycle, (number, batch) in others:
            if cycle.envelope_id and not self.find_envelope(cycle.envelope_id)._is_complete():
                rows = self.cycles[number - 1].rows(batch, cycle.envelope_id)
                self.assertIsNone(self.attempt("create_disbursements", rows))
                return

    def check_once(self):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT mis_reference_number FROM g2p_bridge_disbursement"
            " WHERE state <> 'cancelled' AND envelope_id IN (SELECT id FROM g2p_bridge_envelope"
            " WHERE program_id = %s) GROUP BY 1 HAVING count(*) > 1",
            [self.program.id],
        )
        self.assertEqual(self.env.cr.fetchall(), [])

    def complete(self):
        """{sender's key: how often it is in an envelope that is complete}"""
        envelopes = self.env["g2p.bridge.envelope"].search([("program_id", "=", self.program.id)])
        whole = envelopes.filtered(lambda envelope: envelope._is_complete())
        return Counter(whole.disbursement_ids.mapped("mis_reference_number"))

    def finish(self, cycle):
        """In the end PBMS does all that it has to, and an officer tidies up what is in its way."""
        self.do_declare(cycle, 0)
        if not cycle.envelope_id:
            self.assertEqual(self.refusal.code, "DUPLICATE_ENVELOPE")
            self.cancel_empty()
            self.do_declare(cycle, 0)
        for batch in range(2):
            self.do_send(cycle, batch)
            self.assertIn((cycle.number, batch), self.sent)

    def cancel_empty(self):
        """Cancel the envelopes that nobody fills: declarations that came late, or were changed."""
        wanted = [one.envelope_id for one in self.cycles if one.envelope_id]
        for envelope in self.env["g2p.bridge.envelope"].search(
            [("program_id", "=", self.program.id)]
        ):
            reference = envelope.disbursement_envelope_id
            if reference not in wanted and envelope._awaits_payments():
                self.service.cancel_disbursement_envelope(
                    {"disbursement_envelope_id": reference}, reason="Nobody fills it"
                )
