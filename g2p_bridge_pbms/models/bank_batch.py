# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.g2p_bridge.lib.reasons import GONE
from odoo.addons.g2p_bridge.models.disbursement.disbursement_states import (
    MAY_BE_REISSUED,
    PAST_BANK,
    PROVED,
    RESOLVED,
)
from odoo.addons.g2p_bridge.rule import States
from odoo.addons.g2p_bridge_bank_connector.lib.entry import OUT
from odoo.addons.queue_job.job import Job

from ..lib.reasons import failure_words
from ..lib.schedule import midnight
from .pbms_states import PAID_STATES, PAYABLE_STATES
from .registrant import IS_GONE

# Of a household it and its head, as they were when the payment was prepared; else the one person.
GONE_LINES = f"""
    SELECT d.id
      FROM g2p_bridge_disbursement d
      JOIN g2p_payment y ON y.bridge_disbursement_id = d.id
      JOIN g2p_entitlement e ON e.id = y.entitlement_id
     WHERE d.bank_batch_id = %s AND {RESOLVED.sql("d")}
       AND EXISTS (SELECT FROM res_partner p
                    WHERE p.id IN (e.partner_id, y.bridge_head_id) AND {IS_GONE})
"""

LEAVE_OUT = f"""
    UPDATE g2p_bridge_disbursement d SET state = 'rejected', reason_code = %s, left_out = TRUE
     WHERE d.id = ANY(%s) AND {RESOLVED.sql("d")} RETURNING d.disbursement_id
"""

#: A statement shows that it was paid, and not that it came back.
PAID = States("reconciled")
#: What a disbursement means for the payment of PBMS that it carries out: failed is what may be paid
#: once more, so an unresolved beneficiary fails when the bank batch is gone.
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
           CASE WHEN {PROVED.sql("d")} THEN 'reconciled'
                WHEN {PAST_BANK.sql("d")} AND d.reason_code IS DISTINCT FROM '{GONE}' THEN 'sent'
                ELSE 'issued' END AS state,
           CASE WHEN {PAID.sql("d")} THEN 'paid'
                WHEN {MAY_BE_REISSUED.sql("d", bank_batch_id="b")} THEN 'failed'
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
UPDATE_ENTITLEMENTS = f"""
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
       AND (e.state IN {PAYABLE_STATES}
            OR e.state = 'expired' AND l.entitlement_state <> 'approved')
"""


class BankBatch(models.Model):
    """What becomes of the payments of PBMS at the bank, and who is left out at the last moment.

    **Back to PBMS**: one job per bank batch carries what became of its disbursements to payments
    and entitlements, by a few statements, however long it is. They say what is so by now and not
    what happened: run late, twice, or in another order, they end the same.

    **Left out**: weeks may pass between preparing payments and handing them to the bank, and people
    die, move away or are found out. Just before a batch is first handed over, its registrants are
    looked at once more: a payment to somebody who is disabled by now fails with the reason, and its
    money is released with the rest. Enabled again, Prepare Payments pays them. What the bank was
    sent once never changes.
    """

    _inherit = "g2p.bridge.bank.batch"

    # === Steps ===

    def _lines_changed(self, reason):
        """Let a job report what is news."""
        result = super()._lines_changed(reason)
        # Most envelopes may be no cycle's: nobody compares their payments with PBMS's.
        batches = self.filtered(lambda batch: batch.sudo().envelope_id.pbms_cycle_id)._differing()
        if batches:
            batches._enqueue_report_back()
        return result

    @api.model
    def _cron_report_back(self):
        """Find what events have missed: payments that differ, cycles that are settled."""
        cycles = self.env["g2p.cycle"].sudo()
        live = cycles.search([("state", "in", PAID_STATES)])
        envelopes = self.env["g2p.bridge.envelope"].sudo()
        envelopes = envelopes.search([("pbms_cycle_id", "in", live.ids)])
        self.sudo().search(
            [("envelope_id", "in", envelopes.ids)]
        )._differing()._enqueue_report_back()
        (live & envelopes.pbms_cycle_id)._bridge_enqueue_settle()

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

    def _step_prepare(self):
        if self.envelope_id.pbms_cycle_id and not self.payload_digest:
            self._leave_out_gone()
        return super()._step_prepare()

    # === Helpers ===

    def _enqueue_report_back(self):
        self.env["queue.job"]._enqueue_once(
            Job(
                batch._job_report_back,
                identity_key=f"{self._name}-report-{batch.id}",
                description=self.env._("Report back %s", batch.display_name),
            )
            for batch in self
        )

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

    def _leave_out_gone(self):
        """Payments whose registrants are disabled by now are not made."""
        self.env.flush_all()
        self.env.cr.execute(GONE_LINES, [self.id])
        gone = [row[0] for row in self.env.cr.fetchall()]
        if not gone:
            return
        self._step_lock()
        self.env.cr.execute(LEAVE_OUT, [GONE, gone])
        lines = [row[0] for row in self.env.cr.fetchall()]
        self.env["g2p.bridge.disbursement"].invalidate_model()
        self._count_results()
        self._lines_changed("left_out")
        self.envelope_id._log_decision(
            "leave_out",
            self.env._(
                "Not paid, because their registrants were disabled after the payments had been "
                "prepared: %s.",
                self.envelope_id._payments(len(lines)),
            ),
            old_value="resolved",
            new_value="rejected",
            lines=lines,
        )
