# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import logging
import tempfile

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.queue_job.exception import RetryableJobError

from ...exceptions import BridgeError
from ...lib.import_file import Findings
from .import_check import MAX_ERRORS
from .import_file import MEBIBYTE

_logger = logging.getLogger(__name__)

#: Bytes of checked rows that are kept in memory between check and import.
SPOOL = 16 * MEBIBYTE
SECONDS_UNTIL_FREE = 5


class Refused(Exception):
    """The service refused what was checked before: it has changed meanwhile."""

    def __init__(self, faults):
        super().__init__()
        self.faults = faults


class ImportJob(models.Model):
    """The work on a file, outside of any request.

    Each part has a transaction of its own: progress, so that it is seen while the import
    is still open; the import itself, all or nothing; the outcome. The job's own transaction
    only reads, and carries the lock that says "alive". Whatever dies, a repeated job finds
    what was committed by the senders' keys and brings the rest to the same end.
    """

    _inherit = "g2p.bridge.import"

    # === Steps ===

    def _job_import(self, run):
        """Check a file and import it. Runs in the job queue; harmless to run twice.

        :param int run: the start that this job belongs to
        """
        self = self.exists().sudo()
        # A job of the same start may be repeated after it failed.
        if not self or self.run != run or self.state not in ("checking", "importing", "failed"):
            return self.env._("Nothing to do: the import has ended or was started anew.")
        if not self._stay_alive():
            raise RetryableJobError(
                "Another job works on this file.", seconds=SECONDS_UNTIL_FREE, ignore_retry=True
            )
        self = self.with_company(self.company_id)
        try:
            return self._carry_out()
        except Refused as error:
            findings = Findings(MAX_ERRORS)
            findings.add(*error.faults)
            return self._end_with_findings(findings)
        except Exception as error:
            _logger.exception("%s ended unexpectedly", self)
            self._show(state="failed", message=self._failure(error))
            raise

    def _carry_out(self):
        self._show(state="checking", imported_count=0, finished_at=False)
        with tempfile.SpooledTemporaryFile(SPOOL, mode="w+", encoding="utf-8") as spool:
            with self._open_file() as stream:
                findings = self._check(stream, spool)
            if findings.count:
                return self._end_with_findings(findings)
            vals = {"state": "valid", "message": self._room_left(findings)}
            if not self.check_only:
                self._show(state="importing")
                vals = self._in_own_transaction("_import", spool)
        self._show(**vals, finished_at=fields.Datetime.now())
        return vals["message"]

    def _import(self, spool):
        """Hand all rows to the service: all of them or none.

        :return: values of the outcome, to be written after this is committed
        :raises Refused: with the faults
        """
        # What the user may not do, the service refuses.
        service = self.env["g2p.bridge.service"].sudo(False)
        envelope = self.envelope_id
        # The makers are those who chose the file, not who presses the button.
        envelope._add_maker(self.maker_ids | self.create_uid | self.file_by_id)
        before = envelope._received()[0]
        count = 0
        spool.seek(0)
        for line in spool:
            numbers, records = json.loads(line)
            try:
                service.create_disbursements(records)
            except BridgeError as error:
                raise Refused(self._refused_faults(error, numbers)) from error
            count += len(records)
            self._show(imported_count=count)
        new = envelope._received()[0] - before
        message = self.env._(
            "%(new)s new disbursements from %(file)s; %(known)s of its rows were received before.",
            new=new,
            file=self.file_name,
            known=count - new,
        )
        envelope.message_post(body=message)
        self._record_import(message, new_value=self.file_sha256)
        return {"state": "done", "new_count": new, "message": message}

    # === Helpers ===

    def _show(self, **vals):
        """Write something that everybody sees at once, whatever becomes of the import."""
        self._in_own_transaction("_write_shown", vals)

    def _write_shown(self, vals):
        self.write(vals)
        if vals.get("state") in ("valid", "invalid", "failed"):
            self._record_import(vals["message"], new_value=self.file_sha256)

    def _show_findings(self, findings):
        self._show(
            row_count=findings.rows,
            new_count=findings.fresh,
            amount_total=str(findings.amount),
            error_count=findings.count,
        )

    def _end_with_findings(self, findings):
        message = self.env._(
            "Errors: %s. Nothing was imported. Correct the file, choose it again and import it.",
            findings.count,
        )
        self._in_own_transaction("_write_findings", findings, message)
        return message

    def _write_findings(self, findings, message):
        errors = self.env["g2p.bridge.import.error"]
        errors.search([("import_id", "=", self.id)]).unlink()
        errors.create(
            [{"import_id": self.id, **errors._prepare_fault_vals(f)} for f in findings.faults]
        )
        self._write_shown(
            {
                "state": "invalid",
                "imported_count": 0,
                "error_count": findings.count,
                "message": message,
                "finished_at": fields.Datetime.now(),
            }
        )

    def _room_left(self, findings):
        """What the envelope would hold with this file, in words."""
        (count, amount) = self.envelope_id._received()
        (most, total) = self.envelope_id._declared()
        return self.env._(
            "Nothing is wrong. With this file the envelope holds %(count)s of %(most)s "
            "disbursements and %(amount)s of %(total)s %(currency)s.",
            count=count + findings.fresh,
            most=most,
            amount=amount + findings.fresh_amount,
            total=total,
            currency=self.currency_id.name,
        )

    def _failure(self, error):
        if isinstance(error, UserError):
            return str(error)
        return self.env._(
            "Something unexpected happened (%s) and nothing was imported. Try again; if it "
            "happens again, show this to an administrator, who finds details in the job.",
            type(error).__name__,
        )
