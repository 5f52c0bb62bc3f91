# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL
from psycopg2.errors import SerializationFailure

from odoo.addons.queue_job.job import ENQUEUED, PENDING, STARTED, WAIT_DEPENDENCIES
from odoo.addons.queue_job.utils import must_run_without_delay

#: States of jobs that have still to begin, and of those whose work is not over.
WAITING = (WAIT_DEPENDENCIES, PENDING, ENQUEUED)
LIVING = (*WAITING, STARTED)
#: A job that is due later may be held until a transaction ends: the job runner, which starts all
#: jobs one after the other, will hardly have to wait for it.
SOON = timedelta(minutes=1)

# One job of each identity that nobody can start before this transaction ends, or that it can hold.
HOLDABLE = """
    SELECT DISTINCT ON (identity_key) id, identity_key, %(own)s AS own
      FROM queue_job
     WHERE identity_key = ANY(%(keys)s) AND state = 'pending' AND (%(own)s OR eta > %(soon)s)
     ORDER BY identity_key, own DESC, eta NULLS FIRST, id
"""
HOLD = """
    SELECT id FROM queue_job WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
"""
BRING_FORWARD = """
    UPDATE queue_job j SET eta = w.due
      FROM unnest(%s::integer[], %s::timestamp[]) AS w(id, due)
     WHERE j.id = w.id AND j.eta IS NOT NULL AND (w.due IS NULL OR w.due < j.eta)
"""
COVERED = """
    SELECT w.id FROM queue_job j
      JOIN queue_job w ON w.identity_key = j.identity_key AND w.id <> j.id
     WHERE j.uuid = %s AND w.state = 'pending' AND (w.eta IS NULL OR w.eta <= %s)
"""
COVER = """
    UPDATE queue_job SET state = 'done', date_done = %s, result = %s
     WHERE id IN (SELECT id FROM queue_job WHERE id = ANY(%s) AND state = 'pending'
                   ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)
"""


class QueueJob(models.Model):
    """No wake-up is lost: what happens is committed together with a job that looks at it later.

    A job sees what was committed before it was started. Whoever leaves a job out because one of
    the same identity waits relies on that one. But until this transaction is committed, it may be
    started, read what was there before, and end: nobody would look again. So

    - what *happens* (an event) enqueues by :meth:`_enqueue_once`, which relies on no job that
      others may start before the commit;
    - who only *looks*, and has changed nothing that the job is to see (a job that was enqueued by
      an event, a heartbeat), may rely on each job that has not been started as far as it sees:
      that one begins later and sees at least as much.

    Where many events have a job each, the first of these to begin stands for those that it sees
    (:meth:`_cover_waiting`).
    """

    _inherit = "queue.job"

    @api.model
    def _enqueue_once(self, jobs):
        """Enqueue jobs that begin after this transaction is committed; each identity once.

        A job is left out if one of its identity was made by this transaction, or waits for
        later and can be held until the commit; that one is brought forward. Nobody is waited
        for, and the job runner does not wait for us.

        :param jobs: :class:`Job` objects with identity keys and, where they are not due at once,
            with their due time
        """
        wanted = {job.identity_key: job for job in jobs}
        if not wanted:
            return
        if must_run_without_delay(self.env):
            for job in wanted.values():
                job.perform()
            return
        held = self._hold_waiting(list(wanted))
        self._bring_forward({held[key]: wanted[key].eta for key in held})
        self._make_jobs([job for key, job in wanted.items() if key not in held])

    @api.model
    def _enqueue_forgotten(self, jobs):
        """Enqueue those jobs of whose identity none waits or runs.

        For heartbeats, which find what was left behind and have changed nothing themselves.

        :param jobs: :class:`Job` objects with identity keys
        """
        wanted = {job.identity_key: job for job in jobs}
        for key in self._living_keys(wanted):
            del wanted[key]
        self._enqueue_once(wanted.values())

    @api.model
    def _cover_waiting(self):
        """Let the job that is beginning stand for those of its identity that it sees waiting.

        What they were made for was committed together with them, so the transaction of this job
        sees it. Only for jobs on which nobody relies who has merely looked.
        """
        now = fields.Datetime.now()
        self.flush_model()
        self.env.cr.execute(COVERED, [self.env.context.get("job_uuid"), now])
        covered = [row[0] for row in self.env.cr.fetchall()]
        if not covered:
            return
        said = self.env._("Done together with another job.")
        try:
            # At once: the job runner is not to wait until this job ends.
            with self.env.registry.cursor() as cr:
                cr.execute(COVER, [now, said, covered], log_exceptions=False)
        except SerializationFailure:
            pass  # one of them was started just now; all of them may run
        self.invalidate_model()

    @api.model
    def _living_keys(self, keys):
        """:return: set of those identity keys of which a job waits or runs"""
        living = [("identity_key", "in", list(keys)), ("state", "in", LIVING)]
        return set(self.sudo().search(living).mapped("identity_key"))

    @api.model
    def _waiting_sql(self, key):
        """:return: SQL condition: a job of this identity has still to begin

        :param SQL key: its identity key
        """
        return SQL(
            "EXISTS (SELECT FROM queue_job j WHERE j.identity_key = %s AND j.state IN %s)",
            key,
            WAITING,
        )

    @api.model
    def _running_sql(self, key, since=None):
        """:return: SQL condition: a job of this identity runs, and has begun since then

        :param SQL key: its identity key
        :param since: a moment; None for any time
        """
        return SQL(
            "EXISTS (SELECT FROM queue_job j WHERE j.identity_key = %s AND j.state = %s%s)",
            key,
            STARTED,
            SQL() if since is None else SQL(" AND j.date_started >= %s", since),
        )

    @api.model
    def _hold_waiting(self, keys):
        """Keep waiting jobs from being started before this transaction ends.

        :return: {identity key: record ID} of those that are kept
        """
        self.flush_model()
        soon = fields.Datetime.now() + SOON
        rows = self.env.execute_query(
            SQL(HOLDABLE, own=self._made_by_this_transaction(), keys=keys, soon=soon)
        )
        others = self._hold([job_id for job_id, _key, own in rows if not own])
        return {key: job_id for job_id, key, own in rows if own or job_id in others}

    @api.model
    def _made_by_this_transaction(self):
        """SQL condition: others see this version of the row when this transaction is committed.

        What we see was written before this transaction began to write, or by itself.
        """
        return SQL("age(xmin) <= 0")

    @api.model
    def _hold(self, ids):
        """:return: which of these jobs are locked now, until this transaction ends"""
        if not ids:
            return set()
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(HOLD, [ids], log_exceptions=False)
                return {row[0] for row in self.env.cr.fetchall()}
        except SerializationFailure:
            # One of them has changed since this transaction began: it is left alone.
            return set().union(*(self._hold([one]) for one in ids if len(ids) > 1))

    @api.model
    def _bring_forward(self, dues):
        """:param dict dues: when jobs are due at the latest, None for now, by record IDs"""
        if dues:
            self.env.cr.execute(BRING_FORWARD, [list(dues), list(dues.values())])
            self.invalidate_model(["eta"])

    @api.model
    def _make_jobs(self, jobs):
        """Store new jobs, all by one statement."""
        self.sudo().with_context(_job_edit_sentinel=self.EDIT_SENTINEL).create(
            [job._store_values(create=True) for job in jobs]
        )
