from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.job import Job

SECONDS_UNTIL_FREE = 5
LIVE = ("pending", "running")


class ArchiveRun(models.Model):
    """One way of an envelope's rows into the archive, or back: what moved, and that it is the same.

    Rows are moved in pieces, each in a transaction of its own, so a worker that dies has
    moved whole pieces and the next one goes on. Before the first piece the rows are counted,
    added up and hashed, and after the last one again: both have to be the same.
    """

    _name = "g2p.bridge.archive.run"
    _description = "Way into the Archive"
    _inherit = ["g2p.bridge.durable.mixin"]
    _order = "id desc"
    _rec_name = "envelope_id"

    envelope_id = fields.Many2one(
        "g2p.bridge.envelope", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="envelope_id.company_id")
    direction = fields.Selection(
        [("out", "To the archive"), ("back", "Back")],
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        [
            ("pending", "Pending"),
            ("running", "Running"),
            ("done", "Done"),
            ("refused", "Refused"),
            ("stopped", "Stopped"),
            ("failed", "Failed"),
        ],
        default="pending",
        required=True,
        readonly=True,
        help="Failed: what is there now is not what was there before. Nothing more is moved.",
    )
    reason = fields.Text(readonly=True)
    user_id = fields.Many2one("res.users", "Asked for by", readonly=True)
    ended_at = fields.Datetime(readonly=True)
    message = fields.Text(readonly=True)
    moved_count = fields.Integer("Disbursements Moved", readonly=True)
    position = fields.Integer(readonly=True, help="The last bank batch that was moved.")
    # What was there before, exact: see archive_sums.
    line_count = fields.Integer("Disbursements", readonly=True)
    line_total = fields.Char("Their Total", readonly=True)
    line_digest = fields.Char("Digest of Disbursements", readonly=True)
    line_columns = fields.Char(readonly=True)
    entry_count = fields.Integer("Statement Entries", readonly=True)
    entry_total = fields.Char("Total of Statement Entries", readonly=True)
    entry_digest = fields.Char("Digest of Statement Entries", readonly=True)
    entry_columns = fields.Char(readonly=True)

    _one_live = models.UniqueIndex(
        "(envelope_id) WHERE state IN ('pending', 'running')",
        "The envelope's rows are being moved already.",
    )

    @api.model
    def _start(self, envelope, direction, reason):
        """Ask for a move; a job carries it out."""
        run = self.sudo().create(
            {
                "envelope_id": envelope.id,
                "direction": direction,
                "reason": reason,
                "user_id": self.env.uid,
            }
        )
        self.env["queue.job"]._enqueue_once(run._jobs())
        return run

    def _jobs(self):
        """The job of each of these moves, not yet enqueued."""
        return [
            Job(
                run._job_move,
                identity_key=f"{run._name}-{run.id}",
                description=f"{run._direction_label()}: {run.envelope_id.display_name}",
            )
            for run in self
        ]

    def _job_move(self):
        """Move rows until none is left. Runs in the job queue; harmless to run twice."""
        self = self.exists().sudo()
        if not self or self.state not in LIVE:
            return self.env._("Nothing to do: this has ended.")
        if not self._stay_alive():
            raise RetryableJobError(
                "Another worker moves these rows.", seconds=SECONDS_UNTIL_FREE, ignore_retry=True
            )
        ended = self._in_own_transaction("_begin")
        while not ended and self._in_own_transaction("_move_piece"):
            pass
        return ended or self._in_own_transaction("_end")

    def _begin(self):
        """Look whether this may still be done, and keep what is there before.

        In a transaction that begins after the envelope was marked: whoever wrote its rows
        until then has ended.

        :return: why nothing is moved, in words; an empty text if something is
        """
        if not self._lock_live() or self.state == "running":
            return ""
        self._take_columns()
        former = self._former() if self.direction == "back" else self.browse()
        refusal = self.direction == "out" and self.envelope_id._archive_refusal()
        if refusal:
            return self._refuse(refusal)
        sums = self._sums(former)
        if former and sums != former._kept_sums():
            return self._fail(sums, former)
        self.write({"state": "running", **sums})
        return ""

    def _end(self):
        """Compare what is there now with what was there before, and say so.

        :return: what came of it, in words
        """
        if not self._lock_live():
            return self.env._("It was stopped.")
        sums = self._sums(self)
        if self._is_anything_left() or sums != self._kept_sums():
            return self._fail(sums, self)
        now = fields.Datetime.now()
        self.write({"state": "done", "ended_at": now})
        archived = self.direction == "out"
        self.envelope_id.write(
            {
                "archive_state": "archived" if archived else False,
                "archived_at": now if archived else False,
            }
        )
        said = self._said()
        self._tell(said)
        if not archived:
            self.envelope_id._go_on_after_archive()
        return said

    def _lock_live(self):
        """Lock this row. :return: whether it has neither ended nor been stopped meanwhile"""
        self.env.cr.execute(
            "SELECT FROM g2p_bridge_archive_run WHERE id = %s FOR NO KEY UPDATE", [self.id]
        )
        self.invalidate_recordset()
        return self.state in LIVE

    def _former(self):
        """:return: the last move to the archive, if it had begun: what has to come back"""
        own = [("envelope_id", "=", self.envelope_id.id), ("direction", "=", "out")]
        return self.search(own, limit=1).filtered("line_digest")

    def _refuse(self, refusal):
        message = self.env._("It is not archived: %s", refusal)
        self.write({"state": "refused", "ended_at": fields.Datetime.now(), "message": message})
        self.envelope_id.archive_state = False
        self.envelope_id.message_post(body=message)
        self.envelope_id._go_on_after_archive()
        return message

    def _fail(self, sums, former):
        """Nothing more is moved, nothing is lost, and somebody has to look."""
        message = self.env._(
            "The rows of %(envelope)s are not what they were: before %(before)s, now %(now)s. "
            "All are still there. Compare with a backup and with the audit trail before anything "
            "else is done.",
            envelope=self.envelope_id.display_name,
            before=former._sums_text(),
            now=self._text_of(sums),
        )
        self.write({"state": "failed", "ended_at": fields.Datetime.now(), "message": message})
        envelope = self.envelope_id
        envelope._put_on_record(self._action(), message, reason=self.reason)
        envelope._ask_for_help(message)
        return message

    def _tell(self, said):
        """Put what was moved into the envelope's history and the audit trail."""
        self.envelope_id.with_user(self.user_id).sudo()._put_on_record(
            self._action(), said, reason=self.reason, new_value=self._sums_text()
        )

    def _said(self):
        count = self.envelope_id._count(self.line_count)
        if self.direction == "out":
            return self.env._("Archived: %s disbursements, each as it was.", count)
        return self.env._("Brought back: %s disbursements, each as it was.", count)

    def _action(self):
        return "archive" if self.direction == "out" else "bring_back"

    def _direction_label(self):
        return dict(self._fields["direction"]._description_selection(self.env))[self.direction]

    def action_try_again(self):
        """Let a failed move be done once more, after somebody has looked into it."""
        self.ensure_one()
        self.env["g2p.bridge.envelope"]._check_group("group_admin")
        self.check_access("read")
        if self.state != "failed":
            raise UserError(self.env._("Only what has failed can be tried again."))
        self.sudo().write({"state": "running" if self.line_digest else "pending"})
        self.env["queue.job"]._enqueue_once(self.sudo()._jobs())
        return True

    def action_accept(self):
        """Ask why the rows are taken as they are now."""
        self.env["g2p.bridge.envelope"]._check_group("group_admin")
        self.check_access("read")
        return self.env["g2p.bridge.decision"]._open(
            self, "accept_archive", self.env._("Accept the Rows as They Are")
        )

    def _accept(self, reason):
        """Go on with the rows as they are now: somebody has found out why they differ."""
        for run in self:
            if run.state != "failed":
                raise UserError(self.env._("Only what has failed can be accepted."))
            before = run._sums_text()
            run.write({"state": "running", **run._sums(self.browse())})
            run.envelope_id._put_on_record(
                run._action(),
                self.env._("The rows were accepted as they are: %s", reason),
                reason=reason,
                old_value=before,
                new_value=run._sums_text(),
            )
        self.env["queue.job"]._enqueue_once(self._jobs())

    @api.model
    def _cron_archive(self):
        """Archive what is old enough, where a company wants that, and go on with what was left."""
        live = self.sudo().search([("state", "in", LIVE)])
        self.env["queue.job"]._enqueue_forgotten(live._jobs())
        self.env["g2p.bridge.envelope"].sudo()._archive_old()
