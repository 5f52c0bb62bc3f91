# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What holds after every move, whatever has happened: the invariants of the design.

received   received count and amount are the sum of live disbursements, are at most what was
           declared, and exactly that before any funds step
funds      what has left is at most what is blocked; what is blocked is what was declared
statement  reconciled less reversed is the net of the debits on statements
paid_once  a disbursement has one bank batch at most, and the bank takes it on once at most
cancelled  what is cancelled never leaves
entries    a line is matched, an error or not ours; kept once; a payment is what its lines add up to
kept       a statement that was handed in is there, once, whatever its number
books      the bank's book balance is opening plus log, and what is blocked is what holds have left
exact      the bank is told exactly the amounts that the sender sent
"""

from decimal import Decimal

from odoo.addons.g2p_bridge_bank_connector.lib.entry import BACK, OUT

from .bank import OPENING
from .faults import InvariantBroken

RECEIVED = """
    SELECT e.id, e.number_of_disbursements, e.total_disbursement_amount::text,
           b.lines, b.amount::text, d.lines, d.amount::text,
           e.cancellation_status = 'not_cancelled' AND EXISTS (
               SELECT FROM g2p_bridge_funds_step f
                WHERE f.envelope_id = e.id AND f.attempts > 0)
      FROM g2p_bridge_envelope e,
           LATERAL (SELECT COALESCE(SUM(line_count), 0) AS lines,
                           COALESCE(SUM(line_amount), 0) AS amount
                      FROM g2p_bridge_bank_batch WHERE envelope_id = e.id) b,
           LATERAL (SELECT COUNT(*) AS lines, COALESCE(SUM(disbursement_amount), 0) AS amount
                      FROM g2p_bridge_disbursement
                     WHERE envelope_id = e.id AND state <> 'cancelled') d
"""
SHIPPED = """
    SELECT b.id, b.state, b.shipped_count, b.shipped_amount::text, d.lines, d.amount::text
      FROM g2p_bridge_bank_batch b,
           LATERAL (SELECT COUNT(*) AS lines, COALESCE(SUM(disbursement_amount), 0) AS amount
                      FROM g2p_bridge_disbursement WHERE bank_batch_id = b.id
                       AND state IN ('shipped', 'reconciled', 'reversed')) d
     WHERE b.state IN ('done', 'pending', 'failed')
"""
HOLDS = """
    SELECT e.id, f.state, f.bank_reference, COALESCE(f.amount, 0)::text,
           e.total_disbursement_amount::text,
           (SELECT COALESCE(SUM(shipped_amount), 0)::text FROM g2p_bridge_bank_batch b
             WHERE b.envelope_id = e.id), f.reference
      FROM g2p_bridge_envelope e
      JOIN g2p_bridge_funds_step f ON f.envelope_id = e.id AND f.kind = 'block'
"""
TOTALS = f"""
    SELECT e.id, t.count, t.amount::text, m.count, m.amount::text
      FROM g2p_bridge_envelope e,
           LATERAL (SELECT COALESCE(SUM(reconciled_count - reversed_count), 0) AS count,
                           COALESCE(SUM(reconciled_amount - reversed_amount), 0) AS amount
                      FROM g2p_bridge_statement_total WHERE envelope_id = e.id) t,
           LATERAL (SELECT COALESCE(SUM(CASE WHEN n.mark IN {OUT} THEN 1 ELSE -1 END
                                        * COALESCE(n.payment_count, 1)), 0) AS count,
                           COALESCE(SUM(CASE WHEN n.mark IN {OUT} THEN 1 ELSE -1 END
                                        * n.amount), 0) AS amount
                      FROM g2p_bridge_statement_entry n
                      LEFT JOIN g2p_bridge_disbursement d ON d.id = n.disbursement_id
                      LEFT JOIN g2p_bridge_bank_batch b ON b.id = n.bank_batch_id
                     WHERE COALESCE(d.envelope_id, b.envelope_id) = e.id
                       AND n.outcome = 'matched') m
"""
LINES = """
    SELECT d.disbursement_id, d.disbursement_amount::text, d.state, b.reference
      FROM g2p_bridge_disbursement d JOIN g2p_bridge_bank_batch b ON b.id = d.bank_batch_id
"""
ODD_ENTRIES = f"""
    SELECT n.id FROM g2p_bridge_statement_entry n
     WHERE n.outcome IS NULL
        OR (n.outcome = 'error') <> (n.error_reason IS NOT NULL)
        OR n.outcome = 'matched' AND n.mark NOT IN {OUT} AND n.mark NOT IN {BACK}
        OR n.outcome = 'matched'
           AND (n.disbursement_id IS NULL) = (n.bank_batch_id IS NULL)
        OR n.outcome = 'not_ours'
           AND COALESCE(n.disbursement_id, n.bank_batch_id) IS NOT NULL
"""
#: States of payments that never left, though others of their batch may have.
UNPAID = "('rejected', 'unresolved', 'cancelled')"
#: Payments that are not what their matched lines, and those of their whole batch, add up to.
ODD_SUMS = f"""
    SELECT d.disbursement_id, d.state, s.outs, s.backs
      FROM g2p_bridge_disbursement d,
           LATERAL (SELECT COUNT(*) FILTER (WHERE n.mark IN {OUT}) AS outs,
                           COUNT(*) FILTER (WHERE n.mark IN {BACK}) AS backs
                      FROM g2p_bridge_statement_entry n
                     WHERE n.outcome = 'matched' AND (n.disbursement_id = d.id
                           OR n.bank_batch_id = d.bank_batch_id AND d.state NOT IN {UNPAID})) s
     WHERE s.backs > s.outs OR s.outs > s.backs + 1
        OR (d.state = 'reconciled') <> (s.outs > s.backs)
        OR (d.state = 'reversed') <> (s.outs = s.backs AND s.outs > 0)
"""
ENTRIES = """
    SELECT s.reference_number, s.state, COUNT(n.id)
      FROM g2p_bridge_statement s LEFT JOIN g2p_bridge_statement_entry n ON n.statement_id = s.id
     GROUP BY s.id
"""


class Invariants:
    """Reads the bridge's tables and the bank's books, and says what does not agree."""

    def __init__(self, world):
        self.world, self.bank = world, world.bank

    def check(self):
        """:raises InvariantBroken: naming the first invariant that does not hold"""
        self.world.settle_caches()
        lines = {row[0]: row[1:] for row in self._rows(LINES)}
        self.check_payments(lines)
        self.check_received()
        self.check_funds()
        self.check_statements()
        self.check_books()

    def check_payments(self, lines):
        for one, times in self.bank.times_paid().items():
            _ensure(times == 1, "paid_once", f"{one} was taken on {times} times")
        for paid in self.bank.paid:
            one = paid.disbursement_id
            sent = self.world.sent[one]
            _amount, state, batch = lines[one]
            _ensure(paid.batch == batch, "paid_once", f"{one} left by another batch than its own")
            left = sent.cancelled or state == "cancelled"
            _ensure(not left, "cancelled", f"{one} is cancelled and was paid")
            same = paid.amount == sent.amount
            _ensure(same, "exact", f"{one} is {sent.amount} and the bank was told {paid.amount}")
        for one, (amount, _state, _batch) in lines.items():
            same = Decimal(amount) == self.world.sent[one].amount
            _ensure(same, "exact", f"{one} is kept as {amount}")

    def check_received(self):
        live = {}
        for sent in self.world.sent.values():
            if not sent.cancelled:
                count, amount = live.get(sent.envelope, (0, Decimal(0)))
                live[sent.envelope] = count + 1, amount + sent.amount
        for row in self._rows(RECEIVED):
            envelope, declared, received, counted, begun = (
                row[0],
                row[1:3],
                row[3:5],
                row[5:7],
                row[7],
            )
            declared, received, counted = map(_figures, (declared, received, counted))
            _ensure(received == counted, "received", f"counted {received}, there are {counted}")
            said = self.world.env["g2p.bridge.envelope"].browse(envelope)._received()
            _ensure(said == counted, "received", f"{said} is said to be received, not {counted}")
            sent = live.get(envelope, (0, Decimal(0)))
            _ensure(sent == counted, "received", f"{sent} was sent, {counted} is there")
            within = received[0] <= declared[0] and received[1] <= declared[1]
            _ensure(within, "received", f"received {received}, declared {declared}")
            _ensure(
                not begun or received == declared,
                "received",
                f"a funds step ran with {received} of {declared}",
            )

    def check_funds(self):
        for batch, state, count, amount, lines, real in self._rows(SHIPPED):
            said, true = _figures((count, amount)), _figures((lines, real))
            _ensure(said == true, "funds", f"{state} batch {batch} says {said}, it is {true}")
        for envelope, state, name, amount, declared, shipped, reference in self._rows(HOLDS):
            amount, declared, shipped = map(Decimal, (amount, declared, shipped))
            at_bank = [hold for hold in self.bank.holds if hold.reference == reference]
            _ensure(len(at_bank) <= 1, "funds", f"{envelope} has {len(at_bank)} holds")
            for hold in at_bank:
                _ensure(hold.amount == declared, "funds", f"held {hold.amount} of {declared}")
            if state == "done":
                held = self.bank.hold(name)
                agrees = held and held.amount == amount
                _ensure(agrees, "funds", f"{envelope} says that {amount} is held by {name}")
            _ensure(
                shipped <= (amount if state == "done" else 0), "funds", f"{envelope}: {shipped}"
            )
        for hold in self.bank.holds:
            gone = hold.used + hold.released
            _ensure(gone <= hold.amount, "funds", f"{gone} is gone of {hold.name}: {hold.amount}")
        for paid in self.bank.paid:
            _ensure(paid.hold, "funds", f"{paid.disbursement_id} left without a hold")

    def check_statements(self):
        for envelope, count, amount, matched, net in self._rows(TOTALS):
            said, true = _figures((count, amount)), _figures((matched, net))
            _ensure(said == true, "statement", f"{envelope} says {said} net, entries {true}")
        odd = self._rows(ODD_ENTRIES)
        _ensure(not odd, "entries", f"lines of statements that are no one thing: {odd}")
        odd = self._rows(ODD_SUMS)
        _ensure(not odd, "entries", f"payments that are not what their lines add up to: {odd}")
        sheets = {sheet.name: sheet for sheet in self.world.paper.sheets}
        entries = self._rows(ENTRIES)
        for name, state, kept in entries:
            there = len(sheets[name].lines)
            right = kept == (there if state == "done" else kept and there)
            _ensure(right, "entries", f"statement {name} has {there} lines, {kept} are kept")
        handed_in = sorted(sheet.name for sheet in sheets.values() if sheet.handed_in)
        there = sorted(name for name, _state, _kept in entries)
        _ensure(there == handed_in, "kept", f"{handed_in} came, {there} are there")

    def check_books(self):
        bank = self.bank
        log = sum(booking.signed_amount for booking in bank.log)
        _ensure(bank.book == OPENING + log, "books", f"{bank.book} is not opening + {log}")
        booked = sum((paid.amount for paid in bank.paid if paid.booked), Decimal(0))
        left = sum((hold.amount - hold.released for hold in bank.holds), Decimal(0)) - booked
        _ensure(bank.blocked == left, "books", f"{bank.blocked} is blocked, holds have {left}")

    def _rows(self, query):
        self.world.env.cr.execute(query)
        return self.world.env.cr.fetchall()


def _figures(pair):
    return int(pair[0] or 0), Decimal(pair[1] or 0)


def _ensure(holds, name, text):
    if not holds:
        raise InvariantBroken(name, text)
