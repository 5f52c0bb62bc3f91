# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import ConcurrencyError, UserError

from odoo.addons.g2p_bridge_base.lib.errors import OutcomeUnknown

from .entry_common import EntryCase


class TestMatchByHand(EntryCase):
    """A person says which payment an open line speaks of."""

    def setUp(self):
        super().setUp()
        self.lines = self.shipped()

    def open_line(self, mark="D", amount="10.00", reference="TYPO", **values):
        """The record of a statement with one line that names nobody, and the line."""
        record = self.process(self.entry(mark, reference, amount), **values)
        self.assertEqual(self.outcomes(record)[0][:7], "INVALID")
        return record.entry_ids

    def test_a_debit(self):
        entry, line = self.open_line(), self.lines[0]
        self.match(entry, line)
        self.assertEqual((entry.outcome, entry.disbursement_id), ("matched", line))
        self.assertFalse(entry.error_reason)
        self.assertEqual(line.state, "reconciled")
        record = entry.statement_id
        self.assertEqual((record.matched_count, record.error_count), (1, 0))
        self.assertEqual(record.total_ids.reconciled_amount, 10.00)
        self.assertInvariants(record)

    def test_a_reversal_after_its_debit(self):
        line = self.lines[0]
        self.process(self.entry("D", line))
        entry = self.open_line("RD", **self.following())
        self.match(entry, line)
        self.assertEqual((line.state, line.reason_code), ("reversed", "ACCOUNT_CLOSED"))
        self.assertEqual(entry.statement_id.reversed_count, 1)
        self.assertInvariants(entry.statement_id)
        payload = self.service.get_disbursement_status([line.disbursement_id])[0]
        (recon,) = payload["disbursement_recon_records"]["disbursement_recon_payloads"]
        self.assertTrue(recon["reversal_found"])

    def test_the_last_debit_reconciles_the_envelope(self):
        envelope = self.lines.envelope_id
        record = self.process(
            self.entry("D", self.lines[0]),
            self.entry("D", self.lines[1]),
            self.entry("D", "TYPO", "30.75"),
        )
        self.assertEqual(envelope.state, "shipped")
        self.match(record.entry_ids.filtered(lambda e: e.outcome == "error"), self.lines[2])
        self.run_jobs()
        self.assertEqual(envelope.state, "reconciled")
        self.assertEqual(envelope.number_of_disbursements_reconciled, 3)

    def test_who_when_and_why_are_kept(self):
        entry = self.open_line()
        self.match(entry, self.lines[0], reason="Letter of the bank")
        self.assertEqual(entry.decision, "matched")
        self.assertEqual(entry.decided_by_id, self.users["finance"])
        self.assertTrue(entry.decided_at)
        self.assertEqual(entry.decision_reason, "Letter of the bank")
        self.assertEqual(entry.found_error, "INVALID_DISBURSEMENT")
        history = self.history(entry.statement_id)
        self.assertIn("Letter of the bank", history)
        self.assertIn(self.lines[0].disbursement_id, history)
        message = entry.statement_id.message_ids.filtered(lambda m: "Letter" in m.body)
        self.assertEqual(message.author_id, self.users["finance"].partner_id)
        changes = {
            tracked.field_id.name: (tracked.old_value_integer, tracked.new_value_integer)
            for tracked in message.sudo().tracking_value_ids
        }
        self.assertEqual(changes, {"error_count": (1, 0), "matched_count": (0, 1)})

    def test_other_addons_hear_of_it(self):
        heard = []
        model = type(self.env["g2p.bridge.bank.batch"])
        self.patch(model, "_lines_changed", lambda batches, reason: heard.extend(batches.ids))
        self.match(self.open_line(), self.lines[0])
        self.assertIn(self.lines[0].bank_batch_id.id, heard)

    def assertMatchRefused(self, words, entry, line, **values):
        """The refusal says why, and nothing is changed."""
        self.env.cr.flush()
        before = self.snapshot()
        with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
            self.match(entry, line, **values)
        after = self.snapshot()
        self.assertEqual(after, before)

    def test_another_amount_names_both(self):
        entry = self.open_line(amount="10.01")
        self.assertMatchRefused(r"10\.01 USD.* of 10\.00 USD", entry, self.lines[0])

    def test_another_currency_names_both(self):
        self.env.ref("base.EUR").active = True
        entry = self.open_line(currency="EUR")
        self.assertMatchRefused(r"10\.00 EUR.* of 10\.00 USD", entry, self.lines[0])

    def test_a_payment_of_another_account(self):
        self.make_program("OTHER")
        self.program_of_other = self.shipped(
            "10.00", benefit_program_mnemonic="OTHER", cycle_code_mnemonic="X"
        )
        self.assertMatchRefused("account", self.open_line(), self.program_of_other)

    def test_a_payment_that_did_not_leave(self):
        waiting = self.later_filled("10.00", cycle_code_mnemonic="LATER").disbursement_ids
        self.assertMatchRefused("not handed to the bank", self.open_line(), waiting)

    def test_a_payment_that_was_debited(self):
        self.process(self.entry("D", self.lines[0]))
        entry = self.open_line(**self.following())
        self.assertMatchRefused("debited already, by ST[0-9]+ line 1", entry, self.lines[0])

    def test_a_return_without_a_debit(self):
        self.assertMatchRefused("not debited yet", self.open_line("RD"), self.lines[0])

    def test_a_second_return(self):
        self.process(self.entry("D", self.lines[0]), self.entry("RD", self.lines[0]))
        entry = self.open_line("RD", **self.following())
        self.assertMatchRefused("came back already", entry, self.lines[0])

    def test_a_line_that_is_not_open(self):
        record = self.process(self.entry("D", self.lines[0]), self.entry("C", "x", "20.00"))
        for entry in record.entry_ids:
            self.assertMatchRefused("no open line", entry, self.lines[1])

    def test_no_reason_no_match(self):
        self.assertMatchRefused("reason", self.open_line(), self.lines[0], reason="  ")

    def test_nothing_chosen(self):
        entry = self.open_line()
        window = self.rpc("finance", entry, "action_match")
        wizard = self.env[window["res_model"]].browse(window["res_id"])
        wizard.reason = "So"
        with self.assertRaisesRegex(UserError, "Choose the payment"):
            self.rpc("finance", wizard, "action_confirm")

    def test_only_finance(self):
        entry = self.open_line()
        self.assertOnly(("finance",), lambda name: self.match(entry, self.lines[0], name=name))

    def test_two_windows_one_payment(self):
        record = self.process(self.entry("D", "A", "10.00"), self.entry("D", "B", "10.00"))
        first, second = record.entry_ids
        self.match(first, self.lines[0])
        self.assertMatchRefused("debited already", second, self.lines[0])

    def test_the_database_keeps_one_debit_when_both_look_at_once(self):
        """What the second sees is older than what the first has committed."""
        record = self.process(self.entry("D", "A", "10.00"), self.entry("D", "B", "10.00"))
        first, second = record.entry_ids
        self.match(first, self.lines[0])
        model = type(second)
        self.patch(model, "_match_refusal", lambda entry, line: None)
        self.patch(model, "_standing", lambda entry, line: (0, 0))
        with self.assertRaises(ConcurrencyError), self.env.cr.savepoint():
            second.sudo()._decide_match(self.lines[0].sudo(), "So")
        self.env.invalidate_all()
        self.assertEqual(second.outcome, "error")


class TestProofByHand(EntryCase):
    """A match by hand proves a batch as an automatic one does."""

    def test_the_batch_is_settled(self):
        self.bank_script.script = {"initiate_payment": [OutcomeUnknown("TIMEOUT")]}
        envelope = self.filled_envelope()
        self.run_jobs()
        record = self.process(self.entry("D", "TYPO", "10.00"))
        self.assertEqual(envelope.bank_batch_ids.state, "uncertain")
        self.match(record.entry_ids, envelope.disbursement_ids[0])
        self.assertEqual(envelope.bank_batch_ids.state, "done")
        self.assertEqual(
            envelope.disbursement_ids.mapped("state"), ["reconciled", "shipped", "shipped"]
        )
        self.assertInvariants(record)
