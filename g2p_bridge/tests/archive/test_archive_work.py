# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What comes for archived payments finds them: statements, senders, people."""

from odoo.exceptions import UserError

from .archive_common import LIVE, ArchiveCase


class TestStatementForArchived(ArchiveCase):
    """A line that names an archived payment is judged as if it had never been away."""

    def setUp(self):
        super().setUp()
        self.envelope = self.settled()
        self.back, self.paid, _other = self.envelope.disbursement_ids
        self.archive(self.envelope)

    def late(self, *entries, number=2):
        statement = self.process(*entries, **self.following(number, number))
        self.env.invalidate_all()
        return statement

    def test_a_late_return(self):
        name = self.archived_name(self.paid)
        statement = self.late(self.entry("RD", name, "20.00"))
        self.assertEqual(self.outcomes(statement), ["matched"])
        self.assertFalse(self.envelope.archive_state)
        self.assertEqual(self.paid.state, "reversed")
        self.assertEqual(self.envelope.number_of_disbursements_reversed, 2)

    def test_a_second_debit_and_a_second_return(self):
        statement = self.late(
            self.entry("D", self.archived_name(self.paid), "20.00"),
            self.entry("RD", self.archived_name(self.back), "10.00"),
        )
        self.assertEqual(self.outcomes(statement), ["DUPLICATE_DISBURSEMENT", "INVALID_REVERSAL"])

    def test_waiting_is_no_failed_attempt_and_says_why(self):
        statement, _known = self.receive(
            self.statement(
                self.entry("RD", self.archived_name(self.paid), "20.00"), **self.following()
            )
        )
        statement._job_step()
        self.env.invalidate_all()
        self.assertEqual((statement.state, statement.attempts), ("pending", 0))
        self.assertIn(self.envelope.disbursement_envelope_id, statement.latest_error_message)
        self.assertFalse(statement.entry_ids)
        self.assertEqual(self.envelope.archive_state, "returning")
        self.run_jobs()
        self.env.invalidate_all()
        self.assertEqual(self.outcomes(statement), ["matched"])

    def test_what_nobody_knows_leaves_the_archive_alone(self):
        statement = self.late(self.entry("D", "NOSUCH"))
        self.assertEqual(self.outcomes(statement), ["INVALID_DISBURSEMENT"])
        self.assertEqual(self.envelope.archive_state, "archived")

    def test_another_account_s_payment_stays_there(self):
        self.make_program("OTHER")
        statement = self.late(
            self.entry("RD", self.archived_name(self.paid), "20.00"),
        )
        self.assertEqual(self.outcomes(statement), ["matched"])
        self.archive(self.envelope)
        record, _known = self.receive(
            self.statement(
                self.entry("D", self.archived_name(self.paid), "20.00"),
                account_number="OTHER-ACCOUNT",
            )
        )
        self.run_jobs()
        self.env.invalidate_all()
        self.assertEqual(self.outcomes(record), ["INVALID_DISBURSEMENT"])
        self.assertEqual(self.envelope.archive_state, "archived")

    def test_one_that_is_on_its_way_is_stopped(self):
        self.bring_back(self.envelope)
        self.archive(self.envelope, jobs=False)
        statement, _known = self.receive(
            self.statement(self.entry("RD", self.paid), **self.following())
        )
        statement._job_step()
        self.env.invalidate_all()
        self.assertEqual(self.envelope.archive_state, "returning")
        self.run_jobs()
        self.env.invalidate_all()
        self.assertEqual(self.outcomes(statement), ["matched"])
        self.assertFalse(self.envelope.archive_state)

    def test_decisions_about_what_is_left_of_the_statement_count_all(self):
        statement = self.envelope.statement_total_ids.statement_id
        before = statement.read(["entry_count", "matched_count", "reversed_count"])
        self.sql(
            "UPDATE g2p_bridge_statement_entry SET outcome = 'error', error_reason = 'REOPENED'"
            " WHERE id = ANY(%s)",
            statement.entry_ids.ids,
        )
        statement.entry_ids._decide_not_ours("Interest")
        self.assertEqual(statement.read(["entry_count", "matched_count", "reversed_count"]), before)

    def test_a_closed_line_that_names_an_archived_payment_is_not_reopened(self):
        self.bring_back(self.envelope)
        statement = self.late(self.entry("D", self.paid))
        statement.entry_ids._decide_not_ours("The bank's mistake")
        self.run_jobs()
        self.archive(self.envelope)
        with self.assertRaises(UserError) as caught:
            statement.entry_ids._decide_reopen("Wait")
        self.assertIn("Bring Back", str(caught.exception))

    def test_an_id_with_a_slip_is_pointed_at(self):
        name = self.archived_name(self.paid)
        slip = name[:-2] + name[-1] + name[-2]
        statement = self.late(self.entry("D", slip, "20.00"))
        self.assertEqual(self.outcomes(statement), ["INVALID_DISBURSEMENT"])
        window = self.rpc("finance", statement.entry_ids, "action_match")
        hint = self.env[window["res_model"]].browse(window["res_id"]).archive_hint
        self.assertIn(name, hint)
        self.assertIn(self.envelope.disbursement_envelope_id, hint)

    def archived_name(self, line):
        return self.env["g2p.bridge.disbursement.archive"].browse(line.id).disbursement_id or (
            line.disbursement_id
        )


class TestSendersAndPeople(ArchiveCase):
    def setUp(self):
        super().setUp()
        self.envelope = self.settled()
        self.lines = self.envelope.disbursement_ids
        self.names = self.lines.mapped("disbursement_id")

    def test_status_is_answered_as_before(self):
        service = self.service
        envelope_id = self.envelope.disbursement_envelope_id
        before = (
            service.get_disbursement_status(self.names),
            service.get_disbursement_envelope_status(envelope_id),
        )
        self.archive(self.envelope)
        after = (
            service.get_disbursement_status(self.names),
            service.get_disbursement_envelope_status(envelope_id),
        )
        self.assertEqual(after, before)

    def test_a_repeated_call_is_recognised_and_another_one_refused(self):
        rows = self.rows(self.envelope, "10.00", "20.00", "30.75")
        self.archive(self.envelope)
        reply = self.service.create_disbursements(rows)
        self.assertEqual([row["disbursement_id"] for row in reply], self.names)
        self.assertWhere(self.envelope, 0, 7)
        self.assertRefused(
            "NO_OF_DISBUESEMENTS_EXCEEDS_DECLARED",
            self.service.create_disbursements,
            self.rows(self.envelope, "1.00", start=9),
        )
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.service.create_disbursements(self.rows(self.envelope, "11.00"))
        self.assertWhere(self.envelope, 0, 7)

    def test_nothing_is_cancelled(self):
        self.archive(self.envelope)
        self.assertRefused(
            "DISBURSEMENT_ENVELOPE_SCHEDULE_DATE_REACHED",
            self.service.cancel_disbursements,
            [{"disbursement_id": self.names[0]}],
        )

    def reissue_rows(self):
        new = self.later(
            cycle_code_mnemonic="AGAIN",
            number_of_beneficiaries=1,
            number_of_disbursements=1,
            total_disbursement_amount="10.00",
        )
        return new, self.rows(new, "10.00", reissue_of=self.names[0])

    def test_an_archived_payment_is_reissued_once_it_is_back(self):
        self.archive(self.envelope)
        new, rows = self.reissue_rows()
        error = self.assertRefused("INVALID_REISSUE", self.service.create_disbursements, rows)
        self.assertIn("Bring Back", str(error))
        self.bring_back(self.envelope)
        self.service.create_disbursements(rows)
        self.assertEqual(new.disbursement_ids.reissue_of_id, self.lines[0])

    def settled_reissue(self):
        new = self.create_envelope(
            cycle_code_mnemonic="AGAIN",
            number_of_beneficiaries=1,
            number_of_disbursements=1,
            total_disbursement_amount="10.00",
        )
        self.service.create_disbursements(
            self.rows(new, "10.00", reissue_of=self.lines[0].disbursement_id)
        )
        new.action_approve()
        self.run_jobs()
        self.process(self.entry("D", new.disbursement_ids), **self.following(2, 2))
        self.assertEqual(new.state, "reconciled")
        return new

    def test_links_last_whichever_of_two_is_archived(self):
        new = self.settled_reissue()
        line = new.disbursement_ids
        before = self.rows_in(LIVE, self.envelope), self.rows_in(LIVE, new)
        self.archive(self.envelope)
        self.assertEqual(line.reissue_of_id.display_name, self.names[0])
        links = line.life[0]["links"]
        self.assertIn("g2p.bridge.disbursement.archive", [link["model"] for link in links])
        self.archive(new)
        self.bring_back(self.envelope)
        self.bring_back(new)
        self.assertEqual((self.rows_in(LIVE, self.envelope), self.rows_in(LIVE, new)), before)

    def test_who_was_reissued_is_not_reissued_again_after_that_was_archived(self):
        self.archive(self.settled_reissue())
        self.assertFalse(self.lines[0].can_reissue)
        third = self.later(
            cycle_code_mnemonic="THIRD",
            number_of_beneficiaries=1,
            number_of_disbursements=1,
            total_disbursement_amount="10.00",
        )
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.service.create_disbursements(self.rows(third, "10.00", reissue_of=self.names[0]))
        debit = self.lines[0].entry_ids
        with self.assertRaises(UserError):
            debit._decide_reopen("Wait")

    def test_people_decide_nothing_while_it_is_moved(self):
        self.archive(self.envelope, jobs=False)
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            self.lines[1].entry_ids._decide_reopen("Wait")
        self.assertIn("being archived", str(caught.exception))

    def test_lists_and_files_are_those_of_the_archive(self):
        before = self.export()
        self.archive(self.envelope)
        self.assertEqual(self.export(), before)
        action = self.envelope.action_open_reversed()
        self.assertEqual(action["res_model"], "g2p.bridge.disbursement.archive")
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found.mapped("disbursement_id"), self.names[:1])
        action = self.envelope.bank_batch_ids[0].action_open_disbursements()
        self.assertEqual(self.env[action["res_model"]].search_count(action["domain"]), 3)
        action = self.envelope.action_open_entries()
        self.assertEqual(self.env[action["res_model"]].search_count(action["domain"]), 4)

    def export(self):
        return list(self.env["g2p.bridge.envelope.export"]._lines(self.envelope))
