from decimal import Decimal

from odoo import fields, models

LEAVE_OUT = """
    UPDATE g2p_payment p
       SET status = 'failed', amount_paid = 0, bridge_line = NULL, bridge_failure_code = r.code,
           bridge_failure_reason = %(reason)s || r.code, write_uid = %(uid)s, write_date = %(now)s
      FROM unnest(%(names)s::text[], %(codes)s::text[]) AS r(name, code), g2p_entitlement e,
           res_partner t
     WHERE p.batch_id = %(batch)s AND p.name = r.name AND p.status IS DISTINCT FROM 'failed'
       AND e.id = p.entitlement_id AND t.id = e.partner_id
    RETURNING p.amount_issued::text, t.name || ' (' || p.name || ': ' || r.code || ')'
"""
# Of those that the bridge has been told of already, as it was told.
BENEFICIARIES = """
    SELECT COUNT(DISTINCT COALESCE(p.bridge_line ->> 'beneficiary_id',
                                   d.beneficiary_id_received, d.beneficiary_id))
      FROM g2p_payment p
      LEFT JOIN g2p_bridge_disbursement d ON d.id = p.bridge_disbursement_id
     WHERE p.bridge_envelope_id = %s AND p.status IS DISTINCT FROM 'failed'
"""
#: How many of them a message names.
NAMED = 20


class PaymentBatch(models.Model):
    """One bad payment does not hold its batch: it is left out by name, and the others are paid."""

    _inherit = "g2p.payment.batch"

    def _bridge_leave_out(self, error):
        """Leave those payments out that the bridge does not take, and declare less.

        They fail with what is wrong, so that they are seen and prepared again by people.

        :param error: the refusal of the whole batch
        :return: who was left out and why, in words; None if it is not about single payments
        """
        wrong = {
            row["mis_reference_number"]: ", ".join(row["response_error_codes"])
            for row in getattr(error, "rows", ())
            if row["response_error_codes"]
        }
        if not wrong:
            return None
        self.env.flush_all()
        self.env.cr.execute(
            LEAVE_OUT,
            {
                "batch": self.id,
                "names": list(wrong),
                "codes": list(wrong.values()),
                "reason": self.env._("The bridge did not take it: "),
                "uid": self.env.uid,
                "now": fields.Datetime.now(),
            },
        )
        amounts, people = zip(*self.env.cr.fetchall(), strict=True)
        self.env["g2p.payment"].invalidate_model()
        self._bridge_declare_less(len(amounts), sum(map(Decimal, amounts), Decimal()))
        return self.env._(
            "Left out, because the bridge does not take their payments: %(people)s. The others are "
            "paid. Put right what is wrong and press Prepare Payments.",
            people=", ".join([*people[:NAMED], *(["…"] if len(people) > NAMED else [])]),
        )

    def _bridge_declare_less(self, count, amount):
        """Take so many payments of this amount (Decimal) out of the envelope's control totals."""
        envelope = self.bridge_envelope_id
        service = self.env["g2p.bridge.service"]
        declared, total = envelope._declared()
        if count == declared:
            reason = self.env._("None of its payments can be made.")
            name = envelope.disbursement_envelope_id
            service.cancel_disbursement_envelope({"disbursement_envelope_id": name}, reason)
            return
        self.env.cr.execute(BENEFICIARIES, [envelope.id])
        (beneficiaries,) = self.env.cr.fetchone()
        envelope._touch()
        service._redeclare(
            envelope,
            beneficiaries,
            declared - count,
            total - amount,
            envelope.disbursement_schedule_date,
        )
