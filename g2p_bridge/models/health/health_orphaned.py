# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ...lib.stall import DEFAULT_MINUTES, MOST_FAILED_JOBS
from ..envelope.envelope_states import ENDED, FACTS, GOES_ON, NEXT_STATE_SQL, TROUBLED
from ..queue_job import CHANNELS
from ..statement.statement_place import FIRST_TO_COME
from ..step.step_states import CALLED, LIVING, OVER

#: Everything that waits and may run now: one row per step. What waits for its day, for the
#: money or for a person before any money is touched is not in it.
ITEMS = f"""
    SELECT 'resolve' AS step, 'g2p.bridge.mapper.batch' AS model,
           'g2p_bridge_mapper_batch' AS lock_name, s.id, s.envelope_id,
           e.company_id, s.state, s.latest_timestamp, s.next_attempt_at,
           GREATEST(s.create_date, s.latest_timestamp) AS since
      FROM g2p_bridge_mapper_batch s
      JOIN g2p_bridge_envelope e ON e.id = s.envelope_id
     WHERE {LIVING.sql("s")} AND {GOES_ON.sql("e")}
    UNION ALL
    SELECT s.kind, 'g2p.bridge.funds.step', 'g2p_bridge_funds_step', s.id, s.envelope_id,
           e.company_id, s.state, s.latest_timestamp, s.next_attempt_at,
           GREATEST(s.create_date, s.latest_timestamp, c.latest_timestamp,
                    CASE WHEN s.kind <> 'release' AND e.program_id <> ALL(%(early)s)
                         THEN e.disbursement_schedule_date::timestamp END)
      FROM g2p_bridge_funds_step s
      JOIN g2p_bridge_envelope e ON e.id = s.envelope_id
      LEFT JOIN g2p_bridge_funds_step c
        ON c.envelope_id = e.id AND c.kind = 'check' AND s.kind = 'block'
     WHERE {LIVING.sql("s")}
       AND (s.kind = 'release' OR {CALLED.sql("s")}
            OR (s.kind = 'check' OR c.state = 'done') AND e.id IN %(may_be_funded)s)
    UNION ALL
    SELECT 'ship', 'g2p.bridge.bank.batch', 'g2p_bridge_bank_batch', s.id, s.envelope_id,
           e.company_id, s.state, s.latest_timestamp, s.next_attempt_at,
           GREATEST(s.create_date, s.latest_timestamp, b.latest_timestamp)
      FROM g2p_bridge_bank_batch s
      JOIN g2p_bridge_envelope e ON e.id = s.envelope_id
      JOIN g2p_bridge_funds_step b ON b.envelope_id = e.id AND b.kind = 'block'
     WHERE {LIVING.sql("s")}
       AND ({CALLED.sql("s")} OR b.state = 'done' AND {GOES_ON.sql("e")}
            AND e.state NOT IN ('receiving', 'to_approve'))
    UNION ALL
    SELECT 'statement', 'g2p.bridge.statement', 'g2p_bridge_statement', s.id, NULL,
           s.company_id, s.state, s.latest_timestamp,
           -- Before its parts are read it is not due, and they are looked after by themselves;
           -- nor before those of its account that come first, of which each starts the next.
           CASE WHEN p.unread OR s.id <> h.id THEN 'infinity' ELSE s.next_attempt_at END,
           GREATEST(s.upload_timestamp, s.latest_timestamp, p.latest_timestamp)
      FROM g2p_bridge_statement s
      LEFT JOIN (SELECT p.statement_id, MAX(p.latest_timestamp) AS latest_timestamp,
                        bool_or({(~OVER).sql("p")}) AS unread
                   FROM g2p_bridge_statement_part p GROUP BY 1) p ON p.statement_id = s.id
      LEFT JOIN ({FIRST_TO_COME}) h
        ON h.company_id = s.company_id AND h.account_number = s.account_number
     WHERE {LIVING.sql("s")}
    UNION ALL
    SELECT 'statement_part', 'g2p.bridge.statement.part', 'g2p_bridge_statement_part', p.id, NULL,
           s.company_id, p.state, p.latest_timestamp, p.next_attempt_at,
           GREATEST(p.create_date, p.latest_timestamp)
      FROM g2p_bridge_statement_part p
      JOIN g2p_bridge_statement s ON s.id = p.statement_id
     WHERE {LIVING.sql("p")}
"""
#: By what the jobs of a row's step are known, see ``_step_job_key``.
JOB_KEY = SQL("i.model || '-' || i.id")
#: The lock by which a living worker holds the step of a row ``i``.
WORKER = """
    SELECT FROM pg_locks l
     WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.objid::bigint = i.id
       AND l.classid::bigint = hashtext(i.lock_name)::bigint & 4294967295
       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
#: Of these, what no worker holds and no living job will look at. A job that counts as started
#: long ago while nobody holds the lock of its step has died with its worker.
ORPHANED = f"""
    SELECT i.model, i.id, i.envelope_id, i.state, i.company_id, i.since, f.failed
      FROM (%(items)s) i
      LEFT JOIN LATERAL (
           SELECT COUNT(*) AS failed FROM failed_job j
            WHERE j.identity_key = %(key)s) f ON TRUE
     WHERE i.since < %(ago)s
       AND (i.next_attempt_at IS NULL OR i.next_attempt_at < %(ago)s)
       AND NOT %(job_waits)s
       AND NOT %(job_runs)s
       AND NOT EXISTS ({WORKER})
"""
#: Envelopes that have not taken notice of what became of their steps, although that is long
#: ago: the job that should have looked at them is lost. A remainder that nobody gives back is no
#: state, but waits as well.
ORPHANED_ENVELOPES = f"""
    WITH needs_approval AS (%(needs_approval)s)
    SELECT e.id FROM {FACTS}
     CROSS JOIN LATERAL (
           SELECT MAX(latest_timestamp) AS since
             FROM g2p_bridge_mapper_batch WHERE envelope_id = e.id) m
     WHERE {(~ENDED).sql("e")}
       AND GREATEST(c.latest_timestamp, b.latest_timestamp, r.latest_timestamp,
                    s.since, m.since, t.since) < %(ago)s
       AND (b.state = 'done' AND e.state <> {NEXT_STATE_SQL}
            OR b.state = 'done' AND NOT s.to_come AND r.id IS NULL AND b.amount > s.amount
               AND e.sponsor_bank_id = ANY(%(releasing)s)
            OR e.needs_attention IS DISTINCT FROM ({TROUBLED.sql("e")}))
       AND NOT %(job_waits)s
       AND NOT %(job_runs)s
     ORDER BY e.id
"""


class HealthOrphaned(models.AbstractModel):
    """What waits and may run, and which of it has lost its job: found for all steps at once.

    Read from envelopes, batches, steps and statements, never from single disbursements.
    """

    _name = "g2p.bridge.health"
    _description = "Health of the Bridge"

    # === Helpers ===

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
            early=[key for key, policy in policies.items() if policy.process_future_dated],
            may_be_funded=envelopes._search(envelopes._may_be_funded_domain()).subselect(),
        )

    @api.model
    def _orphaned(self, items, ago):
        """:return: SQL of those of these items that nobody will look at, see :data:`ORPHANED`"""
        jobs = self.env["queue.job"]
        return SQL(
            ORPHANED,
            items=items,
            key=JOB_KEY,
            ago=ago,
            job_waits=jobs._waiting_sql(JOB_KEY),
            job_runs=jobs._running_sql(JOB_KEY, ago),
        )

    @api.model
    def _orphaned_steps(self):
        """Steps that may run, and that nobody will look at.

        :return: list of dicts: model, id, envelope_id, state, company_id, since, and
            ``failed``, how many jobs of the step have failed
        """
        self.env.flush_all()
        query = self._orphaned(self._items(), self._ago(self._stall_minutes()))
        self.env.cr.execute(SQL("%s %s ORDER BY i.id", self._failed_jobs(), query))
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
    def _orphaned_envelopes(self):
        """:return: envelopes that nobody will look at before the next heartbeat"""
        self.env.flush_all()
        envelopes, jobs = self.env["g2p.bridge.envelope"].sudo(), self.env["queue.job"]
        banks = envelopes._read_group(~ENDED.domain(), ["sponsor_bank_id"])
        ago = self._ago(self._stall_minutes())
        key = SQL("%s || e.id", envelopes._advance_key(""))
        rows = self.env.execute_query(
            SQL(
                ORPHANED_ENVELOPES,
                needs_approval=envelopes._search(envelopes._needs_approval_domain()).subselect(),
                ago=ago,
                releasing=[bank.id for (bank,) in banks if bank.can_release_funds],
                job_waits=jobs._waiting_sql(key),
                job_runs=jobs._running_sql(key, ago),
            )
        )
        return envelopes.browse([row[0] for row in rows])

    @api.model
    def _resume(self):
        """Let go on what nobody will look at, by the jobs that it would have had anyway.

        :return: how many envelopes and steps go on again
        """
        envelopes = self._orphaned_envelopes()
        envelopes._advance()
        resumed = self._resume_steps()
        return resumed + len(envelopes - self._orphaned_envelopes())

    @api.model
    def _resume_steps(self):
        """Give orphaned steps their jobs again.

        A step whose jobs have failed again and again is left to a person. What may not run now
        refuses by itself, so this is harmless however often it is done.

        :return: how many steps have a job again
        """
        orphaned = [row for row in self._orphaned_steps() if row["failed"] < MOST_FAILED_JOBS]
        envelopes = {row["envelope_id"] for row in orphaned if row["envelope_id"]}
        self.env["g2p.bridge.envelope"].sudo().browse(sorted(envelopes))._advance()
        for model in {row["model"] for row in orphaned}:
            ids = [row["id"] for row in orphaned if row["model"] == model]
            steps = self.env[model].sudo().browse(ids)
            # Where a claim or a job has died, the ordinary way would wait for it.
            steps.filtered(lambda step: step._is_abandoned())._step_enqueue()
        still = self._orphaned_steps() if orphaned else ()
        before = {(row["model"], row["id"]) for row in orphaned}
        return len(before - {(row["model"], row["id"]) for row in still})
