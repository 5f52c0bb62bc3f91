# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
import socket
from functools import partial
from pathlib import Path

from odoo import api, fields, models
from odoo.tools import SQL, config

from ...at_start import at_start
from ...keys import server_options
from ...lib.heads import HEAD, RESTORED, HeadFile, Outside

_logger = logging.getLogger(__name__)

#: Option of the server, in the section [g2p_bridge]: where heads are kept outside the database.
OPTION = "audit_heads"
DEFAULT = Path("g2p_bridge") / "audit_heads.log"


class AuditHead(models.Model):
    """The heads in a file outside of the database, which may lie on another host.

    A line is added as soon as a seal is committed. What could not be written, because a mount
    was gone or a process died, is made up for at the next start and by the heartbeat.
    """

    _inherit = "g2p.bridge.audit.seal"

    # === CRUD ===

    def _register_hook(self):
        super()._register_hook()
        at_start(self._catch_up)

    # === Helpers ===

    @api.model
    def _head_file(self):
        """:return: the :class:`HeadFile` of this server, for this database"""
        path = server_options().get(OPTION) or Path(config["data_dir"]) / DEFAULT
        return HeadFile(path, self._place(), self.env.cr.dbname.replace(" ", "_"))

    @api.model
    def _place(self):
        """Which database this is: a copy, or one that was restored elsewhere, is another one."""
        (allowed, oid) = self.env.execute_query(
            SQL(
                "SELECT has_function_privilege('pg_control_system()', 'EXECUTE'), oid::text"
                " FROM pg_database WHERE datname = current_database()"
            )
        )[0]
        if not allowed:  # some providers hide the cluster
            return oid
        query = SQL("SELECT system_identifier::text FROM pg_control_system()")
        return f"{self.env.execute_query(query)[0][0]}-{oid}"

    @api.model
    def _publish(self, kind=HEAD):
        """Have the head written to the file as soon as it is committed."""
        self.env.cr.postcommit.add(partial(_append, self._head_file(), self._head(), kind))

    @api.model
    def _publish_restored(self):
        """Have it written that a backup has set the chain back to its present head."""
        self._publish(RESTORED)

    @api.model
    def _catch_up(self):
        """Write the head to the file unless it is the last that the file knows."""
        head = self._head()
        if head.number and self._newest().newest != head:
            self._publish()

    @api.model
    def _newest(self):
        """:return: :class:`Outside` with the newest head; without one if it can't be read"""
        file = self._head_file()
        try:
            return file.newest()
        except OSError as error:
            _logger.error("Heads of the audit trail can't be read from %s: %s", file.path, error)
            return Outside()

    @api.model
    def _behind(self):
        """What the file does not know yet.

        :return: number of seals, and since when the first of them waits (None: none does)
        """
        newest = self._newest().newest
        rows = self.env.execute_query(
            SQL(
                "SELECT count(*), min(at) FROM g2p_bridge_audit_seal WHERE number > %s",
                newest.number if newest else 0,
            )
        )
        return rows[0]

    @api.model
    def _outside_words(self):
        """A sentence about the newest head outside: how old it is, and where it lies."""
        path = f"{socket.gethostname()}:{self._head_file().path}"
        newest = self._newest()
        if not newest.newest:
            return self.env._("No head of this database is kept outside of it, in %s.", path)
        age = fields.Datetime.now() - newest.at
        return self.env._(
            "Newest head outside of the database: %(head)s of %(at)s UTC (%(hours)s hours ago), in "
            "%(path)s.",
            head=newest.newest,
            at=fields.Datetime.to_string(newest.at),
            hours=round(age.total_seconds() / 3600, 1),
            path=path,
        )


def _append(file, head, kind):
    """Add a line. What fails here keeps nobody from his work; Health tells of it."""
    try:
        file.append(head, kind)
    except OSError as error:
        _logger.error("The head of the audit trail was not written to %s: %s", file.path, error)
