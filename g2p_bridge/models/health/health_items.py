from odoo import api, fields, models
from odoo.tools import SQL

from ...lib.stall import DEFAULT_MINUTES, MOST_FAILED_JOBS
from ..queue_job import CHANNELS
from ..statement.statement_place import FIRST_TO_COME

#: Everything that waits and may run now: one row per step. What waits for its day, for the
#: money or for a person before any money is touched is not in it.
ITEMS = """
    SELECT 'resolve' AS step, 'g2p.bridge.mapper.batch' AS model,
           'g2p_bridge_mapper_batch' AS lock_name, s.id, s.envelope_id,
           e.company_id, s.state, s.latest_timestamp, s.next_attempt_at,
           GREATEST(s.create_date, s.latest_timestamp) AS since
      FROM g2p_bridge_mapper_batch s
      JOIN g2p_bridge_envelope e ON e.id = s.envelope_id
     WHERE s.state IN %(to_come)s AND e.paused IS NOT TRUE
       AND e.cancellation_status = 'not_cancelled'
    UNION ALL
    SELECT s.kind, 'g2p.bridge.funds.step', 'g2p_bridge_funds_step', s.id, s.envelope_id,
           e.company_id, s.state, s.latest_timestamp, s.next_attempt_at,
           GREATEST(s.create_date, s.latest_timestamp, c.latest_timestamp,
                    CASE WHEN s.kind <> 'release' AND e.program_id <> ALL(%(early)s)
                         THEN e.disbursement_schedule_date::timestamp END)
      FROM g2p_bridge_funds_step s
      JOIN g2p_bridge_envelope e ON e.id = s.envelope_id
      JOIN res_company o ON o.id = e.company_id
      JOIN res_partner p ON p.id = o.partner_id
      LEFT JOIN g2p_bridge_funds_step c
        ON c.envelope_id = e.id AND c.kind = 'check' AND s.kind = 'block'
     WHERE s.state IN %(to_come)s
       AND (s.kind = 'release' OR s.state IN ('uncertain', 'in_progress')
            OR e.cancellation_status = 'not_cancelled' AND e.paused IS NOT TRUE
               AND e.state IN ('scheduled', 'funding')
               AND (s.kind = 'check' OR c.state = 'done')
               AND (e.started_by_id IS NOT NULL OR e.id NOT IN %(by_hand)s)
               AND (e.program_id = ANY(%(early)s) OR e.disbursement_schedule_date <=
                    (%(now)s::timestamp AT TIME ZONE 'UTC'
                     AT TIME ZONE COALESCE(p.tz, 'UTC'))::date))
    UNION ALL
    SELECT 'ship', 'g2p.bridge.bank.batch', 'g2p_bridge_bank_batch', s.id, s.envelope_id,
           e.company_id, s.state, s.latest_timestamp, s.next_attempt_at,
           GREATEST(s.create_date, s.latest_timestamp, b.latest_timestamp)
      FROM g2p_bridge_bank_batch s
      JOIN g2p_bridge_envelope e ON e.id = s.envelope_id
      JOIN g2p_bridge_funds_step b ON b.envelope_id = e.id AND b.kind = 'block'
     WHERE s.state IN %(to_come)s
       AND (s.state IN ('uncertain', 'in_progress')
            OR b.state = 'done' AND e.paused IS NOT TRUE
               AND e.state NOT IN ('receiving', 'to_approve')
               AND e.cancellation_status = 'not_cancelled')
    UNION ALL
    SELECT 'statement', 'g2p.bridge.statement', 'g2p_bridge_statement', s.id, NULL,
           s.company_id, s.state, s.latest_timestamp,
           -- Before its parts are read it is not due, and they are looked after by themselves;
           -- nor before those of its account that come first, of which each starts the next.
           CASE WHEN p.unread OR s.id <> h.id THEN 'infinity' ELSE s.next_attempt_at END,
           GREATEST(s.upload_timestamp, s.latest_timestamp, p.latest_timestamp)
      FROM g2p_bridge_statement s
      LEFT JOIN (SELECT statement_id, MAX(latest_timestamp) AS latest_timestamp,
                        bool_or(state NOT IN ('done', 'failed')) AS unread
                   FROM g2p_bridge_statement_part GROUP BY 1) p ON p.statement_id = s.id
      LEFT JOIN (%(first_to_come)s) h
        ON h.company_id = s.company_id AND h.account_number = s.account_number
     WHERE s.state IN %(to_come)s
    UNION ALL
    SELECT 'statement_part', 'g2p.bridge.statement.part', 'g2p_bridge_statement_part', p.id, NULL,
           s.company_id, p.state, p.latest_timestamp, p.next_attempt_at,
           GREATEST(p.create_date, p.latest_timestamp)
      FROM g2p_bridge_statement_part p
      JOIN g2p_bridge_statement s ON s.id = p.statement_id
     WHERE p.state IN %(to_come)s
"""

#: Of these, what no worker holds and no living job will look at. A job that counts as started
#: long ago while nobody holds the lock of its step has died with its worker.
LOST = """
    SELECT i.model, i.id, i.envelope_id, i.state, i.company_id, i.since, f.failed
      FROM (%(items)s) i
      LEFT JOIN LATERAL (
           SELECT COUNT(*) AS failed FROM failed_job j
            WHERE j.identity_key = i.model || '-' || i.id) f ON TRUE
     WHERE i.since < %(lost)s
       AND (i.next_attempt_at IS NULL OR i.next_attempt_at < %(lost)s)
       AND NOT EXISTS (
           SELECT FROM queue_job j WHERE j.identity_key = i.model || '-' || i.id
              AND j.state IN ('wait_dependencies', 'pending', 'enqueued'))
       AND NOT EXISTS (
           SELECT FROM queue_job j WHERE j.identity_key = i.model || '-' || i.id
              AND j.state = 'started' AND j.date_started >= %(lost)s)
       AND NOT EXISTS (%(worker)s)
"""

#: The lock by which a living worker holds the step of a row ``i``.
WORKER = """
    SELECT FROM pg_locks l
     WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.objid::bigint = i.id
       AND l.classid::bigint = hashtext(i.lock_name)::bigint & 4294967295
       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


class HealthItems(models.AbstractModel):
    """What waits to be carried out, found for all steps at once.

    Read from envelopes, batches, steps and statements, never from single disbursements.
    """

    _name = "g2p.bridge.health"
    _description = "Health of the Bridge"

    @api.model
    def _stall_minutes(self):
        """Minutes without progress after which a step counts as standing still."""
        text = self.env["ir.config_parameter"].sudo().get_param("g2p_bridge.stall_minutes")
        return int(text or DEFAULT_MINUTES)

    @api.model
    def _ago(self, minutes):
        return fields.Datetime.subtract(fields.Datetime.now(), minutes=minutes)

    @api.model
    def _items(self):
        """:return: SQL of all that waits and may run now, see :data:`ITEMS`"""
        programs = self.env["g2p.bridge.program"].sudo().with_context(active_test=False)
        policies = {program.id: program._policy() for program in programs.search([])}
        envelopes = self.env["g2p.bridge.envelope"].sudo()
        return SQL(
            ITEMS,
            first_to_come=SQL(FIRST_TO_COME),
            to_come=("pending", "in_progress", "waiting", "uncertain"),
            early=[key for key, policy in policies.items() if policy.process_future_dated],
            by_hand=envelopes._search(envelopes._starts_by_hand_domain()).subselect(),
            now=fields.Datetime.now(),
        )

    @api.model
    def _lost(self):
        """Steps that may run, and that nobody will look at.

        :return: list of dicts: model, id, envelope_id, state, company_id, since, and
            ``failed``, how many jobs of the step have failed
        """
        self.env.flush_all()
        lost = SQL(
            LOST, items=self._items(), lost=self._ago(self._stall_minutes()), worker=SQL(WORKER)
        )
        self.env.cr.execute(SQL("%s %s ORDER BY i.id", self._failed_jobs(), lost))
        return self.env.cr.dictfetchall()

    @api.model
    def _failed_jobs(self):
        """The common table ``failed_job``: failed ones of the bridge; there are few of them."""
        return SQL(
            "WITH failed_job AS MATERIALIZED (SELECT identity_key FROM queue_job"
            " WHERE state = 'failed' AND channel LIKE %s)",
            CHANNELS.replace("_", r"\_") + "%",
        )

    @api.model
    def _resume(self):
        """Let go on what nobody will look at, by the jobs that it would have had anyway.

        A step whose jobs have failed again and again is left to a person. Whatever may not
        run now refuses by itself, so this is harmless however often it is done.

        :return: how many steps have a job again
        """
        lost = [row for row in self._lost() if row["failed"] < MOST_FAILED_JOBS]
        envelopes = {row["envelope_id"] for row in lost if row["envelope_id"]}
        self.env["g2p.bridge.envelope"].sudo().browse(sorted(envelopes))._advance()
        for model in {row["model"] for row in lost}:
            steps = (
                self.env[model].sudo().browse([row["id"] for row in lost if row["model"] == model])
            )
            # Where a claim or a job has died, the ordinary way would wait for it.
            steps.filtered(lambda step: step._is_abandoned())._step_enqueue()
        still = {(row["model"], row["id"]) for row in self._lost()} if lost else set()
        return len({(row["model"], row["id"]) for row in lost} - still)
