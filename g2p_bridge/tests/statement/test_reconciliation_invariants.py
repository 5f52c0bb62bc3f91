# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .statement_common import DAY, StatementCase

PAID = ("A", "B", "C")
BATCH = "BATCH"
NEVER_PAID = ("CANCELLED", "UNKNOWN")
OUT, BACK = ("D", "RC"), ("C", "RD")
MARKS = ["D", "D", "D", "RD", "RD", "C", "RC"]
#: (mark, what it names, whether the amount agrees)
LINES = st.tuples(
    st.sampled_from(MARKS),
    st.sampled_from([*PAID, *PAID, *PAID, BATCH, *NEVER_PAID, "NONREF"]),
    st.sampled_from([True, True, True, False]),
)
#: How a bank numbers the statement of a day.
NUMBERINGS = {
    "consecutive": str,
    "always one": lambda day: "1",
    "zero": lambda day: "0",
    "none": lambda day: "",
    "begins again": lambda day: str(day % 2 + 1),
}


class Sums:
    """What lines add up to: the rule of matching in a dozen lines, without any order."""

    def __init__(self, lines):
        self.lines = Counter((mark in BACK, name) for mark, name, agrees in lines if agrees)
        self.whole = self.matched(BATCH, (0, 0))

    def matched(self, name, before):
        """:return: (outs, backs) that are matched, those of the whole batch included"""
        outs, backs = (before[back] + self.lines[back, name] for back in (False, True))
        return min(outs, backs + 1), min(outs, backs)

    def state(self, name):
        outs, backs = self.matched(name, self.whole)
        return "reconciled" if outs > backs else "reversed" if outs else "shipped"

    def classes(self, name, lines):
        """How many lines of each kind are in which class."""
        found = Counter()
        before = (0, 0) if name == BATCH else self.whole
        matched = self.matched(name, before)
        for back in (False, True):
            counted = self.lines[back, name]
            proved = matched[back] - before[back]
            found[back, "matched"] = proved
            found[back, "INVALID_REVERSAL" if back else "DUPLICATE_DISBURSEMENT"] = counted - proved
        for mark, other, agrees in lines:
            if other == name and not agrees:
                fault = "BATCH_MISMATCH" if name == BATCH else "AMOUNT_MISMATCH"
                found[mark in BACK, fault] += 1
        return +found


class TestInvariants(StatementCase):
    """Whatever lines a bank sends, in whatever order and on whatever statements: the same end."""

    def setUp(self):
        super().setUp()
        cancelled = self.later_filled("4.00", cycle_code_mnemonic="CANCELLED")
        self.service.cancel_disbursement_envelope(
            {"disbursement_envelope_id": cancelled.disbursement_envelope_id}
        )
        self.payments = dict(zip(PAID, self.shipped("10.40", "10.40", "30.75"), strict=True))
        self.named = {**self.payments, "CANCELLED": cancelled.disbursement_ids}
        (self.batch,) = self.payments["A"].bank_batch_id

    @settings(
        max_examples=40,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(
        st.lists(LINES, max_size=16).flatmap(
            lambda lines: st.tuples(st.just(lines), st.permutations(lines))
        ),
        st.lists(st.integers(0, 16), max_size=3),
        st.lists(st.integers(0, 16), max_size=3),
        st.none() | st.integers(1, 4),
        st.sampled_from(sorted(NUMBERINGS)),
        st.permutations(range(1, 5)),
    )
    def test_any_order_any_split_and_any_numbering(
        self, orders, cut, other_cut, part_lines, numbering, days
    ):
        """The same lines in two orders, on other statements, which are handed in in any order."""
        self.format_script.part_lines = part_lines
        for lines, places in zip(orders, (cut, other_cut), strict=True):
            with suppress(_Undo), self.env.cr.savepoint():
                self.check(lines, [0, *sorted(places), len(lines)], NUMBERINGS[numbering], days)
                raise _Undo
            self.env.invalidate_all()

    def check(self, lines, cuts, number_of, days):
        records = self.env["g2p.bridge.statement"]
        for day, begin, end in zip(days, cuts, cuts[1:], strict=False):
            records |= self.reconciled(number_of(day), day, lines[begin:end])
        sums = Sums(lines)
        for name, payment in self.payments.items():
            self.assertEqual(payment.state, sums.state(name), name)
            self.assertEqual(self.classes_of(payment.entry_ids), sums.classes(name, lines), name)
        self.assertEqual(self.classes_of(self.batch.entry_ids), sums.classes(BATCH, lines))
        self.assertEqual(self.named["CANCELLED"].state, "cancelled")
        self.assert_one_class_per_entry(records, lines)
        self.assert_totals_are_the_net_debits(records, sums)

    def reconciled(self, number, day, lines):
        entries = [self.line_of(*line) for line in lines]
        statement = self.statement(
            *entries, statement_number=number, statement_date=DAY + timedelta(days=day)
        )
        record, known = self.receive(statement)
        self.assertFalse(known)
        for part in record.sudo().part_ids:
            part._read_lines()
            part.state = "done"
        record.sudo()._reconcile_file()
        return record

    def line_of(self, mark, name, agrees):
        if name == BATCH:
            amount = "51.55" if agrees else "51.54"
            return self.entry(mark, "NONREF", amount, batch_reference=self.batch.reference)
        return self.entry(mark, self.named.get(name, name), None if agrees else "0.01")

    def classes_of(self, entries):
        return Counter(
            (entry.mark in BACK, entry.error_reason or entry.outcome) for entry in entries
        )

    def assert_one_class_per_entry(self, records, lines):
        """Invariant 5: nothing is lost, and each is matched, an error or not ours."""
        entries = records.entry_ids
        self.assertEqual(
            sorted(entries.mapped("mark")), sorted(mark for mark, _name, _agrees in lines)
        )
        for entry in entries:
            self.assertEqual(bool(entry.error_reason), entry.outcome == "error")
        for record in records:
            kinds = Counter(entry.outcome for entry in record.entry_ids)
            self.assertEqual(record.entry_count, kinds.total())
            self.assertEqual(record.matched_count + record.reversed_count, kinds["matched"])
            self.assertEqual(
                (record.error_count, record.not_ours_count), (kinds["error"], kinds["not_ours"])
            )

    def assert_totals_are_the_net_debits(self, records, sums):
        """Invariant 2: what was reconciled less what came back is the net on statements."""
        matched = records.entry_ids.filtered(lambda entry: entry.outcome == "matched")
        net = sum(
            Decimal(str(entry.amount)) * (1 if entry.mark in OUT else -1) for entry in matched
        )
        envelope = self.payments["A"].envelope_id
        envelope.invalidate_recordset()
        reconciled, back = envelope.amount_reconciled, envelope.amount_reversed
        self.assertEqual(Decimal(str(reconciled)) - Decimal(str(back)), net)
        states = Counter(map(sums.state, PAID))
        self.assertEqual(
            envelope.number_of_disbursements_reconciled, states["reconciled"] + states["reversed"]
        )
        self.assertEqual(envelope.number_of_disbursements_reversed, states["reversed"])


class _Undo(Exception):
    """Roll the savepoint back: one example must not feed the next."""
