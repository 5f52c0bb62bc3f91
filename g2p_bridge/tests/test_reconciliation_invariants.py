from collections import Counter
from contextlib import suppress
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .statement_common import StatementCase

PAID = ("A", "B", "C")
NEVER_PAID = ("CANCELLED", "UNKNOWN")
LINES = st.tuples(
    st.sampled_from(["D", "D", "D", "RD", "RD", "C", "RC"]),
    st.sampled_from([*PAID, *PAID, *NEVER_PAID, "NONREF"]),
    st.sampled_from([True, True, True, False]),
)
STATEMENTS = st.lists(st.lists(LINES, max_size=10), min_size=1, max_size=3)


class Rules:
    """The rules of reconciliation, line by line, as the documentation tells them."""

    def __init__(self):
        self.debited = set()
        self.returned = set()

    def judge(self, mark, payment, amount_agrees):
        """:return: what becomes of the next line"""
        if mark not in ("D", "RD") or payment == "NONREF":
            return "not_ours"
        if mark == "D":
            return self._judge_debit(payment, amount_agrees)
        if payment not in self.debited or payment in self.returned:
            return "INVALID_REVERSAL"
        if not amount_agrees:
            return "AMOUNT_MISMATCH"
        self.returned.add(payment)
        return "matched"

    def _judge_debit(self, payment, amount_agrees):
        if payment in NEVER_PAID:
            return "INVALID_DISBURSEMENT"
        if payment in self.debited:
            return "DUPLICATE_DISBURSEMENT"
        if not amount_agrees:
            return "AMOUNT_MISMATCH"
        self.debited.add(payment)
        return "matched"

    def state(self, payment):
        if payment in self.returned:
            return "reversed"
        return "reconciled" if payment in self.debited else "shipped"


class TestInvariants(StatementCase):
    """Whatever lines a bank sends in whatever order, the books stay right."""

    def setUp(self):
        super().setUp()
        cancelled = self.later_filled("4.00", cycle_code_mnemonic="CANCELLED")
        self.service.cancel_disbursement_envelope(
            {"disbursement_envelope_id": cancelled.disbursement_envelope_id}
        )
        self.payments = dict(zip(PAID, self.shipped("10.40", "10.40", "30.75"), strict=True))
        self.named = {**self.payments, "CANCELLED": cancelled.disbursement_ids}

    @settings(
        max_examples=40,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(STATEMENTS, st.none() | st.integers(1, 4))
    def test_lines_in_any_order(self, statements, part_lines):
        self.format_script.part_lines = part_lines
        with suppress(_Undo), self.env.cr.savepoint():
            self.check(statements)
            raise _Undo

    def check(self, statements):
        rules = Rules()
        records = self.env["g2p.bridge.statement"]
        for number, lines in enumerate(statements, 1):
            expected = [rules.judge(*line) for line in lines]
            record = self.reconciled(number, lines)
            self.assertEqual(self.outcomes(record), expected)
            self.assert_one_class_per_entry(record, Counter(expected))
            records |= record
        for name, line in self.payments.items():
            self.assertEqual(line.state, rules.state(name))
        self.assertEqual(self.named["CANCELLED"].state, "cancelled")
        self.assert_totals_are_the_net_debits(records, rules)

    def reconciled(self, number, lines):
        entries = [
            self.entry(mark, self.named.get(name, name), None if agrees else "0.01")
            for mark, name, agrees in lines
        ]
        statement = self.statement(*entries, **self.following(number, number))
        record, known = self.receive(statement)
        self.assertFalse(known)
        for part in record.sudo().part_ids:
            part._read_lines()
            part.state = "done"
        record.sudo()._reconcile_file()
        return record

    def assert_one_class_per_entry(self, record, expected):
        """Invariant 5: matched, error or not ours, and the counters say the same."""
        errors = expected.total() - expected["matched"] - expected["not_ours"]
        self.assertEqual(record.entry_count, expected.total())
        self.assertEqual(record.matched_count + record.reversed_count, expected["matched"])
        self.assertEqual(
            (record.error_count, record.not_ours_count), (errors, expected["not_ours"])
        )
        for entry in record.entry_ids:
            self.assertEqual(bool(entry.error_reason), entry.outcome == "error")

    def assert_totals_are_the_net_debits(self, records, rules):
        """Invariant 2: what was reconciled less what came back is the net on statements."""
        matched = records.entry_ids.filtered(lambda entry: entry.outcome == "matched")
        net = sum(
            Decimal(str(entry.amount)) * (1 if entry.mark == "D" else -1) for entry in matched
        )
        envelope = self.payments["A"].envelope_id
        envelope.invalidate_recordset()
        reconciled, back = envelope.amount_reconciled, envelope.amount_reversed
        self.assertEqual(Decimal(str(reconciled)) - Decimal(str(back)), net)
        self.assertEqual(envelope.number_of_disbursements_reconciled, len(rules.debited))
        self.assertEqual(envelope.number_of_disbursements_reversed, len(rules.returned))
        self.assertLessEqual(rules.returned, rules.debited)


class _Undo(Exception):
    """Roll the savepoint back: one example must not feed the next."""
