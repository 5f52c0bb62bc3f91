from odoo import api, models
from odoo.tools import SQL

ENDED = ("reconciled", "cancelled")
#: Envelopes that have not taken notice of what became of their steps, although that is long
#: ago: the job that should have looked at them is lost. The state that the facts amount to is
#: the one of ``_read_state``; a remainder that nobody gives back is no state, but waits as well.
LEFT_BEHIND = """
    SELECT e.id
      FROM g2p_bridge_envelope e
      JOIN g2p_bridge_funds_step c ON c.envelope_id = e.id AND c.kind = 'check'
      JOIN g2p_bridge_funds_step b ON b.envelope_id = e.id AND b.kind = 'block'
      LEFT JOIN g2p_bridge_funds_step r ON r.envelope_id = e.id AND r.kind = 'release'
     CROSS JOIN LATERAL (
           SELECT COALESCE(BOOL_OR(state NOT IN ('done', 'cancelled')), FALSE) AS to_come,
                  COALESCE(BOOL_OR(state IN %(trouble)s), FALSE) AS troubled,
                  COALESCE(SUM(shipped_count), 0) AS shipped,
                  COALESCE(SUM(shipped_amount), 0) AS amount,
                  MAX(latest_timestamp) AS since
             FROM g2p_bridge_bank_batch WHERE envelope_id = e.id) s
     CROSS JOIN LATERAL (
           SELECT COALESCE(BOOL_OR(state IN %(trouble)s), FALSE) AS troubled,
                  MAX(latest_timestamp) AS since
             FROM g2p_bridge_mapper_batch WHERE envelope_id = e.id) m
     CROSS JOIN LATERAL (
           SELECT COALESCE(SUM(t.reconciled_count), 0) AS reconciled,
                  MAX(o.latest_timestamp) AS since
             FROM g2p_bridge_statement_total t
             JOIN g2p_bridge_statement o ON o.id = t.statement_id
            WHERE t.envelope_id = e.id) t
     WHERE e.state NOT IN %(ended)s
       AND GREATEST(c.latest_timestamp, b.latest_timestamp, r.latest_timestamp,
                    s.since, m.since, t.since) < %(ago)s
       AND (b.state = 'done' AND e.state <> CASE
                WHEN s.to_come THEN 'shipping'
                WHEN t.reconciled >= s.shipped AND (r.id IS NULL OR r.state = 'done')
                THEN 'reconciled' ELSE 'shipped' END
            OR b.state = 'done' AND NOT s.to_come AND r.id IS NULL AND b.amount > s.amount
               AND e.sponsor_bank_id = ANY(%(releasing)s)
            OR e.needs_attention IS DISTINCT FROM (
               s.troubled OR m.troubled OR c.state IN %(trouble)s OR b.state IN %(trouble)s
               OR COALESCE(r.state IN %(trouble)s, FALSE)))
       AND NOT EXISTS (
           SELECT FROM queue_job j WHERE j.identity_key = 'g2p.bridge.envelope-advance-' || e.id
              AND (j.state IN ('wait_dependencies', 'pending', 'enqueued')
                   OR j.state = 'started' AND j.date_started >= %(ago)s))
     ORDER BY e.id
"""


class HealthLeftBehind(models.AbstractModel):
    """Envelopes that stand still though none of their steps does."""

    _inherit = "g2p.bridge.health"

    @api.model
    def _left_behind(self):
        """:return: envelopes that nobody will look at before the next heartbeat"""
        self.env.flush_all()
        envelopes = self.env["g2p.bridge.envelope"].sudo()
        banks = envelopes._read_group([("state", "not in", ENDED)], ["sponsor_bank_id"])
        rows = self.env.execute_query(
            SQL(
                LEFT_BEHIND,
                trouble=("failed", "uncertain"),
                ago=self._ago(self._stall_minutes()),
                ended=ENDED,
                releasing=[bank.id for (bank,) in banks if bank.can_release_funds],
            )
        )
        return envelopes.browse([row[0] for row in rows])

    @api.model
    def _resume(self):
        left_behind = self._left_behind()
        left_behind._advance()
        return super()._resume() + len(left_behind - self._left_behind())
