# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, config

from odoo.addons.g2p_bridge_base.at_start import at_start

from ..lib.policy import PARAMETER_PREFIX
from ..lib.water_mark import WaterMark
from .step.step_states import UNFINISHED

_logger = logging.getLogger(__name__)

#: Where the database was when it was last used: cluster, line of its history, database.
WHEREABOUTS = f"{PARAMETER_PREFIX}whereabouts"
#: Since when a person has to confirm what became of the time after the backup.
RESTORED_AT = f"{PARAMETER_PREFIX}restored_at"
CLUSTER_FUNCTIONS = ("pg_control_system()", "pg_current_wal_flush_lsn()", "pg_walfile_name(pg_lsn)")

# What the backup shows as not finished may be finished by now. A batch or a hold that was
# not begun counts as begun, so that its bank is asked before anything is sent; what is not
# due yet can't have been begun since.
ASK_FIRST = """
    UPDATE {table} s
       SET state = 'uncertain', begun_at = %(now)s, latest_timestamp = %(now)s, asks = 0,
           next_attempt_at = NULL
      FROM g2p_bridge_envelope e JOIN g2p_bridge_program p ON p.id = e.program_id
     WHERE e.id = s.envelope_id AND {condition}
       AND {unfinished}
       AND (e.disbursement_schedule_date <= %(tomorrow)s OR COALESCE(
            CASE WHEN p.own_policies THEN p.process_future_dated ELSE %(early)s END, FALSE))
"""
SENT = {
    "g2p_bridge_bank_batch": "s.line_count > 0",
    "g2p_bridge_funds_step": "s.kind <> 'check'",
}


class Restore(models.AbstractModel):
    """Recognises a database that was restored from a backup, and makes it ask before it sends.

    A backup shows as pending what may have been paid after it was taken. References are in
    the backup, so the bank can be asked by them. Whether the database is a restored one is
    found out when a server starts and before each call that moves money: it is elsewhere
    than it was (restored, copied, failed over), or its log is behind a mark that is kept
    outside of it (a disk was set back). A person may also say so.
    """

    _name = "g2p.bridge.restore"
    _description = "Recognition of Restored Databases"

    def _register_hook(self):
        super()._register_hook()
        at_start(self._notice)

    @api.model
    def _notice(self):
        """Find out whether this database was restored since it was last used, and say so.

        :return: True if it was, and unfinished steps have been changed
        """
        mark, former, position, here = self._look_around()
        rows = self.env.execute_query(
            SQL("SELECT value FROM ir_config_parameter WHERE key = %s", WHEREABOUTS)
        )
        known = rows[0][0] if rows else None
        if known == here and former <= position:
            mark.write(position)
            return False
        self._settle_down(here)
        # Another database of the same server starts with a mark of its own.
        self.env.cr.postcommit.add(lambda: mark.write(position))
        if not known or not self.env["g2p.bridge.envelope"].sudo().search_count([], limit=1):
            return False
        self._mark_restored(self.env._("Recognised by itself: this is not where it was used."))
        return True

    @api.model
    def _look_around(self):
        """Where this database is.

        :return: (:class:`WaterMark`, what it said, position of the log, description of the
            place)
        """
        (allowed, oid) = self.env.execute_query(
            SQL(
                "SELECT bool_and(has_function_privilege(f, 'EXECUTE')),"
                " (SELECT oid::text FROM pg_database WHERE datname = current_database())"
                " FROM unnest(%s) AS f",
                list(CLUSTER_FUNCTIONS),
            )
        )[0]
        if not allowed:  # some providers hide the cluster; the database itself still differs
            return WaterMark(config["data_dir"], oid), 0, 0, oid
        system = self.env.execute_query(
            SQL("SELECT system_identifier::text FROM pg_control_system()")
        )[0][0]
        mark = WaterMark(config["data_dir"], f"{system}-{oid}")
        former = mark.read()
        # Asked after the mark was read: a server that moves it meanwhile is ahead of both.
        position, line = self.env.execute_query(
            SQL(
                "SELECT (pg_current_wal_flush_lsn() - '0/0')::bigint,"
                " left(pg_walfile_name(pg_current_wal_flush_lsn()), 8)"
            )
        )[0]
        return mark, former, position, f"{system}/{line}/{oid}"

    @api.model
    def _settle_down(self, here):
        """Keep where the database is from now on. Of several that notice, one goes on."""
        self.env.cr.execute(
            SQL(
                "INSERT INTO ir_config_parameter (key, value) VALUES (%s, %s)"
                " ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value",
                WHEREABOUTS,
                here,
            )
        )

    @api.model
    def _mark_restored(self, reason):
        """Treat the database as restored: every unfinished call with an effect asks first.

        :param reason: who or what says so
        :return: what was done, in words
        """
        self.env.flush_all()
        now = fields.Datetime.now()
        arguments = {
            "now": now,
            "tomorrow": fields.Date.add(now.date(), days=1),
            "early": self.env["g2p.bridge.program"]._default_policy().process_future_dated,
        }
        counts = {}
        for table, condition in SENT.items():
            query = ASK_FIRST.format(
                table=table, condition=condition, unfinished=UNFINISHED.sql("s")
            )
            self.env.cr.execute(query, arguments)
            counts[table] = self.env.cr.rowcount
        self.env.invalidate_all()
        said = self.env._(
            "Restored from a backup: %(batches)s bank batches and %(funds)s funds steps ask the "
            "bank before anything is sent.",
            batches=counts["g2p_bridge_bank_batch"],
            funds=counts["g2p_bridge_funds_step"],
        )
        self.env["ir.config_parameter"].sudo().set_param(
            RESTORED_AT, fields.Datetime.to_string(now)
        )
        self.env["g2p.bridge.audit.seal"].sudo()._publish_restored()
        self.env["g2p.bridge.audit"]._record_fact("restore", self, said, reason=reason)
        self.env["g2p.bridge.envelope"].sudo().with_delay(
            description=self.env._("Tell that the database was restored")
        )._job_restored(said)
        _logger.warning("%s: %s %s", self.env.cr.dbname, said, reason)
        return said

    @api.model
    def _unconfirmed(self):
        """Whether nobody has looked yet at what was paid after the backup."""
        return bool(self._restored_at())

    @api.model
    def _restored_at(self):
        """:return: when it was found to be restored; None once a person has compared"""
        value = self.env["ir.config_parameter"].sudo().get_param(RESTORED_AT)
        return fields.Datetime.to_datetime(value) or None

    @api.model
    def _refusal(self):
        """:return: why nothing new is paid, in words; None if it is"""
        if not self._unconfirmed():
            return None
        return self.env._(
            "The database was restored from a backup. What was paid after the backup is not in "
            "it: an administrator has to compare and confirm first (Configuration, Restored "
            "from a Backup)."
        )

    @api.model
    def _check_confirmed(self):
        """:raises UserError: restored, and nobody has looked yet at what was paid since"""
        refusal = self._refusal()
        if refusal:
            raise UserError(refusal)

    @api.model
    def _confirm(self, reason):
        """Let new money move again: somebody has compared what was paid after the backup.

        :param reason: what was compared; kept in the audit trail
        """
        self.env["ir.config_parameter"].sudo().set_param(RESTORED_AT, False)
        self.env["g2p.bridge.audit"]._record_fact(
            "restore", self, self.env._("Compared with what was paid since"), reason=reason
        )
        self.env["g2p.bridge.envelope"]._unfinished()._enqueue_advance()


class RestoredStep(models.AbstractModel):
    """What may have been called after the backup is asked about before anything is sent."""

    _inherit = "g2p.bridge.step.mixin"

    # === Helpers ===

    def _step_suspension(self):
        if self.env["g2p.bridge.restore"]._notice():
            return self.env._("The database was restored: the bank is asked first.")
        return super()._step_suspension()
