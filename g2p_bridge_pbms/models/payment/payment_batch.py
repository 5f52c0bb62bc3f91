# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from decimal import Decimal
from operator import itemgetter

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError

from odoo.addons.g2p_bridge.lib.reference import record_id_of
from odoo.addons.g2p_bridge.models.envelope.envelope_states import CANCELLED, LIVE

from ...try_again import try_again
from ..pbms_states import IS_LIVE

LEAVE_OUT = f"""
    UPDATE g2p_payment p
       SET status = 'failed', amount_paid = 0, bridge_line = NULL, bridge_failure_code = r.code,
           bridge_failure_reason = %(reason)s || r.code, write_uid = %(uid)s, write_date = %(now)s
      FROM unnest(%(names)s::text[], %(codes)s::text[]) AS r(name, code), g2p_entitlement e,
           res_partner t
     WHERE p.batch_id = %(batch)s AND p.name = r.name AND {IS_LIVE}
       AND e.id = p.entitlement_id AND t.id = e.partner_id
    RETURNING p.amount_issued::text, t.name || ' (' || p.name || ': ' || r.code || ')'
"""

# Of those that were sent to the bridge already, as they were sent.
BENEFICIARIES = f"""
    SELECT COUNT(DISTINCT COALESCE(p.bridge_line ->> 'beneficiary_id',
                                   d.beneficiary_id_received, d.beneficiary_id))
      FROM g2p_payment p
      LEFT JOIN g2p_bridge_disbursement d ON d.id = p.bridge_disbursement_id
     WHERE p.bridge_envelope_id = %s AND {IS_LIVE}
"""

UNFILLED = f"""
    SELECT DISTINCT e.id
      FROM g2p_bridge_envelope e JOIN g2p_payment_batch b ON b.bridge_envelope_id = e.id
     WHERE b.bridge_handed_over IS NOT TRUE AND {LIVE.sql("e")}
"""

#: How many of them a message names.
NAMED = 20


class PaymentBatch(models.Model):
    """A batch of payments of PBMS: a part of one envelope, handed to the bridge by one job.

    One bad payment does not hold its batch: it is left out by name, and the others are paid.
    """

    _name = "g2p.payment.batch"
    _inherit = ["g2p.payment.batch", "g2p.bridge.pbms.fields"]

    # === Fields ===

    bridge_envelope_id = fields.Many2one(
        "g2p.bridge.envelope",
        "Envelope",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    bridge_handed_over = fields.Boolean(
        "Handed Over", readonly=True, copy=False, help="Whether the bridge has all its payments."
    )

    # === Constraints ===

    _bridge_to_hand_over = models.Index(
        "(bridge_envelope_id, id)"
        " WHERE bridge_envelope_id IS NOT NULL AND bridge_handed_over IS NOT TRUE"
    )

    # === Actions ===

    def action_bridge_open_envelope(self):
        """Open the envelope that the payments of this batch are in."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Envelope"),
            "res_model": "g2p.bridge.envelope",
            "res_id": self.bridge_envelope_id.id,
            "view_mode": "form",
        }

    # === Steps ===

    def _job_bridge_fill(self):
        """Hand the payments of a batch to the bridge. Harmless to run twice."""
        self = self.exists().sudo()
        envelope = self.bridge_envelope_id
        if not envelope or CANCELLED.holds(envelope):
            return self.env._("Nothing to do: the envelope is cancelled.")
        if self.bridge_handed_over:
            return self.env._("Nothing to do: it was handed over, and the next batch has its job.")
        self = self.with_company(envelope.company_id)
        left_out = None
        try:
            try:
                with self.env.cr.savepoint():
                    count = self._bridge_fill()
            except UserError as error:
                left_out = self._bridge_leave_out(error)
                if not left_out:
                    raise
                with self.env.cr.savepoint():
                    count = self._bridge_fill()
        except ConcurrencyError as error:
            raise try_again(error) from error
        except UserError as error:
            return self._bridge_refused(error)
        cycle = self.cycle_id
        if left_out:
            cycle._bridge_say("\n".join(filter(None, (cycle.bridge_message, left_out))))
        elif self.external_batch_ref in (cycle.bridge_message or ""):
            cycle._bridge_say(cycle._bridge_remarks())
        self.env["queue.job"]._enqueue_once(envelope._bridge_fill_jobs())
        return left_out or self.env._("%s payments", count)

    # === Helpers ===

    @api.model
    def _bridge_unfilled(self):
        """:return: live envelopes whose payments were not all handed over"""
        self.env.flush_all()
        self.env.cr.execute(UNFILLED)
        ids = [row[0] for row in self.env.cr.fetchall()]
        return self.env["g2p.bridge.envelope"].browse(ids)

    def _bridge_fill(self):
        """Send what was not sent yet, and link each payment to its disbursement.

        :return: number of payments
        :raises BridgeError: the service refuses; nothing was changed
        """
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT id, name, amount_issued::text, bridge_line::text FROM g2p_payment"
            " WHERE bridge_envelope_id = %s AND batch_id = %s"
            " AND bridge_line IS NOT NULL AND status IS DISTINCT FROM 'failed' ORDER BY id",
            [self.bridge_envelope_id.id, self.id],
        )
        payments = self.env.cr.fetchall()
        if payments:
            ids, names, amounts, lines = zip(*payments, strict=True)
            common = {"disbursement_envelope_id": self.bridge_envelope_id.disbursement_envelope_id}
            rows = [
                {**line, **common, "mis_reference_number": name, "disbursement_amount": amount}
                for line, name, amount in zip(
                    # One text is read in a third of the time of thousands.
                    json.loads(f"[{','.join(lines)}]"),
                    names,
                    amounts,
                    strict=True,
                )
            ]
            made = self.env["g2p.bridge.service"].create_disbursements(rows)
            references = map(itemgetter("disbursement_id"), made)
            self._bridge_link(dict(zip(ids, map(record_id_of, references), strict=True)))
        self.bridge_handed_over = True
        return len(payments)

    def _bridge_link(self, links):
        """Link payments to the disbursements that were just made of them.

        Each link is looked up by its key. A join would be planned by statistics, which know
        nothing yet of what was written a moment ago, and might compare all with all.

        :param links: {record ID of a payment: that of its disbursement}
        """
        self.env.cr.execute(
            "UPDATE g2p_payment SET bridge_line = NULL,"
            " bridge_disbursement_id = (%s::jsonb ->> id::text)::integer WHERE id = ANY(%s)",
            [json.dumps(links), list(links)],
        )
        self.env["g2p.payment"].invalidate_model(["bridge_disbursement_id", "bridge_line"])

    def _bridge_refused(self, error):
        """Say on the cycle that a batch could not be handed over; the heartbeat tries again."""
        message = self.env._(
            "The payment batch %(batch)s was refused: %(error)s It is tried again within the "
            "hour. If it can't be put right, cancel the envelope and prepare payments again.",
            batch=self.external_batch_ref,
            error=error,
        )
        self.cycle_id._bridge_say(message)
        return message

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
        envelope._lock_as_maker()
        service._redeclare(
            envelope,
            beneficiaries,
            declared - count,
            total - amount,
            envelope.disbursement_schedule_date,
        )
