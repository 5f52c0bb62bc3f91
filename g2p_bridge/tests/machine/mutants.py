# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Mistakes that the machine has to find: each is a small patch of the bridge itself.

``MUTANTS`` says of each what is planted, which invariants may catch it, and what has to happen
in a life for the mistake to do harm.
"""

from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from unittest.mock import patch

from odoo.sql_db import Cursor
from odoo.tools import SQL

from odoo.addons.g2p_bridge_base.models.queue_job import QueueJob
from odoo.addons.queue_job.exception import RetryableJobError

from ...models.bank.bank_batch import BankBatch
from ...models.envelope.envelope_progress import EnvelopeProgress
from ...models.envelope.envelope_totals import EnvelopeTotals
from ...models.statement.matching_sql import COUNTS_STILL
from ...models.statement.statement_intake import StatementIntake
from ...models.statement.statement_matching import StatementMatching
from ...models.step.batch_mixin import BatchMixin
from ...models.step.step_mixin import StepMixin
from ...services.cancellation_operations import CancellationOperations
from .faults import Fault


@dataclass(frozen=True)
class Mutant:
    """A planted mistake.

    :param plant: gives the context manager that plants it
    :param caught_by: the invariants of which one has to be broken
    :param faults: what happens in each life at its first opportunity
    :param days: until the schedule date of a life's first envelope
    """

    plant: object
    caught_by: tuple
    faults: tuple = ()
    days: int = 0


@contextmanager
def rewritten(old, new):
    """Every SQL statement that says ``old`` says ``new``."""
    execute, hits = Cursor.execute, []

    def changed(cursor, query, params=None, log_exceptions=True):
        if isinstance(query, SQL):
            query, params = query.code, query.params
        if isinstance(query, str) and old in query:
            hits.append(query)
            query = query.replace(old, new)
        return execute(cursor, query, params, log_exceptions)

    with patch.object(Cursor, "execute", changed):
        yield
    if not hits:
        raise AssertionError(f"no statement says: {old}")


# Blind resending


def blind_resend():
    """An unknown outcome is taken for "not taken", and the batch is sent again."""
    return patch.object(BankBatch, "_step_record_unknown", lambda step, _: step._step_postpone())


def unmarked_call():
    """A call is not marked as begun, so what died in it seems never to have left."""

    def begin(step, attempt):
        step._step_lock()
        return (step.state, step.attempts) == ("in_progress", attempt)

    return patch.object(StepMixin, "_step_begin", begin)


def hasty_question():
    """The bank is asked before what is on its way can have arrived."""
    return patch.multiple(
        BankBatch, _step_timeout=lambda step: 0, _step_ask_delay=lambda *_: 0, create=True
    )


# Counters


def adding_counter():
    """Lines are added to the counter instead of counted."""
    return rewritten("SET line_count = s.lines", "SET line_count = b.line_count + s.lines")


def stale_counter():
    """What was shipped is read before the call and written after it, without a lock."""
    prepare, read = BankBatch._step_prepare, {}

    def remember(batch):
        payments = prepare(batch)
        amount = sum((payment.payment_amount for payment in payments), Decimal(0))
        read[batch.id] = len(payments), amount
        return payments

    def write(batch):
        batch.env.flush_all()
        batch.env.cr.execute(
            "UPDATE g2p_bridge_bank_batch SET shipped_count = %s, shipped_amount = %s"
            " WHERE id = %s",
            [*read.get(batch.id, (0, 0)), batch.id],
        )
        batch.invalidate_recordset()

    return patch.multiple(BankBatch, _step_prepare=remember, _count_results=write)


# Cancellation


def cancelled_shipped():
    """Payments are read without a look at what is cancelled."""
    return rewritten(
        "WHERE bank_batch_id = %s AND state = 'resolved' ORDER BY id",
        "WHERE bank_batch_id = %s AND state IN ('resolved', 'cancelled') ORDER BY id",
    )


def cancelled_in_flight():
    """An envelope may be cancelled while its batch is being handed to the bank."""
    nothing = patch.object(CancellationOperations, "_check_nothing_left", lambda service, _: None)
    return nothing


# Statements


def statement_twice():
    """That a statement is read in is not committed together with its lines."""
    header = StatementMatching._write_header

    def write(statement, parsed, counts):
        header(statement, parsed, counts)
        statement.env.cr.execute(
            "UPDATE g2p_bridge_statement SET state = 'in_progress' WHERE id = %s", [statement.id]
        )
        statement.invalidate_recordset()

    return patch.object(StatementMatching, "_write_header", write)


def counted_twice():
    """Every line that names a payment counts, and not only the one that proves it."""
    return rewritten(
        "FROM g2p_bridge_result WHERE outcome = 'matched' AND entry_id IS NULL",
        "FROM g2p_bridge_result WHERE disbursement_id IS NOT NULL AND entry_id IS NULL",
    )


def drops_same_number():
    """A statement with a number that is known is taken for one that was received before."""
    exact = StatementIntake._known_positions

    def known(statements, rows):
        found = {
            (one.statement_number, one.sequence_number): one.id
            for one in statements.search([], order="id desc")
        }
        numbers = {row["position"]: (row["number"], row["sequence"]) for row in rows}
        same = {position: found[one] for position, one in numbers.items() if one in found}
        return same | exact(statements, rows)

    return patch.object(StatementIntake, "_known_positions", known)


def order_matters():
    """A return that comes before its debit stays an error: only what is matched counts still."""
    return rewritten(COUNTS_STILL, "(e.outcome = 'matched')")


@contextmanager
def credit_ignored():
    """A credit names no payment of ours, whatever it says."""
    with (
        rewritten(
            "ON d.disbursement_id = l.reference\n",
            "ON d.disbursement_id = l.reference AND l.mark <> 'C'\n",
        ),
        rewritten("= '' AS nameless", "= '' OR l.mark = 'C' AS nameless"),
    ):
        yield


# Money


def float_total():
    """What was received is added up in floats."""
    received = EnvelopeTotals._received

    def add(envelope):
        count, _amount = received(envelope)
        envelope.env.cr.execute(
            "SELECT disbursement_amount FROM g2p_bridge_disbursement"
            " WHERE envelope_id = %s AND state <> 'cancelled' ORDER BY id",
            [envelope.id],
        )
        return count, Decimal(repr(sum(float(row[0]) for row in envelope.env.cr.fetchall())))

    return patch.object(EnvelopeTotals, "_received", add)


def float_payment():
    """The bank is told floats."""
    exact = BankBatch._payments

    def tell(batch, common, rows):
        return [
            payment._replace(payment_amount=Decimal(float(payment.payment_amount)))
            for payment in exact(batch, common, rows)
        ]

    return patch.object(BankBatch, "_payments", tell)


# Holds


def early_release():
    """The rest of the hold is given back while batches are still to come."""
    return patch.object(EnvelopeProgress, "_has_bank_batch_to_come", lambda envelope: False)


# Wake-ups


def forgotten_envelope():
    """An envelope is not told that one of its batches has come to its end."""
    return patch.object(BatchMixin, "_step_wake_owner", lambda batches: None)


def shared_job():
    """A job is left out because one of its identity waits, which may have read already."""

    def hold(jobs, keys):
        waiting = jobs.search(
            [("identity_key", "in", keys), ("state", "in", ("pending", "enqueued"))]
        )
        return {job.identity_key: job.id for job in waiting}

    return patch.object(QueueJob, "_hold_waiting", hold)


def started_job_counts():
    """A step is left to a job that has begun, which may have read already."""
    return rewritten("AND (s.state <> 'in_progress' OR NOT EXISTS (", "AND (NOT EXISTS (")


def busy_job_ends():
    """A job that finds its step with another worker ends, though that one may have read."""

    def _job_step(step):
        try:
            return carry_out(step)
        except RetryableJobError as busy:
            return str(busy)

    carry_out = StepMixin._job_step
    return patch.object(StepMixin, "_job_step", _job_step)


def nothing_made_up():
    """What a worker that died after its record has left undone is not made up for."""
    return patch.object(StepMixin, "_step_make_up", lambda step: None)


def _call(kind, target="initiate_payment"):
    return Fault(target, kind)


#: An envelope is paused before its job looks, and goes on again before that job has ended.
RESUMED = (
    Fault("resolve", "meanwhile", "_step_claim", "before", "pause"),
    Fault("resolve", "meanwhile", "_step_claim", "after", "resume"),
)
MUTANTS = {
    "blind resend": Mutant(blind_resend, ("paid_once",), (_call("lost_after"),)),
    "unmarked call": Mutant(unmarked_call, ("paid_once",), (_call("died_after"),)),
    "hasty question": Mutant(hasty_question, ("paid_once",), (_call("late"),)),
    "adding counter": Mutant(adding_counter, ("received",)),
    "stale counter": Mutant(stale_counter, ("funds",), (_call("partial"),)),
    "cancelled shipped": Mutant(cancelled_shipped, ("cancelled",), days=2),
    "cancelled in flight": Mutant(
        cancelled_in_flight,
        ("cancelled",),
        (Fault("initiate_payment", "meanwhile", "call", "before", "cancel"),),
    ),
    "statement twice": Mutant(
        statement_twice,
        ("entries", "statement"),
        (Fault("statement", "die", "_reconcile_file", "after"),),
    ),
    "counted twice": Mutant(counted_twice, ("statement",)),
    "drops same number": Mutant(drops_same_number, ("kept",)),
    "order matters": Mutant(order_matters, ("ending",)),
    "credit ignored": Mutant(credit_ignored, ("ending",)),
    "float total": Mutant(float_total, ("received",)),
    "float payment": Mutant(float_payment, ("exact",)),
    "early release": Mutant(early_release, ("ending",)),
    "forgotten envelope": Mutant(forgotten_envelope, ("awake",)),
    "shared job": Mutant(
        shared_job,
        ("awake",),
        tuple(Fault("advance", "crossed", what="job", pick=pick) for pick in range(5)),
    ),
    "started job counts": Mutant(started_job_counts, ("awake",), RESUMED),
    "busy job ends": Mutant(busy_job_ends, ("awake",), RESUMED),
    "nothing made up": Mutant(
        nothing_made_up, ("awake",), (Fault("initiate_payment", "die", "_step_record", "after"),)
    ),
}
