# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ..statement.entry_common import EntryCase


class TestEnvelopeEntries(EntryCase):
    """The lines of statements that an envelope leads to."""

    def setUp(self):
        super().setUp()
        self.lines = self.shipped()
        self.envelope = self.lines.envelope_id

    def listed(self):
        action = self.envelope.action_open_entries()
        return self.env["g2p.bridge.statement.entry"].search(action["domain"])

    def test_proofs_and_open_lines_but_no_others(self):
        self.process(self.entry("D", self.lines[0]), self.entry("D", "FEE", "1.00"))
        self.assertEqual(self.listed().mapped("outcome"), ["matched"])

    def test_a_statement_that_only_disagrees(self):
        record = self.process(self.entry("D", self.lines[0], "9.99"))
        self.assertEqual(self.listed(), record.entry_ids)
        self.assertEqual(self.listed().error_reason, "AMOUNT_MISMATCH")

    def test_a_repeated_debit_of_a_later_statement(self):
        first = self.process(self.entry("D", self.lines[0]))
        second = self.process(self.entry("D", self.lines[0]), **self.following())
        self.assertEqual(self.listed(), second.entry_ids | first.entry_ids)

    def test_none(self):
        self.assertFalse(self.listed())
