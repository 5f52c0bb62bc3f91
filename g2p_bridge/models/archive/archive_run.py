# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.job import Job

SECONDS_UNTIL_FREE = 5
LIVE = ("pending", "running")
#: Disbursements that one transaction moves, give or take a bank batch.
PIECE = 10_000
#: Bank batches that one transaction moves at most.
MOST_BATCHES = 500

NEXT_BATCHES = """
    SELECT id FROM (
        SELECT id, SUM(line_count) OVER (ORDER BY id) - line_count AS before
          FROM (SELECT id, COALESCE(line_count, 0) AS line_count
                  FROM g2p_bridge_bank_batch
                 WHERE envelope_id = %(envelope)s AND id > %(position)s
                 ORDER BY id LIMIT %(most)s) next) b
     WHERE before < %(piece)s ORDER BY id
"""
# In one statement: a row is in one of the two tables at every moment, and never in both.
MOVE_LINES = """
    WITH gone AS (DELETE FROM %(source)s r WHERE envelope_id = %(envelope)s AND %(condition)s
                  RETURNING %(returned)s)
    INSERT INTO %(target)s (%(columns)s) SELECT %(columns)s FROM gone
"""
MOVE_ENTRIES = """
    WITH gone AS (
        DELETE FROM %(source)s r USING (
            SELECT id AS line_id FROM %(lines)s
             WHERE envelope_id = %(envelope)s AND %(condition)s) d
         WHERE d.line_id = r.disbursement_id RETURNING %(returned)s)
    INSERT INTO %(target)s (%(columns)s) SELECT %(columns)s FROM gone
"""
# Counts, adds up and hashes rows in whichever of the two tables they lie. The hash is one of
# hashes of parts, so that memory holds a part at a time; nothing depends on where rows lie.
SUMS = """
    WITH found AS (%(found)s), parts AS (
        SELECT part, COUNT(*) AS count, SUM(amount) AS total,
               sha256(string_agg(said, ''::bytea ORDER BY id)) AS said
          FROM found GROUP BY part
    )
    SELECT COALESCE(SUM(count), 0)::integer, COALESCE(SUM(total), 0)::text,
           encode(sha256(COALESCE(string_agg(said, ''::bytea ORDER BY part NULLS FIRST),
                                  ''::bytea)), 'hex')
      FROM parts
"""
LINES = """
    SELECT r.bank_batch_id AS part, r.id, r.disbursement_amount AS amount,
           sha256(convert_to(ROW(%(columns)s)::text, 'UTF8')) AS said
      FROM %(lines)s r WHERE r.envelope_id = %(envelope)s
"""
ENTRIES = """
    SELECT r.statement_id AS part, r.id, r.amount,
           sha256(convert_to(ROW(%(columns)s)::text, 'UTF8')) AS said
      FROM %(entries)s r JOIN %(lines)s d ON d.id = r.disbursement_id
     WHERE d.envelope_id = %(envelope)s
"""
#: Each kind of row, and the query that finds it.
KINDS = {"line": LINES, "entry": ENTRIES}


class ArchiveRun(models.Model):
    """One way of an envelope's rows into the archive, or back: what moved, and that it is the same.

    Rows are moved bank batch after bank batch, a few thousand disbursements at a time, each piece
    in a transaction of its own, so a worker that dies has moved whole pieces and the next one
    goes on. Before the first piece the rows are counted, added up and hashed, and after the last
    one again: both have to be the same.

    A line of a statement is where its disbursement is. A foreign key keeps that for live rows, so
    lines leave before their disbursements and come back after them.
    """

    _name = "g2p.bridge.archive.run"
    _description = "Way into the Archive"
    _inherit = ["g2p.bridge.durable.mixin"]
    _order = "id desc"
    _rec_name = "envelope_id"

    # === Fields ===

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
    # What was there before, exact: see ``_sums``.
    line_count = fields.Integer("Disbursements", readonly=True)
    line_total = fields.Char("Their Total", readonly=True)
    line_digest = fields.Char("Digest of Disbursements", readonly=True)
    line_columns = fields.Char(readonly=True)
    entry_count = fields.Integer("Statement Entries", readonly=True)
    entry_total = fields.Char("Total of Statement Entries", readonly=True)
    entry_digest = fields.Char("Digest of Statement Entries", readonly=True)
    entry_columns = fields.Char(readonly=True)

    # === Constraints ===

    _one_live = models.UniqueIndex(
        "(envelope_id) WHERE state IN ('pending', 'running')",
        "The envelope's rows are being moved already.",
    )

    # === Actions ===

    def action_try_again(self):
        """Let a failed move be done once more, after somebody has looked into it."""
        self.ensure_one()
        self.env["res.users"]._g2p_bridge_check_role("admin")
        self.check_access("read")
        if self.state != "failed":
            raise UserError(self.env._("Only what has failed can be tried again."))
        self.sudo().write({"state": "running" if self.line_digest else "pending"})
        self.env["queue.job"]._enqueue_once(self.sudo()._jobs())
        return True

    def action_accept(self):
        """Ask why the rows are taken as they are now."""
        self.env["res.users"]._g2p_bridge_check_role("admin")
        self.check_access("read")
        return self.env["g2p.bridge.decision"]._open(
            self, "accept_archive", self.env._("Accept the Rows as They Are")
        )

    # === Steps ===

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

    @api.model
    def _cron_archive(self):
        """Archive what is old enough, where a company wants that, and go on with what was left."""
        live = self.sudo().search([("state", "in", LIVE)])
        self.env["queue.job"]._enqueue_forgotten(live._jobs())
        self.env["g2p.bridge.envelope"].sudo()._archive_old()

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

        In a transaction that begins after the envelope was marked: what wrote its rows until
        then has ended.

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
        said = self._summary()
        self._log_move(said)
        if not archived:
            self.envelope_id._go_on_after_archive()
        return said

    def _accept(self, reason):
        """Go on with the rows as they are now: somebody has found out why they differ."""
        for run in self:
            if run.state != "failed":
                raise UserError(self.env._("Only what has failed can be accepted."))
            before = run._sums_text()
            run.write({"state": "running", **run._sums(self.browse())})
            run.envelope_id._log_decision(
                run._action(),
                self.env._("The rows were accepted as they are: %s", reason),
                reason=reason,
                old_value=before,
                new_value=run._sums_text(),
            )
        self.env["queue.job"]._enqueue_once(self._jobs())

    def _move_piece(self):
        """Move the next rows.

        :return: whether there may be more
        """
        if not self._lock_live():
            return False
        batches = self._next_batches()
        if batches:
            self._move(batches)
            self.position = batches[-1]
            return True
        # What is in no bank batch of the envelope, if anything is.
        return bool(self._move(None))

    def _move(self, batches):
        """Move the disbursements of these batches, or some of those in none, and their lines.

        :return: how many disbursements
        """
        if batches:
            condition = SQL("bank_batch_id = ANY(%s)", batches)
        else:
            condition = SQL("id = ANY(%s)", self._next_lines())
        (_source, target), _entries = self._sides()
        with target._letting_go(f"{self._direction_label()}: {self.reason}"):
            if self.direction == "out":
                self._execute("entry", MOVE_ENTRIES, condition)
            moved = self._execute("line", MOVE_LINES, condition)
            if self.direction == "back":
                self._execute("entry", MOVE_ENTRIES, condition)
        self.moved_count += moved
        self.env.invalidate_all()
        return moved

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
        envelope._log_decision(self._action(), message, reason=self.reason)
        envelope._ask_for_help(message)
        return message

    # === Helpers ===

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

    def _log_move(self, said):
        """Put what was moved into the envelope's history and the audit trail."""
        self.envelope_id.with_user(self.user_id).sudo()._log_decision(
            self._action(), said, reason=self.reason, new_value=self._sums_text()
        )

    def _summary(self):
        count = self.envelope_id._count(self.line_count)
        if self.direction == "out":
            return self.env._("Archived: %s disbursements, each as it was.", count)
        return self.env._("Brought back: %s disbursements, each as it was.", count)

    def _action(self):
        return "archive" if self.direction == "out" else "bring_back"

    def _direction_label(self):
        return dict(self._fields["direction"]._description_selection(self.env))[self.direction]

    def _next_batches(self):
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                NEXT_BATCHES,
                envelope=self.envelope_id.id,
                position=self.position,
                piece=PIECE,
                most=MOST_BATCHES,
            )
        )
        return [row[0] for row in rows]

    def _next_lines(self):
        """Record IDs of disbursements that are still where they were, in whatever batch."""
        (source, _target), _entries = self._sides()
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM %s WHERE envelope_id = %s ORDER BY id LIMIT %s",
                SQL.identifier(source._table),
                self.envelope_id.id,
                PIECE,
            )
        )
        return [row[0] for row in rows]

    def _execute(self, kind, query, condition):
        """:return: how many rows were moved"""
        source, target = dict(zip(KINDS, self._sides(), strict=True))[kind]
        columns = self._tables()[kind][1]._columns()
        self.env.cr.execute(
            SQL(
                query,
                source=SQL.identifier(source._table),
                target=SQL.identifier(target._table),
                lines=SQL.identifier(self.env["g2p.bridge.disbursement"]._table),
                condition=condition,
                envelope=self.envelope_id.id,
                columns=SQL(", ").join(map(SQL.identifier, columns)),
                returned=SQL(", ").join(SQL.identifier("r", name) for name in columns),
            )
        )
        return self.env.cr.rowcount

    def _sides(self):
        """[(where disbursements come from, where they go), (the same of statement entries)]"""
        step = 1 if self.direction == "out" else -1
        return [pair[::step] for pair in self._tables().values()]

    def _is_anything_left(self):
        (source, _target), _entries = self._sides()
        return bool(
            self.env.execute_query(
                SQL(
                    "SELECT FROM %s WHERE envelope_id = %s LIMIT 1",
                    SQL.identifier(source._table),
                    self.envelope_id.id,
                )
            )
        )

    def _sums(self, former):
        """What the envelope's rows are now, live and archived together.

        :param former: a run whose columns are looked at: there may be more by now
        :return: values of this model's fields
        """
        values = {}
        for kind, query in KINDS.items():
            archived = self._tables()[kind][1]
            kept = former[f"{kind}_columns"]
            columns = archived._columns()
            if kept:
                columns = [name for name in kept.split(",") if name in columns]
            count, total, digest = self._sums_of(query, columns)
            values.update(
                {
                    f"{kind}_count": count,
                    f"{kind}_total": total,
                    f"{kind}_digest": digest,
                    f"{kind}_columns": ",".join(columns),
                }
            )
        return values

    def _sums_of(self, query, columns):
        self.env.flush_all()
        sides = zip(*self._tables().values(), strict=True)
        found = SQL(" UNION ALL ").join(
            SQL(
                query,
                columns=SQL(", ").join(SQL.identifier("r", name) for name in columns),
                lines=SQL.identifier(lines._table),
                entries=SQL.identifier(entries._table),
                envelope=self.envelope_id.id,
            )
            for lines, entries in sides
        )
        return self.env.execute_query(SQL(SUMS, found=found))[0]

    def _kept_sums(self):
        """What was kept of it, as ``_sums`` gives it."""
        return {
            f"{kind}_{name}": self[f"{kind}_{name}"]
            for kind in KINDS
            for name in ("count", "total", "digest", "columns")
        }

    def _sums_text(self):
        return self._text_of(self._kept_sums())

    def _text_of(self, sums):
        """Counts, totals and digests as the audit trail says them."""
        return self.env._(
            "%(line_count)s disbursements of %(line_total)s, SHA-256 %(line_digest)s; "
            "%(entry_count)s statement entries of %(entry_total)s, SHA-256 %(entry_digest)s",
            **{name: value for name, value in sums.items() if not name.endswith("columns")},
        )

    def _tables(self):
        """{kind: (model of live rows, model of archived ones)}"""
        return {
            "line": (
                self.env["g2p.bridge.disbursement"],
                self.env["g2p.bridge.disbursement.archive"],
            ),
            "entry": (
                self.env["g2p.bridge.statement.entry"],
                self.env["g2p.bridge.statement.entry.archive"],
            ),
        }

    def _take_columns(self):
        for _live, archived in self._tables().values():
            archived._take_columns()
