from odoo import models

from odoo.addons.queue_job.exception import RetryableJobError

#: Longest time after which a batch looks again whether its mapper has time for it, in seconds.
LONGEST_WAIT = 300


class MapperBatchSlots(models.Model):
    """No more batches of one mapper at the same time than it can take.

    Each batch that is being asked for holds one of the mapper's places: an advisory lock of
    a connection of its own, which ends with the worker, however that ends.
    """

    _inherit = "g2p.bridge.mapper.batch"

    def _job_step(self):
        self = self.exists().sudo()
        mapper = self.envelope_id.mapper_id
        if not mapper:
            return super()._job_step()
        with self.env.registry.cursor() as cr:
            if not mapper._take_place(cr):
                raise RetryableJobError(
                    self.env._("The mapper has enough to do."),
                    seconds=self._seconds_to_wait(mapper),
                    ignore_retry=True,
                )
            result = super()._job_step()
        # The place is free now: whoever waits longest for it need not wait for the clock.
        self._in_own_transaction("_bring_next_forward")
        return result

    def _seconds_to_wait(self, mapper):
        """The more batches wait, the later each of them looks again."""
        waiting = self.search_count(
            [("state", "=", "pending"), ("envelope_id.mapper_id", "=", mapper.id)]
        )
        return min(5 + waiting // mapper.parallel_batches, LONGEST_WAIT)

    def _bring_next_forward(self):
        """Start the job of the mapper's next batch that is due and was sent away."""
        self.env.cr.execute(
            """
            UPDATE queue_job SET eta = NULL
             WHERE id = (SELECT j.id FROM queue_job j
                           JOIN g2p_bridge_mapper_batch b
                             ON j.identity_key = 'g2p.bridge.mapper.batch-' || b.id
                           JOIN g2p_bridge_envelope e ON e.id = b.envelope_id
                          WHERE j.state = 'pending' AND j.eta > now() AT TIME ZONE 'UTC'
                            AND b.state = 'pending' AND b.next_attempt_at IS NULL
                            AND e.mapper_id = %s
                          ORDER BY j.id LIMIT 1 FOR NO KEY UPDATE OF j SKIP LOCKED)
            """,
            [self.envelope_id.mapper_id.id],
        )
