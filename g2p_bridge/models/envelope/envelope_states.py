# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The states of an envelope, their groups, and the facts that they are read from.

Nobody moves an envelope by hand: its state is what the facts amount to (``NEXT_STATE``), brought
up to date by ``_advance``. What people decide are facts: approved, sent back, started, cancelled.
"""

from ...rule import Given, Has, Positive, Rule, States, Ticked
from ..step.step_states import ENDED as STEP_ENDED
from ..step.step_states import HAS_BEGUN, PROBLEM

STATES = [
    ("receiving", "Receiving"),
    ("to_approve", "To approve"),
    ("scheduled", "Scheduled"),
    ("funding", "Funding"),
    ("shipping", "Shipping"),
    ("shipped", "Shipped"),
    ("reconciled", "Reconciled"),
    ("cancelled", "Cancelled"),
]

#: Before any money is touched.
BEFORE_FUNDS = States("receiving", "to_approve", "scheduled")
#: The bank is asked for their money as soon as nothing else is in the way.
FUNDABLE = States("scheduled", "funding")
#: The bank is being asked: for their money, or to pay it out.
WITH_THE_BANK = States("funding", "shipping")
#: Whatever was approved of them may still leave.
MAY_LEAVE = States("scheduled", "funding", "shipping")
#: Their money has not all left.
NOT_SHIPPED = States("receiving", "to_approve", "scheduled", "funding", "shipping")
#: Under way: not settled, and not cancelled.
IN_FLIGHT = States("receiving", "to_approve", "scheduled", "funding", "shipping", "shipped")
#: All that could leave has left.
SHIPPED = States("shipped", "reconciled")
#: Nothing of them can be started or held back any more.
PAST_HOLDING = States("shipped", "reconciled", "cancelled")
#: Nothing leaves any more, and nothing is to be proved.
ENDED = States("reconciled", "cancelled")

CANCELLED = States("cancelled", field="cancellation_status")
LIVE = States("not_cancelled", field="cancellation_status")
SENT_BACK = Given("rejected_by_id")
STARTED = Given("started_by_id")
#: Neither cancelled nor paused: its steps go on.
GOES_ON = LIVE & ~Ticked("paused")

#: Money may have moved: a funds step or a bank batch was tried.
MONEY_BEGUN = Has("funds_step_ids", "g2p_bridge_funds_step", "envelope_id", HAS_BEGUN) | Has(
    "bank_batch_ids", "g2p_bridge_bank_batch", "envelope_id", HAS_BEGUN
)
#: Payments are held, for nobody has approved their account.
HOLDS_PAYMENTS = Has(
    "mapper_batch_ids", "g2p_bridge_mapper_batch", "envelope_id", Positive("held_count")
)
#: It needs a person: a step has failed or its outcome is unknown, or payments are held.
TROUBLED = (
    Has("funds_step_ids", "g2p_bridge_funds_step", "envelope_id", PROBLEM)
    | Has("mapper_batch_ids", "g2p_bridge_mapper_batch", "envelope_id", PROBLEM)
    | Has("bank_batch_ids", "g2p_bridge_bank_batch", "envelope_id", PROBLEM)
    | HOLDS_PAYMENTS
)
#: A bank batch may still leave.
BATCH_TO_COME = Has("bank_batch_ids", "g2p_bridge_bank_batch", "envelope_id", ~STEP_ENDED)


class Fact(Rule):
    """What a method of the envelope says, and SQL over ``FACTS``."""

    def __init__(self, method: str, text: str):
        self.method, self.text = method, text

    def holds(self, record):
        return bool(getattr(record, self.method)())

    def sql(self, alias, **joined):
        return self.text


COMPLETE = Fact(
    "_is_complete",
    "(s.lines, s.line_amount) = (e.number_of_disbursements, e.total_disbursement_amount)",
)
BLOCKED = Fact("_is_blocked", "b.state = 'done'")
ASKED = Fact("_has_asked_for_money", HAS_BEGUN.sql("c"))
UNAPPROVED = Fact(
    "_lacks_approval", "(e.approved_by_id IS NULL AND e.id IN (SELECT id FROM needs_approval))"
)
TO_BE_APPROVED_AGAIN = Fact(
    "_awaits_reapproval",
    "(e.approved_by_id IS NULL AND COALESCE(e.approved_revision, '') <> ''"
    " AND e.id IN (SELECT id FROM needs_approval))",
)
TO_COME = Fact("_has_bank_batch_to_come", "s.to_come")
PROVED = Fact("_is_proved", "t.reconciled >= s.shipped")
RELEASED = Fact("_is_released", "(r.id IS NULL OR r.state = 'done')")

#: What the facts amount to, in one word: the first line that holds; else it is ``shipped``.
NEXT_STATE = [
    (CANCELLED, "cancelled"),
    (~BLOCKED & (SENT_BACK | ~COMPLETE), "receiving"),
    (~BLOCKED & UNAPPROVED, "to_approve"),
    (~BLOCKED & ~ASKED, "scheduled"),
    (~BLOCKED, "funding"),
    (TO_BE_APPROVED_AGAIN & ~SENT_BACK & TO_COME, "to_approve"),
    (TO_COME, "shipping"),
    (PROVED & RELEASED, "reconciled"),
]


def next_state(envelope):
    """:return: the state that the facts amount to now"""
    return next((state for fact, state in NEXT_STATE if fact.holds(envelope)), "shipped")


_CASES = " ".join(f"WHEN {fact.sql('e')} THEN '{state}'" for fact, state in NEXT_STATE)
#: The same in SQL, over ``FACTS``.
NEXT_STATE_SQL = f"CASE {_CASES} ELSE 'shipped' END"
#: The rows that facts are read from, for a query WITH ``needs_approval``: the IDs of the envelopes
#: that somebody has to approve. ``since``: when the last thing happened to them.
FACTS = """
      g2p_bridge_envelope e
      JOIN g2p_bridge_funds_step c ON c.envelope_id = e.id AND c.kind = 'check'
      JOIN g2p_bridge_funds_step b ON b.envelope_id = e.id AND b.kind = 'block'
      LEFT JOIN g2p_bridge_funds_step r ON r.envelope_id = e.id AND r.kind = 'release'
     CROSS JOIN LATERAL (
           SELECT COALESCE(BOOL_OR(state NOT IN ('done', 'cancelled')), FALSE) AS to_come,
                  COALESCE(SUM(line_count), 0) AS lines,
                  COALESCE(SUM(line_amount), 0) AS line_amount,
                  COALESCE(SUM(shipped_count), 0) AS shipped,
                  COALESCE(SUM(shipped_amount), 0) AS amount,
                  MAX(latest_timestamp) AS since
             FROM g2p_bridge_bank_batch WHERE envelope_id = e.id) s
     CROSS JOIN LATERAL (
           SELECT COALESCE(SUM(t.reconciled_count), 0) AS reconciled,
                  MAX(o.latest_timestamp) AS since
             FROM g2p_bridge_statement_total t
             JOIN g2p_bridge_statement o ON o.id = t.statement_id
            WHERE t.envelope_id = e.id) t
"""
