# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from odoo.addons.g2p_bridge.models.envelope.envelope_states import CANCELLED, ENDED

from ...lib.reasons import failure_words
from ..pbms_states import SETTLED_STATES

# Payments of a cancelled envelope that were never handed to the bridge: nothing else would
# ever say what became of them. Their entitlements are approved still.
FAIL_UNSENT = """
    UPDATE g2p_payment
       SET status = 'failed', status_datetime = %(now)s, status_is_final = TRUE,
           amount_paid = 0, bridge_failure_code = 'CANCELLED',
           bridge_failure_reason = %(reason)s, write_uid = %(uid)s, write_date = %(now)s
     WHERE bridge_envelope_id = ANY(%(cancelled)s)
       AND bridge_disbursement_id IS NULL AND status IS NULL
"""

MARK_BATCHES = """
    UPDATE g2p_payment_batch b
       SET batch_has_started = s.started OR b.batch_has_started IS TRUE,
           batch_has_completed = s.completed, write_uid = %(uid)s, write_date = %(now)s
      FROM (SELECT p.batch_id, bool_or(p.state <> 'issued') AS started,
                   bool_and(p.status IS NOT NULL) AS completed
              FROM g2p_payment p
             WHERE p.bridge_envelope_id = ANY(%(envelopes)s) AND p.batch_id = ANY(%(batches)s)
             GROUP BY p.batch_id) s
     WHERE b.id = s.batch_id
       AND (s.started AND b.batch_has_started IS NOT TRUE
            OR b.batch_has_completed IS DISTINCT FROM s.completed)
"""

# Somebody was paid, every payment has an end, and nobody waits who could be paid.
SETTLED = """
    SELECT COALESCE(bool_or(p.status = 'paid') AND bool_and(p.status IS NOT NULL), FALSE)
           AND NOT EXISTS (
               SELECT FROM g2p_entitlement t WHERE t.cycle_id = %(cycle)s
                  AND t.state = 'approved' AND t.bridge_problem IS NULL
                  AND NOT EXISTS (SELECT FROM g2p_payment q WHERE q.entitlement_id = t.id))
      FROM g2p_payment p WHERE p.bridge_envelope_id = ANY(%(envelopes)s)
"""


class CycleSettle(models.Model):
    """When everything of a cycle has an end, the cycle is distributed."""

    _inherit = "g2p.cycle"

    # === Steps ===

    def _job_bridge_settle(self, _cycle=None, batch_ids=None):
        """Complete the payment batches, and the cycle if it is settled. Harmless to repeat.

        A cycle has a job like this for each of its bank batches: each looks at the payments
        that one speaks of, and only the last ones look at the whole cycle.

        :param _cycle: the same cycle, as for ``_job_bridge_hand_over``
        :param batch_ids: as for ``_bridge_enqueue_settle``
        """
        self = self.exists().sudo()
        if not self:
            return None
        self.env.flush_all()
        # Written and not only locked: of two that overlap, one would not see what the other marks,
        # and neither would find the cycle settled. So it conflicts, and begins anew. A further
        # round of payments locks the cycle too.
        self.env.cr.execute("UPDATE g2p_cycle SET write_date = write_date WHERE id = %s", [self.id])
        if batch_ids is None:
            self._bridge_fail_unsent()
            batch_ids = self._bridge_batches().ids
        self._bridge_mark_batches(batch_ids)
        self.invalidate_recordset(["state"])
        if self.state != "approved" or not self._bridge_is_settled():
            return self.env._("Not settled, or settled before.")
        self.mark_distributed()
        return self.env._("All payments of the cycle are settled.")

    # === Helpers ===

    def _bridge_enqueue_settle(self, batch_ids=None):
        """Look at these cycles after this transaction, whatever jobs wait already: one that
        waits may begin before this transaction is committed and see nothing of it.

        :param batch_ids: payment batches of which payments have changed; all if not given
        """
        for cycle in self:
            cycle.with_delay(
                description=self.env._("Settle %s", cycle.display_name)
            )._job_bridge_settle(cycle, batch_ids)

    def _bridge_batches(self, domain=()):
        """The payment batches of this cycle's envelopes."""
        batches = self.env["g2p.payment.batch"]
        return batches.search([("bridge_envelope_id", "in", self.bridge_envelope_ids.ids), *domain])

    def _bridge_fail_unsent(self):
        cancelled = self.bridge_envelope_ids.filtered(CANCELLED.holds)
        if cancelled:
            reason = failure_words(self.env, "cancelled", "")
            values = {"cancelled": cancelled.ids, "reason": reason, **self._bridge_author()}
            self.env.cr.execute(FAIL_UNSENT, values)
            self.env["g2p.payment"].invalidate_model()

    def _bridge_mark_batches(self, batch_ids):
        """Say of payment batches whether they have started and are complete."""
        envelopes = self.bridge_envelope_ids.ids
        values = {"envelopes": envelopes, "batches": batch_ids, **self._bridge_author()}
        self.env.cr.execute(MARK_BATCHES, values)
        self.env["g2p.payment.batch"].invalidate_model()

    def _bridge_author(self):
        return {"uid": self.env.uid, "now": fields.Datetime.now()}

    def _bridge_is_settled(self):
        """Whether every payment of every round has an end and nobody payable waits."""
        envelopes = self.bridge_envelope_ids
        if not all(one.state in ENDED for one in envelopes):
            return False
        # Every payment is only looked at once the last batch is complete.
        if self._bridge_batches([("batch_has_completed", "=", False)]):
            return False
        self.env.flush_all()
        self.env.cr.execute(SETTLED, {"cycle": self.id, "envelopes": envelopes.ids})
        return self.env.cr.fetchone()[0]

    def _bridge_announce_failures(self, count):
        """Say on a distributed cycle that payments have failed since; on others it is news
        among news and stands on the page of the cycle."""
        if not count or self.state not in SETTLED_STATES:
            return
        self.message_post(
            body=self.env._(
                "%s payments have failed or come back since this cycle was distributed. Their "
                "entitlements are approved again. See the reasons under Bank Disbursement; "
                "Prepare Payments pays them once more.",
                count,
            )
        )
