# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from .entry_common import EntryCase


class TestSuggestions(EntryCase):
    """Which payments an open line may speak of, the likeliest first, and why."""

    def setUp(self):
        super().setUp()
        self.lines = self.shipped("10.00", "10.00", "30.75")

    def suggest(self, mark="D", amount="10.00", reference="TYPO", **values):
        values = {"narratives": ["nobody"], **values}
        known = self.env["g2p.bridge.statement"].search_count([])
        record = self.process(
            self.entry(mark, reference, amount, **values),
            statement_number=str(known + 1),
            sequence_number="1",
        )
        window = self.rpc("finance", record.entry_ids, "action_match")
        wizard = self.env[window["res_model"]].browse(window["res_id"])
        return [
            (line.disbursement_id, line.reason, line.obstacle) for line in wizard.suggestion_ids
        ]

    def assertFirst(self, line, words, suggestions):
        self.assertTrue(suggestions)
        self.assertEqual(suggestions[0][0], line)
        self.assertIn(words, suggestions[0][1])
        self.assertFalse(suggestions[0][2])

    def test_an_id_within_a_longer_reference(self):
        line = self.lines[1]
        found = self.suggest(reference="PAY" + line.disbursement_id)
        self.assertFirst(line, "Its ID is in the line", found)

    def test_an_id_in_the_narrative_across_lines(self):
        line = self.lines[1]
        text = line.disbursement_id
        found = self.suggest(narratives=["ref " + text[:6], text[6:]])
        self.assertFirst(line, "Its ID is in the line", found)

    def test_an_id_with_a_slip(self):
        line = self.lines[1]
        text = line.disbursement_id
        wrong = "Z" if text[8] != "Z" else "Y"
        for slip in (text[:8] + wrong + text[9:], text[:8] + text[9:], text[:8] + "Q" + text[8:]):
            with self.subTest(slip):
                self.assertFirst(line, "slip", self.suggest(reference=slip))

    def test_the_amount_and_the_name(self):
        tomorrow = self.lines.bank_batch_id.payment_date + timedelta(days=1)
        found = self.suggest(narratives=["2, PERSON"], value_date=tomorrow)
        self.assertFirst(self.lines[1], "name", found)

    def test_the_amount_and_the_day(self):
        today = self.lines.bank_batch_id.payment_date
        found = self.suggest(value_date=today)
        self.assertEqual({row[0] for row in found}, set(self.lines[:2]))
        self.assertIn("value date", found[0][1])

    def test_nothing_alike(self):
        self.assertEqual(self.suggest(amount="77.00"), [])

    def test_what_can_not_be_matched_is_shown_last_and_says_why(self):
        today = self.lines.bank_batch_id.payment_date
        text = self.lines[2].disbursement_id
        found = self.suggest(reference="X" + text, amount="10.00", value_date=today)
        self.assertEqual(found[-1][0], self.lines[2])
        self.assertIn("30.75", found[-1][2])
        self.assertFalse(found[0][2])

    def test_a_debited_payment_only_for_a_return(self):
        today = self.lines.bank_batch_id.payment_date
        self.process(self.entry("D", self.lines[0]))
        debit = self.suggest(value_date=today)
        self.assertEqual([row[0] for row in debit], [self.lines[1]])
        back = self.suggest(mark="RD", value_date=today)
        self.assertEqual([row[0] for row in back], [self.lines[0]])

    def test_payments_of_other_accounts_are_none(self):
        self.make_program("OTHER")
        others = self.shipped(
            "10.00", benefit_program_mnemonic="OTHER", cycle_code_mnemonic="OTHER-1"
        )
        found = self.suggest(
            reference="X" + others.disbursement_id, value_date=others.bank_batch_id.payment_date
        )
        self.assertNotIn(others, [row[0] for row in found])

    def test_choosing_matches_nothing_yet(self):
        record = self.process(self.entry("D", "X" + self.lines[0].disbursement_id, "10.00"))
        window = self.rpc("finance", record.entry_ids, "action_match")
        wizard = self.env[window["res_model"]].browse(window["res_id"])
        again = self.rpc("finance", wizard.suggestion_ids[0], "action_choose")
        self.assertEqual(again["res_id"], wizard.id)
        self.assertEqual(wizard.disbursement_id, self.lines[0])
        self.assertEqual(record.entry_ids.outcome, "error")
