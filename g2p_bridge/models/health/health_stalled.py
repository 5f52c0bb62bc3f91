# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ...lib.stall import BEHIND_MINUTES, LATE_MINUTES, MOST_FAILED_JOBS, Stall
from ...lib.statement import CORRECTION, UNKNOWN_ACCOUNT
from ..envelope.envelope_states import NOT_SHIPPED
from ..queue_job import CHANNELS
from ..statement.statement_place import FIRST_TO_COME
from ..step.step_states import LIVING, TO_ASK
from .health_orphaned import WORKER

#: One row per kind and record: kind, model, id, company, how many, since, amount, currency.
STALLS = f"""
    , item AS MATERIALIZED (%(items)s)
    , orphaned AS (%(orphaned)s)
    , live AS (SELECT i.*, EXISTS ({WORKER}) AS held FROM item i)
    SELECT 'uncertain', 'g2p.bridge.envelope', e.id, e.company_id, COUNT(*), MIN(s.since),
           SUM(s.amount)::text, e.currency_id
      FROM (SELECT envelope_id, line_amount AS amount,
                   COALESCE(begun_at, latest_timestamp) AS since
              FROM g2p_bridge_bank_batch WHERE state = 'uncertain'
            UNION ALL
            SELECT envelope_id, amount, COALESCE(begun_at, latest_timestamp)
              FROM g2p_bridge_funds_step WHERE state = 'uncertain') s
      JOIN g2p_bridge_envelope e ON e.id = s.envelope_id
     WHERE s.since < %(ago)s OR s.since IS NULL
     GROUP BY e.id
    UNION ALL
    SELECT 'failed', 'g2p.bridge.envelope', e.id, e.company_id, COUNT(*),
           MIN(s.latest_timestamp), NULL, NULL
      FROM (SELECT envelope_id, latest_timestamp, FALSE AS ending
              FROM g2p_bridge_bank_batch WHERE state = 'failed'
            UNION ALL
            SELECT envelope_id, latest_timestamp, FALSE
              FROM g2p_bridge_mapper_batch WHERE state = 'failed'
            UNION ALL
            SELECT envelope_id, latest_timestamp, kind = 'release'
              FROM g2p_bridge_funds_step WHERE state = 'failed') s
      JOIN g2p_bridge_envelope e ON e.id = s.envelope_id
     WHERE e.cancellation_status = 'not_cancelled' OR s.ending
     GROUP BY e.id
    UNION ALL
    SELECT 'failed_jobs',
           CASE WHEN envelope_id IS NOT NULL THEN 'g2p.bridge.envelope'
                WHEN model = 'g2p.bridge.statement.part' THEN 'g2p.bridge.statement'
                ELSE model END,
           CASE WHEN envelope_id IS NOT NULL THEN envelope_id
                WHEN model = 'g2p.bridge.statement.part'
                THEN (SELECT statement_id FROM g2p_bridge_statement_part p WHERE p.id = orphaned.id)
                ELSE id END,
           company_id, COUNT(*), MIN(since), NULL, NULL
      FROM orphaned WHERE failed >= %(most_failed)s
     GROUP BY 2, 3, 4
    UNION ALL
    SELECT CASE WHEN state = 'waiting' THEN 'late_answer' ELSE 'stale_claim' END,
           'g2p.bridge.envelope', envelope_id, company_id, COUNT(*), MIN(since), NULL, NULL
      FROM live
     WHERE envelope_id IS NOT NULL
       AND (state = 'waiting' AND next_attempt_at < %(long_ago)s
            OR state = 'in_progress' AND since < %(long_ago)s AND NOT held)
     GROUP BY 1, 3, 4
    UNION ALL
    SELECT 'missed_date', 'g2p.bridge.envelope', e.id, e.company_id,
           1, e.disbursement_schedule_date::timestamp, NULL, NULL
      FROM g2p_bridge_envelope e
      JOIN res_company o ON o.id = e.company_id
      JOIN res_partner p ON p.id = o.partner_id
     WHERE {NOT_SHIPPED.sql("e")} AND e.paused IS NOT TRUE
       AND e.disbursement_schedule_date < (%(now)s::timestamp AT TIME ZONE 'UTC'
            AT TIME ZONE COALESCE(p.tz, 'UTC'))::date
    UNION ALL
    -- Of those that wait for one and the same decision, the first.
    SELECT CASE WHEN state = 'failed' THEN 'failed' ELSE 'slow_statement' END,
           'g2p.bridge.statement', MIN(s.id), s.company_id, COUNT(*),
           MIN(COALESCE(s.latest_timestamp, s.upload_timestamp)), NULL, NULL
      FROM g2p_bridge_statement s
     WHERE s.state = 'failed'
        OR {LIVING.sql("s")}
           AND s.upload_timestamp < %(long_ago)s
           AND s.id IN (SELECT id FROM ({FIRST_TO_COME}) h)
           AND (s.next_attempt_at IS NULL OR s.next_attempt_at < %(long_ago)s)
           AND NOT EXISTS (SELECT FROM live i
                            WHERE i.model = 'g2p.bridge.statement' AND i.id = s.id AND i.held)
           AND NOT EXISTS (SELECT FROM g2p_bridge_statement_part p
                            WHERE p.statement_id = s.id AND p.latest_timestamp >= %(long_ago)s)
     GROUP BY 1, s.company_id, CASE WHEN s.latest_error_code IN %(undecided)s
              THEN s.latest_error_code || s.account_number ELSE s.id::text END
    UNION ALL
    SELECT 'disabled', 'g2p.bridge.sponsor.bank', b.id, b.company_id, COUNT(*),
           MIN(e.disbursement_schedule_date)::timestamp, NULL, NULL
      FROM g2p_bridge_sponsor_bank b
      JOIN g2p_bridge_envelope e ON e.sponsor_bank_id = b.id AND {NOT_SHIPPED.sql("e")}
     WHERE b.environment = 'disabled'
     GROUP BY b.id
    UNION ALL
    SELECT 'disabled', 'g2p.bridge.mapper', m.id, m.company_id, COUNT(DISTINCT e.id),
           MIN(s.create_date), NULL, NULL
      FROM g2p_bridge_mapper m
      JOIN g2p_bridge_envelope e
        ON e.mapper_id = m.id AND e.cancellation_status = 'not_cancelled'
      JOIN g2p_bridge_mapper_batch s
        ON s.envelope_id = e.id AND {TO_ASK.sql("s")}
     WHERE m.environment = 'disabled'
     GROUP BY m.id
"""

#: The scheduled actions of the bridge, the step each looks after, and whether it is late.
HEARTBEATS = """
    SELECT SUBSTR(d.name, 6), c.id, c.lastcall, c.nextcall, c.active,
           NOT c.active OR c.nextcall < %s
      FROM ir_cron c
      JOIN ir_model_data d ON d.model = 'ir.cron' AND d.res_id = c.id AND d.module = 'g2p_bridge'
     WHERE d.name = ANY(%s)
"""
STEP_KEYS = ("resolve", "check", "block", "ship", "release", "statement", "watch")


class HealthStalled(models.AbstractModel):
    """What stands still, as it is now: read anew by everybody who asks."""

    _inherit = "g2p.bridge.health"

    @api.model
    def _stalls(self, companies=None):
        """:return: list of :class:`Stall`, the oldest first

        :param companies: only of these; what is of the whole server is of everybody
        """
        return self._select(
            [
                *self._system_stalls(self._heartbeats(), self._jobs()),
                *self._trail_stalls(),
                *self._step_stalls(),
            ],
            companies,
        )

    @api.model
    def _select(self, stalls, companies=None):
        """The stalls of some companies, the oldest first."""
        own = [
            stall
            for stall in stalls
            if companies is None or not stall.company_id or stall.company_id in companies.ids
        ]
        return sorted(own, key=lambda stall: (stall.since or fields.Datetime.now(), stall.key))

    @api.model
    def _step_stalls(self):
        self.env.flush_all()
        minutes = self._stall_minutes()
        items = self._items()
        ago = self._ago(minutes)
        query = SQL(
            STALLS,
            items=items,
            orphaned=self._orphaned(SQL("SELECT * FROM item"), ago),
            ago=ago,
            long_ago=self._ago(2 * minutes),
            most_failed=MOST_FAILED_JOBS,
            undecided=(CORRECTION, UNKNOWN_ACCOUNT),
            now=fields.Datetime.now(),
        )
        rows = self.env.execute_query(SQL("%s %s", self._failed_jobs(), query))
        return [Stall(*row) for row in rows]

    @api.model
    def _system_stalls(self, heartbeats, jobs):
        """What is wrong with the machinery itself."""
        for beat in heartbeats:
            if beat["late"]:
                yield Stall("late_heartbeat", "ir.cron", beat["id"], None, 1, beat["next"])
        if not jobs["alive"]:
            yield Stall("jobs_not_run", "queue.job", 0, None, jobs["due"], jobs["due_since"])

    @api.model
    def _trail_stalls(self):
        """Whether the heads of the audit trail are kept outside of the database."""
        seals = self.env["g2p.bridge.audit.seal"].sudo()
        count, since = seals._behind()
        if count and since < self._ago(BEHIND_MINUTES):
            yield Stall("heads_behind", seals._name, 0, None, count, since)

    @api.model
    def _heartbeats(self):
        """:return: list of dicts in the order of the steps: key, id, last, next, active, late"""
        names = [f"cron_{key}" for key in STEP_KEYS]
        self.env.flush_all()
        rows = self.env.execute_query(SQL(HEARTBEATS, self._ago(LATE_MINUTES), names))
        columns = ("key", "id", "last", "next", "active", "late")
        beats = [dict(zip(columns, row, strict=True)) for row in rows]
        return sorted(beats, key=lambda beat: STEP_KEYS.index(beat["key"]))

    @api.model
    def _jobs(self, companies=None):
        """The background jobs: how many have failed, and whether anybody runs those due.

        :return: dict: failed; due and due_since (not begun although it is time); alive
        """
        own = SQL("TRUE")
        if companies is not None:
            own = SQL("(company_id IS NULL OR company_id = ANY(%s))", companies.ids)
        self.env.flush_all()
        late = self._ago(LATE_MINUTES)
        due = SQL("state IN ('pending', 'enqueued') AND COALESCE(eta, date_created) < %s", late)
        rows = self.env.execute_query(
            SQL(
                "SELECT COUNT(*) FILTER (WHERE state = 'failed' AND %(own)s),"
                " COUNT(*) FILTER (WHERE %(due)s),"
                " MIN(COALESCE(eta, date_created)) FILTER (WHERE %(due)s) FROM queue_job"
                " WHERE state IN ('pending', 'enqueued', 'failed')"
                " AND channel LIKE %(channels)s",
                own=own,
                due=due,
                channels=CHANNELS.replace("_", r"\_") + "%",
            )
        )
        failed, waiting, since = rows[0]
        # A queue that is long and moves is alive: something has begun in the last minutes.
        alive = not waiting or self._begun_since(late)
        return {"failed": failed, "due": waiting, "due_since": since, "alive": bool(alive)}

    @api.model
    def _begun_since(self, moment):
        """Whether a job of the bridge has been begun since then."""
        return self.env.execute_query(
            SQL(
                "SELECT EXISTS (SELECT FROM queue_job WHERE channel LIKE %s"
                " AND state IN ('started', 'done') AND date_started >= %s)",
                CHANNELS.replace("_", r"\_") + "%",
                moment,
            )
        )[0][0]
