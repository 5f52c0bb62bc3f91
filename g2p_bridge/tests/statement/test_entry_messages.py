# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What people are told of an open line, before they decide and when they do."""

from odoo.exceptions import AccessError, UserError

from odoo.addons.g2p_bridge_base.lib.errors import OutcomeUnknown

from ...models.statement.entry_messages import HELP
from ...models.statement.statement_entry_record import ERROR_REASONS
from .entry_common import EntryCase


class KnownCase(EntryCase):
    def setUp(self):
        super().setUp()
        self.lines = self.shipped()  # 10.00, 20.00 and 30.75
        self.line = self.lines[0]
        self.batch = self.lines.bank_batch_id

    def open_line(self, record):
        return record.entry_ids.filtered(lambda entry: entry.outcome == "error")

    def whole(self, mark="D", amount="60.75", **values):
        return self.entry(mark, "NONREF", amount, batch_reference=self.batch.reference, **values)

    def window(self, entry, chosen=None):
        """The window in which a person matches a line, with this choice in it."""
        window = self.rpc("finance", entry, "action_match")
        wizard = self.env[window["res_model"]].browse(window["res_id"])
        if chosen:
            whole = chosen._name == "g2p.bridge.bank.batch"
            name = "bank_batch_id" if whole else "disbursement_id"
            self.rpc("finance", wizard, "write", {name: chosen.id})
        return wizard.with_user(self.users["finance"])

    def assertMissing(self, entry, *texts):
        missing = entry.missing_text.replace("\N{NO-BREAK SPACE}", " ")
        for text in texts:
            self.assertIn(text, missing)
        self.assertTrue(entry.help_text)

    def plain(self, text):
        return (text or "").replace("\N{NO-BREAK SPACE}", " ")

    def reissue(self):
        """Pay the first payment again, in an envelope of its own."""
        envelope = self.create_envelope(
            cycle_code_mnemonic="AGAIN",
            number_of_beneficiaries=1,
            number_of_disbursements=1,
            total_disbursement_amount="10.00",
        )
        (row,) = self.rows(envelope, "10.00")
        self.service.create_disbursements([{**row, "reissue_of": self.line.disbursement_id}])
        self.run_jobs()
        return envelope.disbursement_ids


class TestWhatIsMissing(KnownCase):
    """The queue says what each line lacks."""

    def test_every_error_is_explained(self):
        self.assertEqual(set(HELP), {code for code, _label in ERROR_REASONS})

    def test_a_return_less_charges(self):
        record = self.process(self.entry("D", self.line), self.entry("C", self.line, "9.50"))
        self.assertMissing(
            self.open_line(record), "$ 0.50 less than $ 10.00: probably a bank's charges"
        )

    def test_a_debit_of_too_much(self):
        record = self.process(self.entry("D", self.line, "10.01"))
        self.assertMissing(self.open_line(record), "$ 0.01 more than $ 10.00")

    def test_another_currency(self):
        self.env.ref("base.EUR").active = True
        record = self.process(self.entry("D", self.line), currency="EUR")
        self.assertMissing(self.open_line(record), "10.00 €, but $ 10.00")

    def test_a_return_without_its_debit(self):
        record = self.process(self.entry("C", self.line))
        self.assertMissing(record.entry_ids, f"The debit of {self.line.disbursement_id}")

    def test_a_return_too_many(self):
        record = self.process(*(self.entry(mark, self.line) for mark in ("D", "C", "C")))
        self.assertMissing(self.open_line(record), "came back already")

    def test_a_debit_too_many(self):
        record = self.process(self.entry("D", self.line), self.entry("D", self.line))
        self.assertMissing(self.open_line(record), f"The return of {self.line.disbursement_id}")

    def test_a_payment_that_has_not_left(self):
        waiting = self.later_filled("10.00", cycle_code_mnemonic="LATER").disbursement_ids
        record = self.process(self.entry("D", waiting))
        self.assertMissing(record.entry_ids, f"{waiting.disbursement_id} has not left", "resolved")

    def test_an_id_that_nobody_knows(self):
        record = self.process(self.entry("D", "TYPO"))
        self.assertMissing(record.entry_ids, "A payment of ours")

    def test_a_whole_batch_of_less(self):
        record = self.process(self.whole(amount="40.75", batch_count=2))
        self.assertMissing(
            record.entry_ids,
            "$ 20.00 less, 1 payment less than its batch: $ 60.75 (3 payments)",
        )
        self.assertEqual(record.entry_ids.left_out_text, self.lines[1].disbursement_id)

    def test_a_whole_batch_of_more(self):
        record = self.process(self.whole(amount="60.76"))
        self.assertMissing(record.entry_ids, "$ 0.01 more than its batch")
        self.assertFalse(record.entry_ids.left_out_text)

    def test_a_whole_batch_of_another_count(self):
        record = self.process(self.whole(batch_count=4))
        self.assertMissing(record.entry_ids, "1 payment more than its batch")

    def test_one_that_was_reissued(self):
        self.process(self.entry("D", self.line), self.entry("C", self.line))
        new = self.reissue()
        new.envelope_id.action_approve()
        record = self.process(self.entry("D", self.line), **self.following())
        self.assertMissing(
            record.entry_ids,
            f"reissued as {new.disbursement_id}, which is shipped",
        )

    def test_an_id_in_a_text(self):
        name = self.line.disbursement_id
        record = self.process(self.entry("D", "NONREF", narratives=[f"OUR {name}"]))
        self.assertMissing(record.entry_ids, f"holds {name}")

    def test_what_is_settled_lacks_nothing(self):
        record = self.process(self.entry("D", self.line), self.entry("C", "SALARY"))
        for entry in record.entry_ids:
            self.assertFalse(entry.missing_text or entry.help_text)

    def test_a_queue_is_asked_about_at_once(self):
        def queries(*entries, **values):
            record = self.process(*entries, **values)
            self.env.flush_all()
            self.env.invalidate_all()
            record.entry_ids.mapped("mark")
            start = self.env.cr.sql_log_count
            record.entry_ids.mapped("missing_text")
            return self.env.cr.sql_log_count - start

        one = queries(self.entry("D", self.line, "9.99"))
        many = queries(
            *(self.entry("D", self.line, f"9.{cents}") for cents in range(10, 40)),
            **self.following(),
        )
        self.assertLessEqual(many, one)

    def test_other_lines_of_the_payment(self):
        first = self.process(self.entry("D", self.line)).entry_ids
        record = self.process(self.entry("C", self.line, "9.50"), **self.following())
        self.assertEqual(record.entry_ids.other_entry_ids, first)
        whole = self.process(self.whole(), **self.following(2, 3)).entry_ids
        self.env.invalidate_all()
        self.assertEqual(record.entry_ids.other_entry_ids, first | whole)

    def test_a_code_of_iso_20022_in_words(self):
        entry = self.process(self.entry("C", "SALARY", reason_code="AC04")).entry_ids
        self.assertEqual(entry.reason_code_text, "The account is closed.")


class TestWindow(KnownCase):
    """Everything that is needed to decide stands in the window."""

    def test_a_return_less_charges(self):
        record = self.process(self.entry("D", self.line), self.entry("C", self.line, "9.50"))
        back = self.open_line(record)
        window = self.window(back, self.line)
        known = self.plain(window.known_text)
        self.assertIn(f"{self.line.disbursement_id}: $ 10.00 to Person 1", known)
        self.assertIn("It is reconciled", known)
        self.assertEqual(window.other_entry_ids, record.entry_ids - back)
        self.assertFalse(window.obstacle)
        self.assertIn("can be reissued", window.meaning)
        warning = self.plain(window.warning)
        self.assertIn("only $ 9.50 of $ 10.00 came back", warning)
        self.assertIn("reissue pays $ 10.00 again", warning)
        self.assertIn("The $ 0.50 that are missing are spent", warning)

    def test_one_that_was_reissued_and_paid_again(self):
        self.process(self.entry("D", self.line), self.entry("C", self.line))
        new = self.reissue()
        record = self.process(self.entry("D", self.line), **self.following())
        window = self.window(record.entry_ids, self.line)
        self.assertIn(f"reissued as {new.disbursement_id}", window.known_text)
        self.assertIn("the person has the money twice", window.warning)
        self.assertEqual(len(window.other_entry_ids), 2)

    def test_an_ordinary_match_warns_of_nothing(self):
        record = self.process(self.entry("D", "TYPO", "10.00"))
        window = self.window(record.entry_ids, self.line)
        self.assertIn("counts as reconciled", window.meaning)
        self.assertFalse(window.warning)

    def test_another_payment_than_the_line_names(self):
        first = self.process(self.entry("D", self.line), self.entry("D", self.line))
        same = self.shipped("10.00", cycle_code_mnemonic="SAME")
        window = self.window(self.open_line(first), same)
        self.assertIn(
            f"names {self.line.disbursement_id}, not {same.disbursement_id}", window.warning
        )

    def test_an_obstacle_leaves_no_meaning(self):
        record = self.process(self.entry("D", "TYPO", "10.01"))
        window = self.window(record.entry_ids, self.line)
        self.assertTrue(window.obstacle)
        self.assertFalse(window.meaning or window.warning)

    def test_what_the_user_may_not_read_is_not_told(self):
        record = self.process(self.entry("D", "TYPO", "10.00"))
        foreign = self.foreign()
        window = self.window(record.entry_ids)
        for name, chosen in (
            ("disbursement_id", foreign[0]),
            ("bank_batch_id", foreign.bank_batch_id),
        ):
            with self.subTest(name):
                window.sudo().write({"disbursement_id": False, "bank_batch_id": False})
                window.sudo().write({name: chosen.id, "reason": "So"})
                self.env.invalidate_all()
                own = window.with_user(self.users["finance"])
                self.assertFalse(own.known_text or own.obstacle or own.meaning or own.warning)
                with self.assertRaises(AccessError):
                    self.rpc("finance", own, "action_confirm")

    def foreign(self):
        """Payments of another company, in a bank batch."""
        service = self.other_company_service()
        company = service.env.company
        bank = self.env["g2p.bridge.sponsor.bank"].create(
            {"name": "Theirs", "code": "THEIRS", "environment": "test", "company_id": company.id}
        )
        self.make_program("THEIRS", company_id=company.id, sponsor_bank_id=bank.id)
        values = self.envelope_values(benefit_program_mnemonic="THEIRS")
        reply = service.create_disbursement_envelope(values)
        envelope = self.find_envelope(reply["disbursement_envelope_id"])
        service.create_disbursements(self.rows(envelope, "10.00", "20.00", "30.75"))
        return envelope.disbursement_ids


class TestWholeBatchByHand(KnownCase):
    """A person says that a line books a whole batch."""

    def match_whole(self, entry, batch=None, name="finance"):
        window = self.window(entry, batch or self.batch)
        self.rpc(name, window, "write", {"reason": "The bank wrote so"})
        return self.rpc(name, window, "action_confirm")

    def test_a_line_of_the_total_is_suggested_and_matched(self):
        day = self.batch.payment_date
        record = self.process(self.entry("D", "BULK", "60.75", value_date=day))
        window = self.window(record.entry_ids)
        suggestion = window.suggestion_ids.filtered("bank_batch_id")
        self.assertEqual(suggestion.bank_batch_id, self.batch)
        self.assertIn("3 payments", suggestion.subject)
        self.rpc("finance", suggestion, "action_choose")
        self.assertIn("3 payments count as reconciled", window.meaning)
        self.match_whole(record.entry_ids)
        self.assertEqual(set(self.lines.mapped("state")), {"reconciled"})
        self.assertEqual(record.entry_ids.payment_count, 3)
        self.assertEqual(record.total_ids.reconciled_count, 3)
        self.run_jobs()
        self.assertEqual(self.lines.envelope_id.state, "reconciled")
        self.assertIn(self.batch.display_name, self.history(record))
        self.assertEqual(self.batch.proved_by, record.entry_ids._label())

    def test_one_that_was_taken_up_again_is_matched_again(self):
        record = self.process(self.whole())
        self.reopen(record.entry_ids)
        self.assertEqual(set(self.lines.mapped("state")), {"shipped"})
        self.match_whole(record.entry_ids)
        self.assertEqual(set(self.lines.mapped("state")), {"reconciled"})

    def test_a_credit_returns_the_whole_batch(self):
        self.process(self.whole())
        record = self.process(self.entry("C", "BULK", "60.75"), **self.following())
        self.reopen(self.not_named(record))
        self.match_whole(record.entry_ids)
        self.assertEqual(set(self.lines.mapped("state")), {"reconciled"})
        self.by_second(record.entry_ids, "action_confirm")
        self.assertEqual(set(self.lines.mapped("state")), {"reversed"})

    def not_named(self, record):
        self.assertEqual(self.outcomes(record), ["not_ours"])
        return record.entry_ids

    def test_what_is_not_the_total_proves_nobody(self):
        record = self.process(self.whole(amount="40.75"))
        for words, entry in (
            ("less than its batch", record.entry_ids),
            (
                "not debited yet",
                self.process(self.entry("RD", "X", "60.75"), **self.following()).entry_ids,
            ),
        ):
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                self.match_whole(entry)
        self.assertEqual(set(self.lines.mapped("state")), {"shipped"})

    def test_a_second_debit_is_refused(self):
        self.process(self.whole())
        record = self.process(self.entry("D", "BULK", "60.75"), **self.following())
        with self.assertRaisesRegex(UserError, "debited already, by ST"):
            self.match_whole(record.entry_ids)

    def test_a_batch_of_another_account(self):
        self.make_program("OTHER")
        other = self.shipped(
            "60.75", benefit_program_mnemonic="OTHER", cycle_code_mnemonic="X"
        ).bank_batch_id
        record = self.process(self.entry("D", "BULK", "60.75"))
        with self.assertRaisesRegex(UserError, "not paid from the account"):
            self.match_whole(record.entry_ids, other)

    def test_not_both(self):
        record = self.process(self.entry("D", "BULK", "60.75"))
        window = self.window(record.entry_ids)
        both = {"disbursement_id": self.line.id, "bank_batch_id": self.batch.id, "reason": "So"}
        self.rpc("finance", window, "write", both)
        with self.assertRaisesRegex(UserError, "not both"):
            self.rpc("finance", window, "action_confirm")

    def test_only_finance(self):
        record = self.process(self.entry("D", "BULK", "60.75"))
        self.assertOnly(("finance",), lambda name: self.match_whole(record.entry_ids, name=name))

    def test_it_is_matched_by_itself_once_the_bank_says_whom_it_refused(self):
        self.bank.can_query_payment_status = True
        self.bank_script.script = {"initiate_payment": [OutcomeUnknown("TIMEOUT")]}
        envelope = self.filled_envelope(cycle_code_mnemonic="LOST")
        self.run_jobs()
        batch, lines = envelope.bank_batch_ids, envelope.disbursement_ids
        record = self.process(self.entry("D", "NONREF", "50.75", batch_reference=batch.reference))
        self.assertEqual(self.outcomes(record), ["BATCH_MISMATCH"])
        refused = {lines[0].disbursement_id: "ACCOUNT_CLOSED"}
        batch._settle(True, "They wrote so")
        batch._record_rejections(refused)
        self.assertEqual(self.outcomes(record), ["matched"])
        self.assertEqual(lines.mapped("state"), ["rejected", "reconciled", "reconciled"])


class TestResult(KnownCase):
    """A statement's result counts payments, whether one line proves one or a thousand."""

    def test_payments_of_a_whole_batch_are_counted(self):
        single = self.shipped("5.00", cycle_code_mnemonic="SINGLE")
        record = self.process(self.whole(), self.entry("D", single))
        self.assertIn("4 payments are proved.", record.result_text)
        self.assertIn("Of these, 3 by one line for their whole batch.", record.result_text)
        back = self.process(self.whole("RD"), **self.following())
        self.assertIn("3 payments came back.", back.result_text)
        action = self.rpc("finance", record, "action_open_disbursements")
        proved = self.env["g2p.bridge.disbursement"].search(action["domain"])
        self.assertEqual(proved, self.lines | single)

    def test_without_a_whole_batch_nothing_is_said_of_one(self):
        record = self.process(self.entry("D", self.line))
        self.assertEqual(record.result_text, "1 payment is proved.")
