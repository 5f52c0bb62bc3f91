# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
import os
import stat
from pathlib import Path
from tempfile import TemporaryDirectory

from odoo.tools import config, mute_logger

from odoo.addons.g2p_bridge_base.lib.chain import fingerprint

from ..health.health_common import HealthCase
from .test_audit import AuditCase

LOGGER = "odoo.addons.g2p_bridge_bank_connector"


class HeadsCase(AuditCase):
    """A server with a file of heads of its own, and a chain of three seals at least."""

    def setUp(self):
        super().setUp()
        self.folder = Path(self.enterContext(TemporaryDirectory()))
        self.path = self.folder / "elsewhere" / "heads.log"
        conf = self.folder / "odoo.conf"
        conf.write_text(f"[g2p_bridge]\naudit_heads = {self.path}\n")
        self.addCleanup(config.__setitem__, "config", config["config"])
        config["config"] = str(conf)
        self.audit, self.seals = self.env["g2p.bridge.audit"], self.env["g2p.bridge.audit.seal"]
        self.program.write({"own_policies": True, "approval": "any"})
        self.envelope = self.filled_envelope(disbursement_schedule_date=self.today(3))
        self.approve("approver", self.envelope)
        self.seal()

    def seal(self):
        """Seal what is there; the file gets its line as after a commit."""
        self.seals._seal(everything=True)
        self.commit()

    def commit(self):
        self.env.flush_all()
        self.env.cr.postcommit.run()

    def make_anew(self):
        """Change who approved, and make the chain anew so that it agrees with itself."""
        self.tamper(
            "UPDATE g2p_bridge_audit SET login = 'somebody', user_id = %s WHERE action = 'approve'"
            " AND res_id = %s",
            self.users["officer"].id,
            self.envelope.id,
        )
        self.tamper(
            "UPDATE g2p_bridge_envelope SET approved_by_id = %s WHERE id = %s",
            self.users["officer"].id,
            self.envelope.id,
        )
        self.env.cr.execute("SELECT *, at::text AS at FROM g2p_bridge_audit ORDER BY id")
        for record in self.env.cr.dictfetchall():
            self.tamper(
                "UPDATE g2p_bridge_audit SET fingerprint = %s WHERE id = %s",
                fingerprint(record),
                record["id"],
            )
        self.tamper("DELETE FROM g2p_bridge_audit_seal")
        self.seals._seal(everything=True)

    def words(self):
        return self.audit._verdict_words(self.audit._verify())


class TestHeads(HeadsCase):
    """A chain that was made anew differs from what lies outside of the database."""

    def test_each_seal_goes_out_at_once(self):
        lines = self.path.read_text().splitlines()
        self.assertEqual(lines[-1].split()[-1], str(self.seals._head()))
        self.assertEqual(lines[-1].split()[2], self.env.cr.dbname)
        self.assertEqual(stat.S_IMODE(os.stat(self.path).st_mode), 0o600)
        self.assertTrue(self.audit._verify().fine)
        self.assertIn(str(self.path), self.words())
        self.assertIn(str(self.seals._head()), self.words())

    def test_made_anew(self):
        self.make_anew()
        verdict = self.audit._verify()
        self.assertFalse(verdict.fine)
        self.assertIn("made anew", verdict.first)

    def test_made_anew_and_published_anew(self):
        self.make_anew()
        self.seals._publish()
        self.commit()
        self.assertIn("published twice", self.audit._verify().first)

    def test_cut_off(self):
        head = self.seals._head()
        self.tamper("DELETE FROM g2p_bridge_audit_seal WHERE number = %s", head.number)
        self.tamper(
            "DELETE FROM g2p_bridge_audit a WHERE NOT EXISTS (SELECT FROM g2p_bridge_audit_seal s"
            " WHERE s.audit_id = a.id)"
        )
        self.assertIn(f"seal {head.number} was published", str(self.audit._verify()))

    def test_a_backup_is_no_tampering_but_is_said(self):
        older = self.seals._head()
        self.program.benefit_program_name = "After the backup"
        self.seal()
        self.tamper("DELETE FROM g2p_bridge_audit_seal WHERE number > %s", older.number)
        self.tamper("DELETE FROM g2p_bridge_audit WHERE new_value = 'After the backup'")
        self.assertFalse(self.audit._verify().fine)
        self.seals._publish_restored()
        self.commit()
        self.program.benefit_program_name = "After the restore"
        self.seal()
        verdict = self.audit._verify()
        self.assertTrue(verdict.fine, verdict.first)
        self.assertIn(str(older), "\n".join(verdict.notes))

    def test_another_database_in_the_same_file(self):
        with open(self.path, "a") as file:
            file.write(f"2026-01-01T00:00:00Z elsewhere-1 other head 999999:{'f' * 64}\n")
            file.write("what nobody wrote\n")
        self.assertTrue(self.audit._verify().fine)
        self.assertIn("1 lines of the file", self.words())

    def test_a_file_that_is_gone(self):
        self.path.unlink()
        self.assertIn("No head of this database is kept outside", self.words())
        self.seals._cron_heartbeat()
        self.commit()
        self.assertIn(str(self.seals._head()), self.path.read_text())

    def test_mail_goes_to_the_auditors_unless_others_are_named(self):
        self.users["auditor"].email = "auditor@example.org"
        self.seals._cron_publish()
        mail = self.env["mail.mail"].search([("email_to", "like", "auditor@example.org")])
        self.assertIn(str(self.seals._head()), mail.body_html)

    def test_window_says_it(self):
        action = self.rpc("auditor", self.audit, "action_verify")
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertIn(str(self.path), wizard.words)


class TestHeadsHealth(HealthCase, HeadsCase):
    """A file that can't be written keeps nobody from his work, and is seen."""

    def test_how_old_the_newest_head_is_and_where(self):
        self.assertIn(str(self.path), self.read("auditor")["trail"])
        self.assertFalse(self.read("officer")["trail"])
        self.assertFalse(self.read("admin")["stalls"])

    def test_heads_that_stay_in_the_database(self):
        self.path.unlink()
        self.path.parent.rmdir()
        self.path.parent.write_text("no folder")
        self.program.benefit_program_name = "Renamed"
        with self.assertLogs(LOGGER, logging.ERROR):
            self.seal()
        self.assertIn("can't be read", self.words())
        with self.later(20), mute_logger(f"{LOGGER}.models.audit.audit_head"):
            self.assertFalse(self.behind())
        with self.later(40), mute_logger(f"{LOGGER}.models.audit.audit_head"):
            self.assertEqual([stall["where"] for stall in self.behind()], ["Audit trail"])

    def behind(self):
        return [stall for stall in self.read("admin")["stalls"] if stall["kind"] == "heads_behind"]
