# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL
from psycopg2.extras import execute_values

from ...lib.chain import GENESIS, Head, link
from ...lib.frozen import Frozen

_logger = logging.getLogger(__name__)

#: No transaction lives so long: what is older and not sealed is found by the daily look.
RECENT = timedelta(days=1)
MAIL_TO = "g2p_bridge.audit_mail_to"


class AuditSeal(models.Model):
    """The chain over the audit trail: one for the whole database, in the order of commits.

    Records are written by whoever acts, and wait for nobody. A short transaction afterwards
    gives each its place in the chain; of several that would, one does. Between the two a
    record is "not sealed": it is there, and verified by its own fingerprint.
    """

    _name = "g2p.bridge.audit.seal"
    _description = "Seal of an Audit Record"
    _inherit = ["g2p.bridge.frozen.mixin"]
    _order = "number desc"
    _rec_name = "number"
    _log_access = False
    _archivable = False
    _frozen = (
        Frozen("seal", ("id", "number", "audit_id", "previous", "hash", "at"), even_empty=True),
    )

    # === Fields ===

    number = fields.Integer(required=True, readonly=True)
    audit_id = fields.Many2one(
        "g2p.bridge.audit", "Audit Record", required=True, readonly=True, ondelete="restrict"
    )
    previous = fields.Char("Hash Before", required=True, readonly=True)
    hash = fields.Char(required=True, readonly=True)
    at = fields.Datetime("Sealed At", required=True, readonly=True)

    # === Constraints ===

    _number_uniq = models.Constraint("UNIQUE(number)", "A seal has this number already.")
    _audit_uniq = models.Constraint("UNIQUE(audit_id)", "A record is sealed once.")

    # === Steps ===

    @api.model
    def _cron_heartbeat(self):
        """Seal what was left behind by a process that died between commit and seal."""
        if not self._seal():
            self._catch_up()

    @api.model
    def _cron_publish(self):
        """Put the head where nobody who changes the database can change it."""
        if not self._seal(everything=True):
            self._catch_up()
        head = self._head()
        _logger.info("Head of the audit trail: %s", head)
        recipients = self._recipients()
        if recipients and head.number:
            self.env["mail.mail"].sudo().create(
                {
                    "email_to": recipients,
                    "subject": self.env._("Head of the audit trail of %s", self.env.cr.dbname),
                    "body_html": self.env._(
                        "Keep this: it tells later whether the audit trail was cut or "
                        "rewritten. %s",
                        head,
                    ),
                }
            )

    # === Helpers ===

    @api.model
    def _seal(self, everything=False):
        """Seal what is committed and not sealed.

        :param everything: look at all records, not only at those of the last day
        :return: number of records that were sealed
        """
        # Only one at a time. Who comes second has nothing to do, or the heartbeat does it.
        self.env.cr.execute("SELECT pg_try_advisory_xact_lock(hashtext('g2p_bridge_audit'))")
        if not self.env.cr.fetchone()[0]:
            return 0
        self.env.flush_all()
        since = None if everything else fields.Datetime.now() - RECENT
        waiting = self.env.execute_query(
            SQL(
                "SELECT a.id, a.fingerprint FROM g2p_bridge_audit a"
                " WHERE %s AND NOT EXISTS ("
                "   SELECT FROM g2p_bridge_audit_seal s WHERE s.audit_id = a.id)"
                " ORDER BY a.id",
                SQL("a.at >= %s", since) if since else SQL("TRUE"),
            )
        )
        if not waiting:
            return 0
        head, now, rows = self._head(), fields.Datetime.now(), []
        for audit_id, said in waiting:
            number = head.number + 1
            rows.append((number, audit_id, head.hash, link(number, head.hash, audit_id, said), now))
            head = Head(number, rows[-1][3])
        execute_values(
            self.env.cr._obj,
            "INSERT INTO g2p_bridge_audit_seal (number, audit_id, previous, hash, at) VALUES %s",
            rows,
        )
        self.env["g2p.bridge.audit"].invalidate_model(["seal_ids"])
        # Log and file are out of reach of whoever changes the database.
        self.env.cr.postcommit.add(lambda: _logger.info("Audit trail sealed up to %s", head))
        self._publish()
        return len(rows)

    @api.model
    def _head(self):
        """:return: the :class:`Head` of the chain; number 0 if there is none yet"""
        rows = self.env.execute_query(
            SQL("SELECT number, hash FROM g2p_bridge_audit_seal ORDER BY number DESC LIMIT 1")
        )
        return Head(*rows[0]) if rows else Head(0, GENESIS)

    @api.model
    def _recipients(self):
        """:return: addresses that the head is mailed to: auditors, unless Settings name others"""
        given = self.env["ir.config_parameter"].sudo().get_param(MAIL_TO)
        if given:
            return given
        auditors = self.env.ref("g2p_bridge_base.group_auditor").sudo().all_user_ids
        active = auditors.filtered(lambda user: user.active and user.email)
        return ", ".join(sorted(active.mapped("email")))
