# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whatever bank and mapper do wrong: nobody is paid twice, and nothing is lost.

Each fault has a program and an account of its own, so that all of them happen at once on
one server. After the fault everything is either reconciled or stands visibly for a person.
"""

import pytest
from odoo_run import wait_until
from world import World

AMOUNTS = list(range(1, 7))
INITIATE = "initiate_payment"
#: Faults after which the bridge comes to the end by itself: (kind, operation, values).
CURED = [
    ("slow", INITIATE, {"seconds": 5}),
    ("close", INITIATE, {}),
    ("accept_then_timeout", INITIATE, {"seconds": 5}),
    ("accept_then_500", INITIATE, {}),
    ("accept_then_cut", INITIATE, {}),
    ("accept_then_half", INITIATE, {}),
    ("accept_then_double", INITIATE, {}),
    ("accept_then_bad_json", INITIATE, {}),
    ("accept_then_html", INITIATE, {}),
    ("accept_then_redirect", INITIATE, {}),
    ("close", "check_funds", {}),
    ("accept_then_html", "check_funds", {}),
    ("close", "block_funds", {}),
    ("accept_then_500", "block_funds", {}),
    ("accept_then_half", "block_funds", {}),
    ("statement_late", "any", {"seconds": 2}),
    ("statement_twice", "any", {}),
]
OUTCOMES = """
    SELECT e.error_reason FROM g2p_bridge_statement_entry e
      JOIN g2p_bridge_statement s ON s.id = e.statement_id
     WHERE s.account_number = %s AND e.outcome = 'error' ORDER BY e.id
"""
ITSELF, PERSON = "by itself", "for a person"
BATCHES = """
    SELECT b.id, b.state, b.latest_error_code, b.latest_error_message
      FROM g2p_bridge_bank_batch b JOIN g2p_bridge_envelope e ON e.id = b.envelope_id
     WHERE e.disbursement_envelope_id = %s
"""


class Case:
    """An account with one fault, or none yet, and the envelope that meets it."""

    def __init__(self, world, number, kind, operation="any", **values):
        self.world, self.kind, self.operation = world, kind, operation
        self.account, program = f"ACCOUNT-{number}", f"P{number}"
        self.account_id = world.create_account(self.account, reversal_rate=0)
        world.create_program(program, self.account)
        if kind:
            world.add_fault(kind, operation, self.account_id, **values)
        self.envelope_id = world.create_envelope(AMOUNTS, program=program)
        self.ids = world.create_disbursements(self.envelope_id, AMOUNTS)

    def ship(self):
        """Wait until all has left, and the bank has it in its books."""
        self.world.wait_for_state(self.envelope_id, "shipped")
        self.wait_until_booked(len(AMOUNTS))

    def wait_until_booked(self, entries):
        self.world.bank.wait_for(
            "SELECT count(*) FROM g2p_bridge_example_bank_log WHERE mark = 'D' AND account_id = %s",
            [self.account_id],
            expected=entries,
        )

    def reconcile(self):
        """Wait for the end of an envelope whose statement was asked for."""
        self.world.wait_for_state(self.envelope_id, "reconciled")
        self.assert_paid_once()

    def assert_paid_once(self, but=()):
        """Assert that the bank has debited everybody once, and nobody else."""
        booked = self.world.bank.sql(
            "SELECT customer_reference, count(*) FROM g2p_bridge_example_bank_log"
            " WHERE mark = 'D' AND account_id = %s GROUP BY 1 ORDER BY 1",
            [self.account_id],
        )
        expected = set(self.ids.values()) - set(but)
        assert booked == sorted((disbursement_id, 1) for disbursement_id in expected), self.kind

    def assert_fault_is_over(self):
        assert not self.world.bank.value(
            "SELECT sum(calls) FROM g2p_bridge_example_bank_fault WHERE account_id = %s",
            [self.account_id],
        ), self.kind

    def note(self, reliability, outcome):
        """Let the report know that the fault of this case came out right."""
        reliability.tried("bank", self.kind, self.operation, outcome)

    def statement(self):
        self.world.generate_statement(self.account)

    def wait_for_statements(self, count, delivery_state):
        """Wait until so many statements of the bank are in this state of delivery."""
        self.world.bank.wait_for(
            "SELECT count(*) FROM g2p_bridge_example_bank_statement"
            " WHERE account_id = %s AND delivery_state = %s",
            [self.account_id, delivery_state],
            expected=count,
        )

    def deliver_again(self):
        statements = self.world.bank.sql(
            "SELECT id FROM g2p_bridge_example_bank_statement"
            " WHERE account_id = %s AND delivery_state <> 'delivered'",
            [self.account_id],
        )
        self.world.bank.call(
            "g2p.bridge.example.bank.statement", "action_deliver_again", [[i for [i] in statements]]
        )

    def wait_for_errors(self, *codes):
        """Wait until the statement's entries stand in the work queue with these reasons."""
        wait_until(lambda: self.errors() == list(codes), 120, f"{self.kind}: {codes}")

    def errors(self):
        return [code for [code] in self.world.bridge.sql(OUTCOMES, [self.account])]

    def warnings(self):
        return self.world.bridge.value(
            "SELECT string_agg(warnings, ' ') FROM g2p_bridge_statement WHERE account_number = %s",
            [self.account],
        )


@pytest.fixture
def world(odoo_server):
    return World(odoo_server, people=len(AMOUNTS))


def test_the_bridge_gets_over_what_goes_wrong_once(world, reliability):
    cases = [
        Case(world, number, kind, operation, **values)
        for number, (kind, operation, values) in enumerate(CURED)
    ]
    for case in cases:
        case.ship()
        case.statement()
    for case in cases:
        case.reconcile()
        case.assert_fault_is_over()
        assert case.errors() == []
        case.note(reliability, ITSELF)


def test_what_the_bank_books_or_refuses_wrongly_stands_for_a_person(world, reliability):
    refused = Case(world, 1, "refuse", INITIATE)
    rejected = Case(world, 2, "reject_payments", INITIATE, share=30)
    # So small a share that it is one payment, whatever IDs they have.
    wrong = Case(world, 3, "book_wrong_amount", share=0.01)
    twice = Case(world, 4, "book_twice", share=0.01)

    wrong.ship()
    wrong.statement()
    wrong.wait_for_errors("AMOUNT_MISMATCH")
    wrong.assert_paid_once()
    assert world.state(wrong.envelope_id) == "shipped"

    world.wait_for_state(twice.envelope_id, "shipped")
    twice.wait_until_booked(len(AMOUNTS) + 1)
    twice.statement()
    twice.wait_for_errors("DUPLICATE_DISBURSEMENT")
    world.wait_for_state(twice.envelope_id, "reconciled")
    assert world.status(twice.envelope_id)["number_of_disbursements_reconciled"] == len(AMOUNTS)

    _after_single_rejections(world, rejected)
    _after_a_refusal(world, refused)
    for case in (wrong, twice, rejected, refused):
        case.note(reliability, PERSON)


def _after_single_rejections(world, case):
    answers = world.bank.sql(
        "SELECT payment_reference_number FROM g2p_bridge_example_bank_payment"
        " WHERE account_id = %s AND reject_code IS NOT NULL",
        [case.account_id],
    )
    left_out = {reference for [reference] in answers}
    assert 0 < len(left_out) < len(AMOUNTS)
    case.wait_until_booked(len(AMOUNTS) - len(left_out))
    case.statement()
    case.world.wait_for_state(case.envelope_id, "reconciled")
    case.assert_paid_once(but=left_out)
    reasons = world.bridge.sql(
        "SELECT disbursement_id, reason_code FROM g2p_bridge_disbursement"
        " WHERE state = 'rejected' ORDER BY 1"
    )
    assert reasons == [(item, "REJECTED_BY_BANK") for item in sorted(left_out)]


def _after_a_refusal(world, case):
    """The batch has failed in words; tried again by an officer, it is paid."""
    wait_until(
        lambda: [row[1] for row in world.bridge.sql(BATCHES, [case.envelope_id])] == ["failed"],
        120,
        "the refused batch to stand for a person",
    )
    [(batch, _state, code, words)] = world.bridge.sql(BATCHES, [case.envelope_id])
    assert code == "REJECTED_BY_BANK"
    assert "simulated fault" in words
    assert world.bridge.value(
        "SELECT count(*) FROM mail_activity WHERE res_model = 'g2p.bridge.envelope' AND res_id ="
        " (SELECT id FROM g2p_bridge_envelope WHERE disbursement_envelope_id = %s)",
        [case.envelope_id],
    )
    case.assert_paid_once(but=case.ids.values())
    world.bridge.call("g2p.bridge.bank.batch", "action_try_again", [[batch]], user="officer")
    case.ship()
    case.statement()
    case.reconcile()


def test_statements_that_go_astray_lose_no_entry(world, reliability):
    late = Case(world, 1, "statement_out_of_order")
    gap = Case(world, 2, None)
    other = Case(world, 3, "statement_other_account")
    gap.statement()  # nothing misses before the first one
    gap.wait_for_statements(1, "delivered")
    gap.kind = "statement_gap"
    world.add_fault(gap.kind, "any", gap.account_id)
    for case in (late, gap, other):
        case.ship()
        case.statement()
    for case in (late, gap):
        case.wait_for_statements(1, "held")
        case.statement()  # another one, without entries, which overtakes the first

    late.wait_for_statements(2, "delivered")
    late.reconcile()

    gap.wait_for_statements(2, "delivered")
    wait_until(gap.warnings, 120, "the gap to be seen")
    assert world.state(gap.envelope_id) == "shipped"
    gap.deliver_again()
    gap.reconcile()

    # The strange one stands for a person; the right one that follows settles everything.
    other.reconcile()
    world.bridge.wait_for(
        "SELECT latest_error_code FROM g2p_bridge_statement WHERE account_number = 'OTHER-ACCOUNT'",
        expected="INVALID_ACCOUNT_NUMBER",
    )
    assert not late.errors() + gap.errors() + other.errors()
    late.note(reliability, ITSELF)
    gap.note(reliability, PERSON)
    other.note(reliability, PERSON)


def test_the_bridge_gets_over_what_the_mapper_does_wrong(world, reliability):
    envelopes, faults = [], ("error_500", "missing", "partial", "swapped", "bad_json", "html")
    for fault in faults:
        _set_mapper(world, fault)
        envelopes.append(_resolve(world, fault))
    for envelope_id, _ids in envelopes:
        world.wait_for_state(envelope_id, "shipped")
    _assert_paid(world, envelopes)
    for fault in faults:
        reliability.tried("mapper", fault, "resolve", ITSELF)


def test_addresses_that_are_wrong_are_never_paid_to(odoo_server, reliability):
    world = World(odoo_server, people=len(AMOUNTS), unresolved="hold")
    envelopes, faults = [], {"wrong_ids": "WRONG_ID", "malformed": None}
    for fault, reason in faults.items():
        _set_mapper(world, fault)
        envelope_id, ids = _resolve(world, fault)
        unresolved = world.bridge.sql(
            "SELECT disbursement_id, reason_code FROM g2p_bridge_disbursement"
            " WHERE state = 'unresolved' AND disbursement_id = ANY(%s) ORDER BY id",
            [list(ids.values())],
        )
        # One of two is hit. The envelope waits for a person, and the bank has heard nothing.
        assert [row[0] for row in unresolved] == [ids[amount] for amount in (2, 4, 6)]
        assert all(code and reason in (None, code) for _id, code in unresolved)
        assert not set(ids.values()) & set(dict(world.booked()))
        envelopes.append((envelope_id, ids))
        record = world.bridge.value(
            "SELECT id FROM g2p_bridge_envelope WHERE disbursement_envelope_id = %s", [envelope_id]
        )
        world.bridge.call("g2p.bridge.envelope", "action_resolve_again", [[record]], user="officer")
        world.wait_for_state(envelope_id, "shipped")
    _assert_paid(world, envelopes)
    for fault in faults:
        reliability.tried("mapper", fault, "resolve", PERSON)


def _set_mapper(world, fault):
    """Let the next request to the mapper go wrong, and only that one."""
    behaviour = world.bridge.value("SELECT id FROM g2p_bridge_example_mapper_behaviour")
    values = {"fault": fault, "fault_times": 1, "fault_every": 2}
    world.bridge.call("g2p.bridge.example.mapper.behaviour", "write", [[behaviour], values])


def _resolve(world, cycle):
    """Send an envelope and wait until the mapper was asked as often as it must be."""
    envelope_id = world.create_envelope(AMOUNTS, cycle=cycle)
    ids = world.create_disbursements(envelope_id, AMOUNTS)
    world.bridge.wait_for(
        "SELECT count(*) FROM g2p_bridge_mapper_batch b"
        " JOIN g2p_bridge_envelope e ON e.id = b.envelope_id"
        " WHERE e.disbursement_envelope_id = %s AND b.state <> 'done'",
        [envelope_id],
        expected=0,
    )
    fault = world.bridge.value("SELECT fault FROM g2p_bridge_example_mapper_behaviour")
    assert fault == "none"
    return envelope_id, ids


def _assert_paid(world, envelopes):
    everybody = sorted(item for _envelope_id, ids in envelopes for item in ids.values())
    world.wait_until_booked(len(everybody))
    assert world.booked() == [(item, 1) for item in everybody]
    numbers = world.bridge.sql("SELECT DISTINCT account_number FROM g2p_bridge_disbursement")
    assert len(numbers) == len(AMOUNTS)
