# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the books of both sides say at the end of a campaign: who was paid twice, who never.

The bank's books are the measure: what it has debited, rejected, blocked and released. The
bridge is wrong wherever it says something else.
"""

from collections import Counter
from dataclasses import dataclass, field

#: Who was debited: by an entry of their own, or by one for their whole batch.
BOOKED = """
    SELECT reference, count(*), max(amount), min(amount)
      FROM (SELECT customer_reference AS reference, amount
              FROM g2p_bridge_example_bank_log WHERE mark = 'D' AND batch_id IS NULL
             UNION ALL
            SELECT p.payment_reference_number, p.payment_amount
              FROM g2p_bridge_example_bank_log l
              JOIN g2p_bridge_example_bank_payment p
                ON p.batch_id = l.batch_id AND p.status <> 'rejected'
             WHERE l.mark = 'D') debits
     GROUP BY 1
"""
#: Entries for whole batches that are not of the sum of what was taken.
TOTALS = """
    SELECT l.bank_reference FROM g2p_bridge_example_bank_log l
     WHERE l.batch_id IS NOT NULL AND l.amount <> (
           SELECT coalesce(sum(p.payment_amount), 0) FROM g2p_bridge_example_bank_payment p
            WHERE p.batch_id = l.batch_id AND p.status <> 'rejected')
"""
#: Who came back: as a new credit, or by the debit undone.
RETURNED = """
    SELECT customer_reference, count(*) FROM g2p_bridge_example_bank_log
     WHERE mark IN ('C', 'RD') GROUP BY 1
"""
#: What was rejected once and taken later, in another batch, is not rejected.
REJECTED = """
    SELECT payment_reference_number FROM g2p_bridge_example_bank_payment
     GROUP BY 1 HAVING bool_and(status = 'rejected')
"""
LINES = "SELECT disbursement_id, state, disbursement_amount FROM g2p_bridge_disbursement"
COUNTERS = """
    SELECT b.reference FROM g2p_bridge_bank_batch b
     CROSS JOIN LATERAL (
        SELECT count(*) AS number, coalesce(sum(d.disbursement_amount), 0) AS amount
          FROM g2p_bridge_disbursement d WHERE d.bank_batch_id = b.id
           AND d.state IN ('shipped', 'reconciled', 'reversed')) real
     WHERE coalesce(b.shipped_count, 0) <> real.number
        OR coalesce(b.shipped_amount, 0) <> real.amount
"""
BALANCES = """
    SELECT a.account_number FROM g2p_bridge_example_bank_account a
     WHERE (SELECT coalesce(sum(CASE WHEN l.mark IN ('C', 'RD') THEN l.amount ELSE -l.amount END),
                            0)
              FROM g2p_bridge_example_bank_log l WHERE l.account_id = a.id)
        <> -(SELECT coalesce(sum(p.payment_amount), 0) FROM g2p_bridge_example_bank_payment p
              WHERE p.account_id = a.id AND p.status = 'paid')
"""
#: Nothing stays on hold: what was blocked was either paid or given back, and once.
HOLDS = """
    SELECT b.block_reference FROM g2p_bridge_example_bank_block b
     WHERE b.amount <> coalesce(b.released_amount, 0) + (
           SELECT coalesce(sum(p.payment_amount), 0) FROM g2p_bridge_example_bank_payment p
             JOIN g2p_bridge_example_bank_payment_batch l ON l.id = p.batch_id
            WHERE l.block_id = b.id AND p.status IN ('paid', 'reversed'))
"""
BLOCKS = """
    SELECT block_reference, amount, coalesce(released_amount, 0)
      FROM g2p_bridge_example_bank_block
"""
FUNDS = """
    SELECT b.bank_reference, b.amount, coalesce(r.amount, 0)
      FROM g2p_bridge_funds_step b
      LEFT JOIN g2p_bridge_funds_step r
        ON r.envelope_id = b.envelope_id AND r.kind = 'release' AND r.state = 'done'
     WHERE b.kind = 'block' AND b.state = 'done'
"""
ON_STATEMENTS = """
    SELECT mark, coalesce(customer_reference, 'NONREF'), bank_reference, amount
      FROM g2p_bridge_example_bank_log WHERE statement_id IS NOT NULL
"""
ENTRIES = """
    SELECT mark, customer_reference, bank_reference, amount FROM g2p_bridge_statement_entry
"""
OPEN_ENTRIES = """
    SELECT bank_reference, outcome, error_reason FROM g2p_bridge_statement_entry
     WHERE outcome <> 'matched'
"""
NUMBERED = "SELECT number FROM g2p_bridge_event WHERE number IS NOT NULL"


@dataclass
class Sent:
    """What the sender of one envelope remembers: who was to be paid, and who not after all."""

    way: str
    envelope_id: str
    ids: set
    cancelled: set = field(default_factory=set)

    @property
    def due(self):
        return self.ids - self.cancelled


@dataclass
class Verdict:
    """Each finding in a few words; none anywhere means that everything is right."""

    double: list = field(default_factory=list)
    lost: list = field(default_factory=list)
    wrong: list = field(default_factory=list)
    rejected: int = 0
    returned: int = 0
    cancelled: int = 0
    released: int = 0


class Judge:
    """Compares both databases with what was sent.

    :param bridge: has a method ``sql`` that reads the bridge's database
    :param bank: the same, of the bank's
    :param list sent: all :class:`Sent` there are
    :param dict answers: status of each envelope, as the bridge tells its sender
    :param heard: sequences of all events that a webhook has brought
    """

    def __init__(self, bridge, bank, sent, answers, heard):
        self.bridge, self.bank, self.sent = bridge, bank, sent
        self.answers, self.heard = answers, heard

    def verdict(self):
        found = Verdict()
        self.rejected = {reference for (reference,) in self.bank.sql(REJECTED)}
        self.returned = dict(self.bank.sql(RETURNED))
        self._judge_payments(found)
        self._judge_states(found)
        self._judge_answers(found)
        self._judge_holds(found)
        self._judge_statements(found)
        for words, server, query in (
            ("batch {} counts wrongly", self.bridge, COUNTERS),
            ("entry {}: not the total of its batch", self.bank, TOTALS),
            ("account {}: its balance is not what was paid", self.bank, BALANCES),
            ("hold {}: neither paid nor given back once", self.bank, HOLDS),
        ):
            found.wrong += [words.format(name) for (name,) in server.sql(query)]
        numbered = {number for (number,) in self.bridge.sql(NUMBERED)}
        found.wrong += [f"event {number} was never told" for number in numbered - set(self.heard)]
        return found

    def _judge_payments(self, found):
        due = set().union(*(sent.due for sent in self.sent))
        booked = {reference: count for reference, count, *_amounts in self.bank.sql(BOOKED)}
        payable = due - self.rejected
        for reference, count in booked.items():
            wanted = 1 if reference in payable else 0
            found.double += [f"{reference} was debited"] * (count - wanted)
        found.lost += [f"{reference} was never debited" for reference in payable - set(booked)]
        for reference, count in self.returned.items():
            allowed = min(1, booked.get(reference, 0))
            found.wrong += [f"{reference} came back too often"] * (count - allowed)
        found.rejected = len(due & self.rejected)
        found.returned = len(payable & set(self.returned))
        found.cancelled = sum(len(sent.cancelled) for sent in self.sent)

    def _judge_states(self, found):
        lines = {key: (state, amount) for key, state, amount in self.bridge.sql(LINES)}
        amounts = {reference: sums for reference, _count, *sums in self.bank.sql(BOOKED)}
        for sent in self.sent:
            for key in sent.ids:
                state, amount = lines.pop(key, (None, None))
                wanted = "cancelled" if key in sent.cancelled else "reconciled"
                if key in sent.due & self.rejected:
                    wanted = "rejected"
                elif key in self.returned:
                    wanted = "reversed"
                if state != wanted:
                    found.wrong.append(f"{key} is {state} and should be {wanted}")
                if set(amounts.get(key, [])) - {amount}:
                    found.wrong.append(f"{key} was debited by another amount than {amount}")
        found.wrong += [f"{key} was never sent" for key in lines]

    def _judge_answers(self, found):
        for sent in self.sent:
            answer = self.answers[sent.envelope_id]
            paid = len(sent.due - self.rejected)
            wanted = {
                "received": len(sent.due),
                "shipped": paid,
                "reconciled": paid,
                "reversed": len(sent.due & set(self.returned)),
            }
            for name, count in wanted.items():
                told = answer[f"number_of_disbursements_{name}"]
                if told != count:
                    found.wrong.append(f"{sent.envelope_id}: {told} {name}, not {count}")

    def _judge_holds(self, found):
        """Each hold is known to both sides, once, with the same amounts."""
        blocks, funds = Counter(self.bank.sql(BLOCKS)), Counter(self.bridge.sql(FUNDS))
        for side, rows in (("bank", blocks - funds), ("bridge", funds - blocks)):
            found.wrong += [f"hold {row} is of the {side} alone" for row in rows.elements()]
        found.released = sum(1 for _hold, _amount, released in blocks if released)

    def _judge_statements(self, found):
        """Each line that the bank has told of is an entry of ours, once, and has its payment."""
        told, known = Counter(self.bank.sql(ON_STATEMENTS)), Counter(self.bridge.sql(ENTRIES))
        found.wrong += [f"line {row} is not known" for row in (told - known).elements()]
        found.wrong += [f"line {row} is known too often" for row in (known - told).elements()]
        found.wrong += [f"line {row} proves nothing" for row in self.bridge.sql(OPEN_ENTRIES)]
