from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.queue_job.job import Job

#: A step in progress without a living job is looked after again after this time.
LOST_AFTER_MINUTES = 15
#: Steps that a history names one by one.
MOST_NAMED = 5


class StepQueue(models.AbstractModel):
    """How steps get their jobs, their transactions and people's attention."""

    _inherit = "g2p.bridge.step.mixin"

    def _enqueue_open(self):
        """Enqueue those of these steps that wait and have no job that is still to begin.

        For who merely looks, see ``queue.job``: what this transaction itself has made possible,
        a job that waits may miss.
        """
        self._without_job()._step_enqueue()

    def _without_job(self):
        """Those of these steps that wait and have no job that is still to begin.

        One query for all of them, because an envelope may have thousands of batches. A job that
        has begun may have looked before what we see. A step in progress has been taken by a
        living job, or one that the job runner brings back; only if that is lost as well does
        the heartbeat step in.
        """
        if not self:
            return self
        self.env.flush_all()
        lost = fields.Datetime.subtract(fields.Datetime.now(), minutes=LOST_AFTER_MINUTES)
        self.env.cr.execute(
            SQL(
                """
                SELECT s.id FROM %(table)s s
                 WHERE s.id = ANY(%(ids)s)
                   AND (s.state IN ('pending', 'waiting', 'uncertain')
                        OR s.state = 'in_progress' AND s.latest_timestamp < %(lost)s)
                   AND NOT EXISTS (
                       SELECT FROM queue_job j WHERE j.identity_key = %(prefix)s || s.id
                          AND j.state IN ('wait_dependencies', 'pending', 'enqueued'))
                   AND (s.state <> 'in_progress' OR NOT EXISTS (
                       SELECT FROM queue_job j WHERE j.state = 'started'
                          AND j.identity_key = %(prefix)s || s.id))
                 ORDER BY s.id
                """,
                table=SQL.identifier(self._table),
                ids=self.ids,
                lost=lost,
                prefix=f"{self._name}-",
            )
        )
        return self.browse([row[0] for row in self.env.cr.fetchall()])

    def _is_abandoned(self):
        """Whether a step that nobody looks after may be given a job without further question."""
        if self.state == "uncertain":
            return self._step_can_ask()
        return self.state in ("in_progress", "waiting") or self._name == "g2p.bridge.statement"

    def _step_enqueue(self):
        """Something has happened to these steps: a job looks at each after it is committed.

        When the step is due; a job that waits for later is brought forward, not doubled.
        """
        self.env["queue.job"]._enqueue_once(
            Job(
                step._job_step,
                identity_key=f"{step._name}-{step.id}",
                eta=step.next_attempt_at or None,
                description=step.display_name,
            )
            for step in self
        )

    def _step_settle(self, taken, reason):
        """Write a person's decision about an unknown outcome, with the reason, and go on."""
        vals = {"latest_timestamp": fields.Datetime.now(), "next_attempt_at": False}
        if taken:
            self.write({**vals, "state": "done"})
        else:
            self.write({**vals, "state": "pending", "attempts": 0, "begun_at": False})
        decision = self.env._("The bank confirms") if taken else self.env._("The bank denies")
        self._step_owner()._put_on_record(
            "settle",
            self.env._(
                "%(step)s: %(decision)s. %(reason)s",
                step=self.display_name,
                decision=decision,
                reason=reason,
            ),
            what=f"{self._description} {self.reference}: {decision}",
            reason=reason,
            old_value="uncertain",
            new_value=self.state,
        )
        self._step_continue()

    def _step_tell_retry(self):
        """Write into each owner's history what of it a person tries again."""
        for owner, steps in self.grouped(lambda step: step._step_owner()).items():
            owner._put_on_record(
                "retry",
                self.env._("Tried again: %s", steps._step_names()),
                old_value="failed",
                new_value="pending",
                lines=steps.mapped("reference"),
            )

    def _step_names(self):
        """The names of these steps; of many, the first ones and how many more there are."""
        names = ", ".join(self[:MOST_NAMED].mapped("display_name"))
        more = len(self) - MOST_NAMED
        if more <= 0:
            return names
        return self.env._("%(names)s and %(more)s more", names=names, more=more)

    def _step_alert(self, text):
        """Put a to-do on the owner's page, once."""
        self._step_owner()._ask_for_help(f"{self._description}: {text}")

    def _step_lock(self):
        """Lock these rows, in their order, and forget what was read of them before."""
        self.env.cr.execute(
            f"SELECT id FROM {self._table} WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
            [self.ids],
        )
        self.invalidate_recordset()
