# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What may be archived, and that nobody else takes rows out of either table."""

from datetime import datetime, timedelta
from unittest.mock import patch

import psycopg2
from odoo import fields
from odoo.exceptions import UserError
from odoo.tools import mute_logger

from .archive_common import ARCHIVED, ArchiveCase

KEPT = psycopg2.errors.RestrictViolation


class TestWhatIsArchived(ArchiveCase):
    def assertNotArchived(self, envelope, words):
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            envelope._archive("Old")
        self.assertIn(words, str(caught.exception))
        self.env.invalidate_all()
        self.assertFalse(envelope.archive_state)

    def test_only_what_is_settled(self):
        self.assertNotArchived(self.shipped().envelope_id, "shipped")

    def test_not_while_a_line_of_a_statement_is_open(self):
        envelope = self.settled()
        self.process(self.entry("D", envelope.disbursement_ids[1]), **self.following(2, 2))
        self.assertNotArchived(envelope, "still open")

    def test_not_while_there_are_todos(self):
        envelope = self.settled()
        envelope.activity_schedule("mail.mail_activity_data_todo", summary="Call the bank")
        self.assertNotArchived(envelope, "to-dos")

    def test_not_while_a_reissue_is_under_way(self):
        envelope = self.settled()
        back = envelope.disbursement_ids[0]
        new = self.later(
            cycle_code_mnemonic="AGAIN",
            number_of_beneficiaries=1,
            number_of_disbursements=1,
            total_disbursement_amount="10.00",
        )
        self.service.create_disbursements(self.rows(new, "10.00", reissue_of=back.disbursement_id))
        self.assertNotArchived(envelope, new.disbursement_ids.disbursement_id)

    def test_not_twice(self):
        envelope = self.settled()
        self.archive(envelope)
        with self.assertRaises(UserError):
            envelope._archive("Again")
        self.bring_back(envelope)
        with self.assertRaises(UserError):
            envelope._bring_back("Again")

    def test_what_changes_before_the_job_runs_is_found(self):
        envelope = self.settled()
        run = self.archive(envelope, jobs=False)
        envelope.activity_schedule("mail.mail_activity_data_todo", summary="Call the bank")
        self.run_jobs()
        self.env.invalidate_all()
        self.assertEqual((run.state, envelope.archive_state), ("refused", False))
        self.assertWhere(envelope, 7, 0)

    def test_by_itself_only_where_wanted_and_old_enough(self):
        envelope = self.settled()
        company = envelope.company_id
        for months, days, expected in ((0, 400, False), (6, 150, False), (6, 200, "archived")):
            with self.subTest(months=months, days=days):
                company.bridge_archive_months = months
                with patch.object(fields.Datetime, "now", lambda days=days: _later(days)):
                    self.env["g2p.bridge.envelope"]._archive_old()
                self.run_jobs()
                self.env.invalidate_all()
                self.assertEqual(envelope.archive_state, expected)

    def test_the_setting_is_on_record(self):
        company = self.env.company
        company.bridge_archive_months = 7
        record = self.env["g2p.bridge.audit"].search([("model", "=", "res.company")], limit=1)
        self.assertEqual((record.old_value, record.new_value), ("0", "7"))


class TestArchiveIsKept(ArchiveCase):
    """Nobody but a move takes rows out of either table."""

    def refused(self, query, *arguments):
        with (
            self.subTest(query),
            mute_logger("odoo.sql_db"),
            self.assertRaises(KEPT),
            self.env.cr.savepoint(flush=False),
        ):
            self.sql(query, *arguments)

    def test_nobody_changes_or_deletes(self):
        envelope, other = self.settled(), self.settled(number=2, cycle_code_mnemonic="OTHER")
        self.archive(envelope)
        for table in ARCHIVED:
            self.refused(f"DELETE FROM {table}")
            self.refused(f"TRUNCATE {table}")
        self.refused("UPDATE g2p_bridge_disbursement_archive SET state = 'shipped'")
        self.refused("UPDATE g2p_bridge_statement_entry_archive SET amount = 1")
        self.refused("DELETE FROM g2p_bridge_disbursement WHERE envelope_id = %s", other.id)
        with self.assertRaises(UserError):
            self.env["g2p.bridge.disbursement.archive"].search([]).unlink()

    def test_a_disbursement_that_is_named_is_not_deleted(self):
        envelope = self.later_filled()
        former, other = envelope.disbursement_ids[:2]
        self.sql("ALTER TABLE g2p_bridge_disbursement DISABLE TRIGGER g2p_bridge_frozen_identity")
        self.sql(
            "UPDATE g2p_bridge_disbursement SET reissue_of_id = %s WHERE id = %s",
            former.id,
            other.id,
        )
        for query in (
            "DELETE FROM g2p_bridge_disbursement WHERE id = %s",
            "UPDATE g2p_bridge_disbursement SET reissue_of_id = 0 WHERE reissue_of_id = %s",
        ):
            with (
                self.subTest(query),
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.ForeignKeyViolation),
                self.env.cr.savepoint(flush=False),
            ):
                self.sql(query, former.id)


def _later(days):
    return datetime.now().replace(microsecond=0) + timedelta(days=days)
