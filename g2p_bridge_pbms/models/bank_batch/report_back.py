from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.g2p_bridge.lib.reasons import GONE
from odoo.addons.g2p_bridge.models.matching_sql import OUT
from odoo.addons.queue_job.job import Job

from ...lib.reasons import failure_words
from .report_back_dates import midnight

# What a disbursement means for the payment of PBMS that it carries out.
# Left out: an unresolved beneficiary is not paid by this envelope once the bank batch is gone.
FACTS = f"""
    SELECT p.id, p.entitlement_id, p.status AS old_status, p.state AS old_state,
           p.amount_paid AS old_paid, p.bridge_failure_code AS old_code,
           d.id AS line_id, d.bank_batch_id, d.state AS line_state,
           COALESCE(d.reason_code, '') AS code,
           r.state, r.status,
           CASE WHEN r.status = 'paid' THEN d.disbursement_amount ELSE 0 END AS paid,
           CASE WHEN r.status = 'failed'
                THEN COALESCE(NULLIF(d.reason_code, ''), upper(d.state)) END AS failure_code
      FROM g2p_bridge_disbursement d
      JOIN g2p_payment p ON p.bridge_disbursement_id = d.id
      JOIN g2p_bridge_bank_batch b ON b.id = d.bank_batch_id
     CROSS JOIN LATERAL (SELECT
           CASE WHEN d.state IN ('reconciled', 'reversed') THEN 'reconciled'
                WHEN d.state = 'shipped' OR d.state = 'rejected'
                     AND d.reason_code IS DISTINCT FROM '{GONE}' THEN 'sent'
                ELSE 'issued' END AS state,
           CASE WHEN d.state = 'reconciled' THEN 'paid'
                WHEN d.state IN ('reversed', 'rejected', 'cancelled') THEN 'failed'
                WHEN d.state = 'unresolved' AND b.state IN ('done', 'cancelled') THEN 'failed'
                END AS status) r
     WHERE d.bank_batch_id = ANY(%s)
"""
# A payment that was paid in another place meanwhile does not come to life again.
DIFFERENT = """
    SELECT f.* FROM (%s) f
     WHERE (f.old_state, f.old_status, COALESCE(f.old_paid, 0), f.old_code)
           IS DISTINCT FROM (f.state, f.status, f.paid, f.failure_code)
       AND (f.status = 'failed' OR f.old_status IS DISTINCT FROM 'failed' OR NOT EXISTS (
            SELECT FROM g2p_payment o
             WHERE o.entitlement_id = f.entitlement_id AND o.id <> f.id
               AND o.bridge_envelope_id IS NOT NULL AND o.status IS DISTINCT FROM 'failed'))
"""
# The day of the latest line by which a payment that is paid was paid, its own or, without one,
# that of its whole batch. Looked up payment by payment: of entries that were written a moment ago
# there are no statistics, and a join would then compare every payment with all of them.
DEBIT = f"""
    LEFT JOIN LATERAL (
           SELECT COALESCE(
                  (SELECT value_date FROM g2p_bridge_statement_entry
                    WHERE disbursement_id = f.line_id AND outcome = 'matched' AND mark IN {OUT}
                    ORDER BY ordinal DESC LIMIT 1),
                  (SELECT value_date FROM g2p_bridge_statement_entry
                    WHERE bank_batch_id = f.bank_batch_id AND outcome = 'matched'
                      AND mark IN {OUT} ORDER BY ordinal DESC LIMIT 1)) AS value_date
            WHERE f.status = 'paid') s ON TRUE
"""
UPDATE_PAYMENTS = """
    UPDATE g2p_payment p
       SET state = f.state, status = f.status, amount_paid = f.paid,
           status_is_final = f.status IS NOT NULL,
           status_datetime = CASE WHEN f.status IS NOT DISTINCT FROM f.old_status
                                  THEN p.status_datetime
                                  WHEN f.status IS NOT NULL THEN %(now)s END,
           payment_datetime = t.moment, bridge_failure_code = f.failure_code,
           bridge_failure_reason = CASE WHEN f.status = 'failed' THEN w.words END,
           write_uid = %(uid)s, write_date = %(now)s
      FROM (%(different)s) f %(debit)s
      LEFT JOIN unnest(%(states)s::text[], %(codes)s::text[], %(words)s::text[])
           AS w(state, code, words) ON w.state = f.line_state AND w.code = f.code
      LEFT JOIN unnest(%(days)s::date[], %(moments)s::timestamp[])
           AS t(day, moment) ON t.day = s.value_date
     WHERE p.id = f.id
    RETURNING p.entitlement_id, p.batch_id, f.status IS NOT DISTINCT FROM 'failed'
              AND f.old_status IS DISTINCT FROM 'failed'
"""
# An entitlement follows the payment that counts: of several the one that has not failed.
# What a person has cancelled or rejected stays so; an expired one that was paid was paid.
UPDATE_ENTITLEMENTS = """
    UPDATE g2p_entitlement e
       SET state = l.entitlement_state, write_uid = %(uid)s, write_date = %(now)s
      FROM (SELECT DISTINCT ON (p.entitlement_id) p.entitlement_id,
                   CASE WHEN p.status = 'paid' THEN 'rdpd2ben'
                        WHEN p.status IS NULL AND p.state = 'sent' THEN 'trans2FSP'
                        ELSE 'approved' END AS entitlement_state
              FROM g2p_payment p
             WHERE p.entitlement_id = ANY(%(ids)s) AND p.bridge_envelope_id IS NOT NULL
             ORDER BY p.entitlement_id, (p.status IS NOT DISTINCT FROM 'failed'), p.id DESC) l
     WHERE e.id = l.entitlement_id AND e.state <> l.entitlement_state
       AND (e.state IN ('approved', 'trans2FSP', 'rdpd2ben')
            OR e.state = 'expired' AND l.entitlement_state <> 'approved')
"""


class BankBatchReportBack(models.Model):
    """Carries what became of disbursements back to the payments and entitlements of PBMS.

    One job per bank batch, a few statements each, however long it is. They say what is so
    by now and not what happened: run late, twice, or in another order, they end the same.
    """

    _inherit = "g2p.bridge.bank.batch"

    def _lines_changed(self):
        """Let a job report what is news."""
        result = super()._lines_changed()
        # Most envelopes may be no cycle's: nobody compares their payments with PBMS's.
        batches = self.filtered(lambda batch: batch.sudo().envelope_id.pbms_cycle_id)._differing()
        if batches:
            batches._enqueue_report_back()
        return result

    @api.model
    def _cron_report_back(self):
        """Find what events have missed: payments that differ, cycles that are settled."""
        cycles = self.env["g2p.cycle"].sudo()
        live = cycles.search([("state", "in", ("approved", "distributed"))])
        envelopes = self.env["g2p.bridge.envelope"].sudo()
        envelopes = envelopes.search([("pbms_cycle_id", "in", live.ids)])
        self.sudo().search(
            [("envelope_id", "in", envelopes.ids)]
        )._differing()._enqueue_report_back()
        (live & envelopes.pbms_cycle_id)._bridge_enqueue_settle()

    def _enqueue_report_back(self):
        self.env["queue.job"]._enqueue_once(
            Job(
                batch._job_report_back,
                identity_key=f"{self._name}-report-{batch.id}",
                description=self.env._("Report back %s", batch.display_name),
            )
            for batch in self
        )

    def _job_report_back(self):
        """Write the results of this batch to the payments and entitlements of PBMS."""
        self = self.exists().sudo()
        if not self:
            return None
        self = self.with_company(self.company_id)
        self.env.flush_all()
        changed = self._report_payments()
        if not changed:
            return self.env._("Nothing to report.")
        entitlements, batches, failed = zip(*changed, strict=True)
        self._report_entitlements(entitlements)
        self.env["g2p.payment"].invalidate_model()
        self.env["g2p.entitlement"].invalidate_model()
        cycle = self.envelope_id.pbms_cycle_id
        cycle._bridge_announce_failures(sum(failed))
        cycle._bridge_enqueue_settle(sorted(filter(None, set(batches))))
        return self.env._("%s payments changed.", len(changed))

    def _report_payments(self):
        """:return: [(entitlement, payment batch, whether it has failed now)] of each payment that
        changed, by record IDs"""
        different = SQL(DIFFERENT, SQL(FACTS, self.ids))
        self.env.cr.execute(
            SQL(
                "SELECT DISTINCT f.line_state, f.status, f.code, s.value_date FROM (%s) f %s",
                different,
                SQL(DEBIT),
            )
        )
        facts = self.env.cr.fetchall()
        if not facts:
            return []
        self.env.cr.execute(SQL(UPDATE_PAYMENTS, **self._report_values(different, facts)))
        return self.env.cr.fetchall()

    def _report_values(self, different, facts):
        """The values of ``UPDATE_PAYMENTS``: reasons in words, days as moments."""
        failures = list(
            {(state, code) for state, status, code, _day in facts if status == "failed"}
        )
        days = list({day for *_fact, day in facts if day})
        return {
            "uid": self.env.uid,
            "now": fields.Datetime.now(),
            "different": different,
            "debit": SQL(DEBIT),
            "states": [state for state, _code in failures],
            "codes": [code for _state, code in failures],
            "words": [failure_words(self.env, state, code) for state, code in failures],
            "days": days,
            "moments": [midnight(day, self.company_id._g2p_bridge_zone()) for day in days],
        }

    def _report_entitlements(self, ids):
        values = {
            "ids": list(set(ids)),
            "uid": self.env.uid,
            "now": fields.Datetime.now(),
        }
        self.env.cr.execute(UPDATE_ENTITLEMENTS, values)

    def _differing(self):
        """Those of these batches whose payments in PBMS do not say yet what is so."""
        if not self:
            return self
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "SELECT b.id FROM unnest(%s) AS b(id) WHERE EXISTS ("
                " SELECT FROM g2p_bridge_disbursement d WHERE d.bank_batch_id = b.id AND d.id IN"
                " (SELECT line_id FROM (%s) x))",
                self.ids,
                SQL(DIFFERENT, SQL(FACTS, self.ids)),
            )
        )
        return self.browse([row[0] for row in self.env.cr.fetchall()])
