# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.queue_job.job import Job

from ...lib.stall import DEFAULT_MINUTES
from .step_states import TO_LOOK_AT

#: Of some steps, those that wait, or were claimed long ago, and have no job that is still to begin.
#: What is in progress has been taken by a living job, or one that the job runner brings back.
WITHOUT_JOB = """
    SELECT s.id FROM %(table)s s
     WHERE s.id = ANY(%(ids)s)
       AND (s.state IN %(to_look_at)s
            OR s.state = 'in_progress' AND s.latest_timestamp < %(orphaned)s)
       AND NOT %(waits)s
       AND (s.state <> 'in_progress' OR NOT %(runs)s)
     ORDER BY s.id
"""


class StepQueue(models.AbstractModel):
    """How steps get their jobs: one each, also if that one is lost."""

    _inherit = "g2p.bridge.step.mixin"

    # === Steps ===

    def _enqueue_open(self):
        """Enqueue those of these steps that wait and have no job that is still to begin.

        For callers that merely look, see ``queue.job``: what this transaction itself has made
        possible, a job that waits may miss.
        """
        self._without_job()._step_enqueue()

    def _without_job(self):
        """Those of these steps that wait and have no job that is still to begin.

        One query for all of them, because an envelope may have thousands of batches. A job that
        has begun may have looked before what we see. Only if the job of a step in progress is lost
        as well does the heartbeat step in.
        """
        if not self:
            return self
        self.env.flush_all()
        jobs, key = self.env["queue.job"], SQL("%s || s.id", self._step_job_key(""))
        rows = self.env.execute_query(
            SQL(
                WITHOUT_JOB,
                table=SQL.identifier(self._table),
                ids=self.ids,
                to_look_at=tuple(TO_LOOK_AT),
                orphaned=fields.Datetime.subtract(fields.Datetime.now(), minutes=DEFAULT_MINUTES),
                waits=jobs._waiting_sql(key),
                runs=jobs._running_sql(key),
            )
        )
        return self.browse([row[0] for row in rows])

    def _is_abandoned(self):
        """Whether a step that nobody looks after may be given a job without further question."""
        if self.state == "uncertain":
            return self._step_can_ask()
        return self.state in ("in_progress", "waiting")

    def _step_enqueue(self):
        """Something has happened to these steps: a job looks at each after it is committed.

        When the step is due; a job that waits for later is brought forward, not doubled.
        """
        self.env["queue.job"]._enqueue_once(
            Job(
                step._job_step,
                identity_key=step._step_job_key(step.id),
                eta=step.next_attempt_at or None,
                description=step.display_name,
            )
            for step in self
        )

    # === Helpers ===

    def _step_job_key(self, number):
        """:return: what the jobs of the step with this record ID are known by"""
        return f"{self._name}-{number}"
