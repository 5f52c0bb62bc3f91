from odoo import models

from odoo.addons.g2p_bridge.lib.reasons import GONE as REASON

from ..gone import GONE

# Both the household and its head, or whoever else was to be paid when the payment was prepared.
GONE_LINES = f"""
    SELECT d.id
      FROM g2p_bridge_disbursement d
      JOIN g2p_payment y ON y.bridge_disbursement_id = d.id
      JOIN g2p_entitlement e ON e.id = y.entitlement_id
     WHERE d.bank_batch_id = %s AND d.state = 'resolved'
       AND EXISTS (SELECT FROM res_partner p
                    WHERE p.id IN (e.partner_id, y.bridge_head_id) AND {GONE})
"""
LEAVE_OUT = """
    UPDATE g2p_bridge_disbursement SET state = 'rejected', reason_code = %s, left_out = TRUE
     WHERE id = ANY(%s) AND state = 'resolved' RETURNING disbursement_id
"""


class BankBatchGone(models.Model):
    """Whoever the registry has disabled since payments were prepared is not paid.

    Weeks may pass between the two, and people die, move away or are found out. It is looked at
    once more when a batch is about to be handed to the bank for the first time: what the bank was
    sent once never changes. The payment fails with the reason and its money is released with the
    rest; enabled again, Prepare Payments pays them.
    """

    _inherit = "g2p.bridge.bank.batch"

    def _step_prepare(self):
        if self.envelope_id.pbms_cycle_id and not self.payload_digest:
            self._leave_out_gone()
        return super()._step_prepare()

    def _leave_out_gone(self):
        self.env.flush_all()
        self.env.cr.execute(GONE_LINES, [self.id])
        gone = [row[0] for row in self.env.cr.fetchall()]
        if not gone:
            return
        self._step_lock()
        self.env.cr.execute(LEAVE_OUT, [REASON, gone])
        lines = [row[0] for row in self.env.cr.fetchall()]
        self.env["g2p.bridge.disbursement"].invalidate_model()
        self._count_results()
        self._lines_changed()
        self.envelope_id._put_on_record(
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
