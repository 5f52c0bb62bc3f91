# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo.exceptions import UserError
from odoo.tools import mute_logger
from psycopg2.errors import RestrictViolation

from odoo.addons.g2p_bridge_base.lib.chain import Head, fingerprint

from .test_audit import TABLES, AuditCase


class TestChain(AuditCase):
    """Whoever changes the audit trail behind everybody's back is found out."""

    def setUp(self):
        super().setUp()
        self.audit, self.seals = self.env["g2p.bridge.audit"], self.env["g2p.bridge.audit.seal"]
        for name in ("First", "Second", "Third"):
            self.program.benefit_program_name = name
        self.seals._seal(everything=True)
        self.records = self.facts("change")
        self.assertEqual(len(self.records), 3)

    def refused(self, query, *arguments):
        with (
            self.subTest(query),
            mute_logger("odoo.sql_db"),
            self.assertRaises(RestrictViolation),
            self.env.cr.savepoint(flush=False),
        ):
            self.env.cr.execute(query, arguments)

    def assertFound(self, *words, known=None):
        verdict = self.audit._verify(known)
        self.assertFalse(verdict.fine)
        for word in words:
            self.assertIn(str(word), verdict.first)
        return verdict

    def test_whole(self):
        verdict = self.audit._verify()
        self.assertTrue(verdict.fine, verdict.first)
        self.assertEqual(verdict.unsealed, 0)
        self.assertEqual(verdict.sealed, self.seals.search_count([]))
        self.assertEqual(verdict.head, self.seals._head())
        self.assertIn(str(verdict.head), self.audit._verdict_words(verdict))

    def test_seals_follow_each_other_without_a_gap(self):
        seals = self.seals.search([], order="number")
        self.assertEqual(seals.mapped("number"), list(range(1, len(seals) + 1)))
        self.assertEqual(seals[1:].mapped("previous"), seals[:-1].mapped("hash"))

    def test_what_is_sealed_is_not_sealed_again(self):
        self.assertEqual(self.seals._seal(everything=True), 0)

    def test_database_refuses_changes(self):
        for table in TABLES:
            self.refused(f"UPDATE {table} SET at = now()")
            self.refused(f"DELETE FROM {table}")
            self.refused(f"TRUNCATE {table} CASCADE")
        with self.audit._archiving("Even so"):
            self.refused("DELETE FROM g2p_bridge_audit")
            self.refused("TRUNCATE g2p_bridge_audit CASCADE")

    def test_changed_record(self):
        second = self.records[1]
        for column in ("new_value", "login", "reason", "what", "record_name"):
            with self.subTest(column), self.env.cr.savepoint() as undo:
                self.tamper(f"UPDATE g2p_bridge_audit SET {column} = 'x' WHERE id = %s", second.id)
                self.assertFound(f"Record {second.id}", "was changed")
                undo.rollback()

    def test_changed_with_its_fingerprint(self):
        second = self.records[1]
        self.tamper("UPDATE g2p_bridge_audit SET new_value = 'Forged' WHERE id = %s", second.id)
        self.env.cr.execute(
            "SELECT *, to_char(at, 'YYYY-MM-DD HH24:MI:SS') AS at FROM g2p_bridge_audit"
            " WHERE id = %s",
            [second.id],
        )
        said = fingerprint(self.env.cr.dictfetchone())
        self.tamper("UPDATE g2p_bridge_audit SET fingerprint = %s WHERE id = %s", said, second.id)
        self.assertFound(f"Record {second.id}", "Forged")

    def test_deleted_record(self):
        second = self.records[1]
        number = second.number
        self.tamper("ALTER TABLE g2p_bridge_audit_seal DROP CONSTRAINT IF EXISTS none")
        self.env.cr.execute(
            "ALTER TABLE g2p_bridge_audit_seal DROP CONSTRAINT g2p_bridge_audit_seal_audit_id_fkey"
        )
        self.tamper("DELETE FROM g2p_bridge_audit WHERE id = %s", second.id)
        self.assertFound(f"Record {second.id} (seal {number}) was deleted")
        self.tamper("DELETE FROM g2p_bridge_audit_seal WHERE audit_id = %s", second.id)
        self.assertFound(f"Seal {number} is missing")

    def test_end_that_was_cut_off(self):
        known = self.seals._head()
        self.tamper("DELETE FROM g2p_bridge_audit_seal WHERE number = %s", known.number)
        self.tamper("DELETE FROM g2p_bridge_audit WHERE id = %s", self.records[-1].id)
        self.assertTrue(self.audit._verify().fine)
        self.assertFound(f"seal {known.number} was published", known=known)

    def test_chain_that_was_made_anew(self):
        known = self.seals._head()
        self.tamper("UPDATE g2p_bridge_audit SET login = 'x' WHERE id = %s", self.records[0].id)
        self.env.cr.execute("SELECT *, at::text AS at FROM g2p_bridge_audit ORDER BY id")
        for record in self.env.cr.dictfetchall():
            self.tamper(
                "UPDATE g2p_bridge_audit SET fingerprint = %s WHERE id = %s",
                fingerprint(record),
                record["id"],
            )
        self.tamper("DELETE FROM g2p_bridge_audit_seal")
        self.seals._seal(everything=True)
        self.assertTrue(self.audit._verify().fine)
        self.assertFound("made anew", known=known)

    def test_what_is_not_sealed_yet(self):
        self.program.benefit_program_name = "Fourth"
        fourth = self.facts("change")[-1]
        verdict = self.audit._verify()
        self.assertEqual((verdict.fine, verdict.unsealed, verdict.late), (True, 1, 0))
        self.tamper("UPDATE g2p_bridge_audit SET new_value = 'Other' WHERE id = %s", fourth.id)
        self.assertFound(f"Record {fourth.id} (not sealed)")

    def test_button(self):
        for name in ("auditor", "admin"):
            action = self.rpc(name, self.audit, "action_verify")
            wizard = self.env[action["res_model"]].browse(action["res_id"])
            self.assertEqual(wizard.outcome, "fine")
        for name in ("officer", "approver", "finance", "stranger"):
            self.assertForbidden(self.rpc, name, self.audit, "action_verify")
        known = self.seals._head()
        self.tamper("DELETE FROM g2p_bridge_audit_seal WHERE number = %s", known.number)
        wizard.known_head = str(known)
        self.rpc("admin", wizard, "action_verify")
        self.assertEqual(wizard.outcome, "broken")
        self.assertIn("is missing", wizard.words)
        wizard.known_head = "nonsense"
        with self.assertRaises(UserError):
            self.rpc("admin", wizard, "action_verify")

    def test_head_is_published(self):
        self.program.benefit_program_name = "Fourth"
        self.env["ir.config_parameter"].set_param("g2p_bridge.audit_mail_to", "audit@example.org")
        with self.assertLogs("odoo.addons.g2p_bridge_bank_connector", logging.INFO) as logs:
            self.seals._cron_publish()
        head = self.seals._head()
        self.assertIn(str(head), "\n".join(logs.output))
        mail = self.env["mail.mail"].search([("email_to", "=", "audit@example.org")])
        self.assertIn(str(head), mail.body_html)
        self.assertEqual(Head.parse(f" {head} "), head)
