# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError

from .entry_common import EntryCase


class TestNotOurs(EntryCase):
    """Open lines that speak of no payment of ours are closed."""

    def test_many_at_once(self):
        self.shipped()
        record = self.process(*[self.entry("D", f"FEE{number}", "1.00") for number in range(3)])
        self.not_ours(record.entry_ids, reason="Fees")
        self.assertEqual(set(record.entry_ids.mapped("outcome")), {"not_ours"})
        self.assertEqual((record.error_count, record.not_ours_count), (0, 3))
        self.assertEqual(set(record.entry_ids.mapped("decision_reason")), {"Fees"})
        self.assertIn("Fees", self.history(record))
        self.assertInvariants(record)

    def test_of_several_statements(self):
        self.shipped()
        first = self.process(self.entry("D", "FEE", "1.00"))
        second = self.process(self.entry("D", "FEE", "1.00"), **self.following())
        self.not_ours(first.entry_ids | second.entry_ids)
        for record in (first, second):
            self.assertEqual(record.not_ours_count, 1)
            self.assertIn("The bank wrote so", self.history(record))

    def test_a_line_that_names_a_payment_lets_it_go(self):
        line = self.shipped()[0]
        record = self.process(self.entry("D", line, "9.99"))
        self.assertEqual(record.entry_ids.disbursement_id, line)
        self.not_ours(record.entry_ids)
        self.assertFalse(line.entry_ids)
        self.assertInvariants(record)

    def test_all_or_none(self):
        lines = self.shipped()
        record = self.process(self.entry("D", "FEE", "1.00"), self.entry("D", lines[0]))
        with self.assertRaisesRegex(UserError, "line 2 is no open line"), self.env.cr.savepoint():
            self.not_ours(record.entry_ids)
        self.env.invalidate_all()
        self.assertEqual(self.outcomes(record), ["INVALID_DISBURSEMENT", "matched"])

    def test_only_finance_and_only_with_a_reason(self):
        self.shipped()
        entry = self.process(self.entry("D", "FEE", "1.00")).entry_ids
        self.assertOnly(("finance",), lambda name: self.not_ours(entry, name=name))
        for reason in ("", "  "):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.not_ours(entry, reason=reason)


class TestReopen(EntryCase):
    """What was decided, or found, about a line is taken back."""

    def setUp(self):
        super().setUp()
        self.lines = self.shipped()

    def test_a_debit(self):
        line = self.lines[0]
        record = self.process(self.entry("D", line), self.entry("D", self.lines[1]))
        entry = record.entry_ids[0]
        self.reopen(entry)
        self.assertEqual((entry.outcome, entry.error_reason), ("error", "REOPENED"))
        self.assertFalse(entry.disbursement_id)
        self.assertEqual(line.state, "shipped")
        self.assertEqual((record.matched_count, record.error_count), (1, 1))
        self.assertEqual(record.total_ids.reconciled_count, 1)
        self.assertInvariants(record)

    def test_the_only_debit_of_an_envelope(self):
        record = self.process(self.entry("D", self.lines[0]))
        self.reopen(record.entry_ids)
        self.assertFalse(record.total_ids)
        self.assertInvariants(record)

    def test_a_reconciled_envelope_is_shipped_again(self):
        record = self.process(*[self.entry("D", line) for line in self.lines])
        envelope = self.lines.envelope_id
        self.assertEqual(envelope.state, "reconciled")
        self.reopen(record.entry_ids[0])
        self.run_jobs()
        self.assertEqual(envelope.state, "shipped")

    def test_a_return(self):
        line = self.lines[0]
        record = self.process(self.entry("D", line), self.entry("RD", line))
        self.reopen(record.entry_ids[1])
        self.assertEqual((line.state, line.reason_code), ("reconciled", False))
        self.assertInvariants(record)

    def test_a_debit_whose_return_stands(self):
        line = self.lines[0]
        self.process(self.entry("D", line))
        back = self.process(self.entry("RD", line), **self.following())
        debit = line.entry_ids - back.entry_ids
        with self.assertRaisesRegex(UserError, "A return needs its debit"):
            self.reopen(debit)
        self.assertEqual(line.state, "reversed")

    def test_a_debit_together_with_its_return(self):
        line = self.lines[0]
        record = self.process(self.entry("D", line), self.entry("RD", line))
        self.reopen(record.entry_ids)
        self.assertEqual(line.state, "shipped")
        self.assertEqual(self.outcomes(record), ["REOPENED", "REOPENED"])
        self.assertInvariants(record)

    def test_a_return_whose_payment_was_reissued(self):
        line = self.lines[0]
        record = self.process(self.entry("D", line), self.entry("RD", line))
        envelope = self.later(
            cycle_code_mnemonic="AGAIN",
            number_of_beneficiaries=1,
            number_of_disbursements=1,
            total_disbursement_amount="10.00",
        )
        rows = self.rows(envelope, "10.00", reissue_of=line.disbursement_id)
        (reissue,) = self.service.create_disbursements(rows)
        for entries in (record.entry_ids[1], record.entry_ids):
            with (
                self.assertRaisesRegex(UserError, f"reissued as {reissue['disbursement_id']}"),
                self.env.cr.savepoint(),
            ):
                self.reopen(entries)

    def test_not_ours_without_a_reference(self):
        record = self.process(self.entry("D", "NONREF", "10.00"))
        self.assertEqual(self.outcomes(record), ["not_ours"])
        self.reopen(record.entry_ids)
        self.assertEqual(self.outcomes(record), ["REOPENED"])
        self.match(record.entry_ids, self.lines[0])
        self.assertEqual(self.lines[0].state, "reconciled")

    def test_a_match_by_hand_is_the_error_that_it_was(self):
        record = self.process(self.entry("D", "TYPO", "10.00"))
        self.match(record.entry_ids, self.lines[0])
        self.reopen(record.entry_ids)
        self.assertEqual(self.outcomes(record), ["INVALID_DISBURSEMENT"])
        self.assertFalse(record.entry_ids.disbursement_id)
        self.assertEqual(self.lines[0].state, "shipped")

    def test_a_line_that_named_a_payment_names_it_again(self):
        record = self.process(self.entry("D", self.lines[0], "9.99"))
        self.not_ours(record.entry_ids)
        self.reopen(record.entry_ids)
        self.assertEqual(self.outcomes(record), ["AMOUNT_MISMATCH"])
        self.assertEqual(record.entry_ids.disbursement_id, self.lines[0])

    def test_reopened_and_matched_and_reopened(self):
        record = self.process(self.entry("D", self.lines[0]))
        entry = record.entry_ids
        for _round in range(2):
            self.reopen(entry)
            self.assertEqual(self.outcomes(record), ["REOPENED"])
            self.match(entry, self.lines[0])
            self.assertEqual(self.outcomes(record), ["matched"])
            self.assertInvariants(record)

    def test_a_credit_that_nobody_named(self):
        """A person sees that it is a returned transfer."""
        line = self.lines[0]
        self.process(self.entry("D", line))
        record = self.process(self.entry("C", "SALARY", "10.00"), **self.following())
        self.assertEqual(self.outcomes(record), ["not_ours"])
        self.reopen(record.entry_ids)
        self.assertEqual(self.outcomes(record), ["REOPENED"])
        self.match(record.entry_ids, line)
        self.assertEqual(line.state, "reversed")
        self.assertInvariants(record)

    def test_what_is_open_already(self):
        record = self.process(self.entry("D", "TYPO", "10.00"))
        with self.assertRaisesRegex(UserError, "open already"):
            self.reopen(record.entry_ids)

    def test_only_finance_and_only_with_a_reason(self):
        entry = self.process(self.entry("D", self.lines[0])).entry_ids
        self.assertOnly(("finance",), lambda name: self.reopen(entry, name=name))
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.reopen(entry, reason=" ")

    def test_the_history_tells_every_decision(self):
        record = self.process(self.entry("D", "TYPO", "10.00"))
        entry = record.entry_ids
        self.match(entry, self.lines[0], reason="First")
        self.assertIn("First", self.history(record))
        self.reopen(entry, reason="Second")
        second = record.message_ids.filtered(lambda message: "Second" in message.body).body
        self.assertIn(self.lines[0].disbursement_id, second)
        self.not_ours(entry, reason="Third")
        self.assertIn("Third", self.history(record))
        self.assertIn("First", self.history(record))
        self.assertEqual(entry.decision, "not_ours")


class TestPastTheButtons(EntryCase):
    """Whoever calls the window itself is asked who they are as well."""

    def test_officers_do_not_decide_about_lines(self):
        self.shipped()
        entry = self.process(self.entry("D", "FEE", "1.00")).entry_ids
        for kind in ("entry_not_ours", "entry_reopen"):
            wizard = self.rpc_model(
                "officer",
                "g2p.bridge.decision",
                "create",
                {
                    "kind": kind,
                    "res_model": entry._name,
                    "res_ids": str(entry.id),
                    "reason": "Because",
                },
            )
            wizard = self.env["g2p.bridge.decision"].browse(wizard)
            self.assertForbidden(self.rpc, "officer", wizard, "action_confirm")
        self.assertEqual(entry.outcome, "error")

    def test_finance_does_not_leave_beneficiaries_out(self):
        line = self.shipped()[0]
        wizard = self.rpc_model(
            "finance",
            "g2p.bridge.decision",
            "create",
            {
                "kind": "leave_out",
                "res_model": line._name,
                "res_ids": str(line.id),
                "reason": "Because",
            },
        )
        wizard = self.env["g2p.bridge.decision"].browse(wizard)
        self.assertForbidden(self.rpc, "finance", wizard, "action_confirm")

    def test_no_context_keeps_a_decision_out_of_the_history(self):
        self.shipped()
        entry = self.process(self.entry("D", "FEE", "1.00")).entry_ids
        window = self.rpc("finance", entry, "action_not_ours")
        silent = {"tracking_disable": True, "mail_notrack": True, "mail_create_nolog": True}
        wizard = self.rpc_model(
            "finance",
            window["res_model"],
            "create",
            {"reason": "In silence"},
            context={**window["context"], **silent},
        )
        wizard = self.env[window["res_model"]].browse(wizard)
        self.rpc("finance", wizard, "action_confirm", context=silent)
        self.assertIn("In silence", self.history(entry.statement_id))
