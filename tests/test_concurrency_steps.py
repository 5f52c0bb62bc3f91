# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Workers and people on one envelope at the same moment: what leaves, leaves once or not at all."""

from functools import partial

import pytest
from at_once import Gate, at_the_gate, in_order, sentences
from odoo_server import OdooCallError

BATCHES = """
    SELECT 1 FROM g2p_bridge_bank_batch b JOIN g2p_bridge_envelope e ON e.id = b.envelope_id
     WHERE e.disbursement_envelope_id = %s ORDER BY b.id FOR UPDATE OF b
"""
BATCH_STATES = """
    SELECT b.state, b.attempts, COALESCE(b.shipped_count, 0) FROM g2p_bridge_bank_batch b
      JOIN g2p_bridge_envelope e ON e.id = b.envelope_id
     WHERE e.disbursement_envelope_id = %s ORDER BY b.id
"""
#: The last payment of an envelope: who works on them in their order has all others by then.
LAST_LINE = """
    SELECT 1 FROM g2p_bridge_disbursement d JOIN g2p_bridge_envelope e ON e.id = d.envelope_id
     WHERE e.disbursement_envelope_id = %s ORDER BY d.id DESC LIMIT 1 FOR UPDATE OF d
"""
LINE_STATES = """
    SELECT d.state, count(*) FROM g2p_bridge_disbursement d
      JOIN g2p_bridge_envelope e ON e.id = d.envelope_id
     WHERE e.disbursement_envelope_id = %s GROUP BY d.state
"""
TO_DOS = """
    SELECT count(*) FROM mail_activity a JOIN g2p_bridge_envelope e ON e.id = a.res_id
     WHERE a.res_model = 'g2p.bridge.envelope' AND e.disbursement_envelope_id = %s
"""
#: A second job for the same step, as when a job is taken for dead and given to another worker.
SECOND_JOB = """
    INSERT INTO queue_job SELECT (jsonb_populate_record(j, jsonb_build_object(
           'id', nextval('queue_job_id_seq'), 'uuid', gen_random_uuid()::text))).*
      FROM queue_job j WHERE uuid = %s RETURNING uuid
"""
CANCELLED = "is cancelled"
LEFT = "handed to the bank"


def shipping_jobs(world, envelope_id):
    """The jobs that hand the envelope's batches to the bank, ready to be run."""
    return world.enqueued(
        "model_name = 'g2p.bridge.bank.batch' AND identity_key IN ("
        " SELECT 'g2p.bridge.bank.batch-' || b.id FROM g2p_bridge_bank_batch b"
        "   JOIN g2p_bridge_envelope e ON e.id = b.envelope_id"
        "  WHERE e.disbursement_envelope_id = %s)",
        [envelope_id],
    )


def cancel(world, envelope_id):
    reason = "The list was wrong"
    values = {"disbursement_envelope_id": envelope_id}
    return world.operation("cancel_disbursement_envelope", values, reason)


def assert_nothing_left(world, envelope_id, ids, outcomes):
    """One cancellation has won, and nothing has left."""
    (told,) = sentences(outcomes)
    assert CANCELLED in told
    assert world.state(envelope_id) == "cancelled"
    assert {shipped for *_state, shipped in world.bridge.sql(BATCH_STATES, [envelope_id])} == {0}
    assert not world.booked_of(ids)


def assert_all_left(world, envelope_id, ids, outcomes):
    """Shipping has won: both cancellations were refused, and everybody is paid once."""
    assert [LEFT in told for told in sentences(outcomes)] == [True, True]
    assert world.state(envelope_id) == "shipped"
    assert world.booked_of(ids) == [1] * len(ids)


@pytest.mark.parametrize("first", ["cancellation", "shipping"])
def test_of_two_cancellations_and_shipping_one_wins(crowd, first):
    envelope_id, ids = crowd.funded(10, f"cancel or ship, {first}")
    (job,) = shipping_jobs(crowd, envelope_id)
    works = [partial(cancel, crowd, envelope_id)] * 2
    works.insert(0 if first == "shipping" else 2, partial(crowd.run_job, job))
    outcomes = in_order(crowd.bridge, BATCHES, [envelope_id], *works)
    crowd.run_jobs()
    check = assert_all_left if first == "shipping" else assert_nothing_left
    check(crowd, envelope_id, ids, outcomes)


def test_two_cancellations_amid_many_batches_stop_all_or_none(crowd):
    envelope_id, ids = crowd.funded(40, "cancel amid batches")
    works = [partial(crowd.run_job, job) for job in shipping_jobs(crowd, envelope_id)]
    assert len(works) == 4
    works += [partial(cancel, crowd, envelope_id)] * 2
    outcomes = at_the_gate(crowd.bridge, BATCHES, [envelope_id], *works)
    crowd.run_jobs()
    refused = sum(isinstance(outcome, OdooCallError) for outcome in outcomes)
    check = assert_all_left if refused == 2 else assert_nothing_left
    check(crowd, envelope_id, ids, outcomes)


def test_of_two_workers_on_one_batch_one_hands_it_over(crowd):
    envelope_id, ids = crowd.funded(10, "two workers")
    (first,) = shipping_jobs(crowd, envelope_id)
    second = crowd.bridge.value(SECOND_JOB, [first])
    with Gate(crowd.bridge, BATCHES, [envelope_id]) as gate:
        (one,) = gate.let_in(partial(crowd.run_job, first))
        gate.wait_for(1)
        # While the first one is at it, the second one has nothing to do.
        (other,) = gate.let_in(partial(crowd.run_job, second))
        other.result(20)
        gate.open(one)
    result = "SELECT result FROM queue_job WHERE uuid = %s"
    assert "done" in crowd.bridge.value(result, [first])
    assert "Another worker" in crowd.bridge.value(result, [second])
    assert crowd.bridge.sql(BATCH_STATES, [envelope_id]) == [("done", 1, 10)]
    crowd.run_jobs()
    assert crowd.booked_of(ids) == [1] * 10


def test_two_workers_one_after_the_other_hand_a_batch_over_once(crowd):
    envelope_id, ids = crowd.funded(10, "two workers in turn")
    (first,) = shipping_jobs(crowd, envelope_id)
    second = crowd.bridge.value(SECOND_JOB, [first])
    crowd.run_job(first)
    crowd.run_job(second)
    assert crowd.bridge.sql(BATCH_STATES, [envelope_id]) == [("done", 1, 10)]
    crowd.run_jobs()
    assert crowd.booked_of(ids) == [1] * 10


def amid_a_call(world, table, job, stop, work):
    """Have work begin while a job waits for an answer that comes before the work has ended.

    Either wants what the other one has locked, unless both lock in the same order.

    :param table: what the other side needs for its answer
    :param stop: SQL of the gate at which the work stops, and its parameters
    """
    outside = Gate(world.bridge, f"LOCK TABLE {table}")
    inside = Gate(world.bridge, *stop)
    with outside, inside:
        futures = outside.let_in(partial(world.run_job, job))
        outside.wait_for(1)
        futures += inside.let_in(work)
        inside.wait_for(2)
        outside.open()
        inside.wait_for(2, but=table)
        return inside.open(*futures)


def test_a_cancellation_and_the_mappers_answer_do_not_wait_for_each_other(crowd):
    amounts = list(range(1, 11))
    envelope_id = crowd.create_envelope(amounts, days=1, cycle="cancelled amid the answer")
    crowd.create_disbursements(envelope_id, amounts)
    (job,) = crowd.enqueued("model_name = 'g2p.bridge.mapper.batch'")
    outcomes = amid_a_call(
        crowd,
        "g2p_bridge_example_mapper_entry",
        job,
        (LAST_LINE, [envelope_id]),
        partial(cancel, crowd, envelope_id),
    )
    assert not sentences(outcomes)
    crowd.run_jobs()
    assert crowd.state(envelope_id) == "cancelled"
    assert crowd.bridge.sql(LINE_STATES, [envelope_id]) == [("cancelled", 10)]


def test_a_statement_and_the_banks_answer_about_its_batch_do_not_wait_for_each_other(crowd):
    envelope_id, ids = crowd.funded(10, "proved amid the answer")
    crowd.add_fault("accept_then_500")
    (job,) = shipping_jobs(crowd, envelope_id)
    crowd.run_job(job)
    crowd.run_jobs()
    assert [state for state, *_counts in crowd.bridge.sql(BATCH_STATES, [envelope_id])] == [
        "uncertain"
    ]
    crowd.bridge.sql(
        "UPDATE g2p_bridge_bank_batch SET next_attempt_at = NULL,"
        " begun_at = begun_at - INTERVAL '1 hour' WHERE state = 'uncertain'"
    )
    crowd.bridge.sql(
        "UPDATE queue_job SET eta = NULL"
        " WHERE state = 'pending' AND model_name = 'g2p.bridge.bank.batch'"
    )
    (question,) = shipping_jobs(crowd, envelope_id)
    crowd.generate_statement()
    crowd.run_jobs(but="g2p.bridge.statement")
    (statement,) = crowd.enqueued("model_name = 'g2p.bridge.statement'")
    amid_a_call(
        crowd,
        "g2p_bridge_example_bank_payment_batch",
        question,
        ("LOCK TABLE g2p_bridge_statement_total IN SHARE MODE",),
        partial(crowd.run_job, statement),
    )
    crowd.run_jobs()
    assert crowd.bridge.sql(BATCH_STATES, [envelope_id]) == [("done", 1, 10)]
    assert crowd.booked_of(ids) == [1] * 10
    states = {state for state, _count in crowd.bridge.sql(LINE_STATES, [envelope_id])}
    assert states <= {"reconciled", "reversed"}


def test_two_refused_batches_tell_the_same_person_at_once(crowd):
    envelope_id, _ids = crowd.funded(20, "two refused")
    jobs = shipping_jobs(crowd, envelope_id)
    crowd.add_fault("refuse", calls=2)
    # Whoever is told something of an envelope follows it from then on; nobody can begin twice.
    crowd.bridge.sql("DELETE FROM mail_followers WHERE res_model = 'g2p.bridge.envelope'")
    works = [partial(crowd.run_job, job) for job in jobs]
    at_the_gate(crowd.bridge, "LOCK TABLE mail_followers IN SHARE MODE", None, *works)
    assert [state for state, *_ in crowd.bridge.sql(BATCH_STATES, [envelope_id])] == ["failed"] * 2
    ended = "SELECT DISTINCT state FROM queue_job WHERE uuid = ANY(%s)"
    assert crowd.bridge.sql(ended, [jobs]) == [("done",)]
    assert crowd.bridge.value(TO_DOS, [envelope_id])
