import json
from operator import itemgetter

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError

from odoo.addons.g2p_bridge.lib.reference import record_id_of
from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.job import Job

SECONDS_UNTIL_FREE = 5


def try_again(error):
    """What a job raises when another transaction was quicker."""
    return RetryableJobError(str(error), seconds=SECONDS_UNTIL_FREE, ignore_retry=True)


class Payment(models.Model):
    """What the bridge will be told of a payment, from the round until it is told."""

    _inherit = "g2p.payment"

    # Fixed with the control totals: whatever changes in the registry meanwhile, the payments
    # add up to what was declared. Emptied when it is sent.
    bridge_line = fields.Json(readonly=True, copy=False, groups=fields.NO_ACCESS)


class PaymentBatch(models.Model):
    """Payments of one batch are handed to the bridge together, by one job."""

    _inherit = "g2p.payment.batch"

    def _job_bridge_fill(self):
        """Hand the payments of a batch to the bridge. Harmless to run twice."""
        self = self.exists().sudo()
        envelope = self.bridge_envelope_id
        if not envelope or envelope.cancellation_status == "cancelled":
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

    @api.model
    def _bridge_unfilled(self):
        """:return: live envelopes whose payments were not all handed over"""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT DISTINCT e.id FROM g2p_bridge_envelope e"
            " JOIN g2p_payment_batch b ON b.bridge_envelope_id = e.id"
            " WHERE b.bridge_handed_over IS NOT TRUE AND e.cancellation_status = 'not_cancelled'"
        )
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


class Envelope(models.Model):
    """An envelope of PBMS is filled batch after batch.

    Operations on one envelope come one after the other, so its batches would
    only be in each other's way. Envelopes are filled at the same time.
    """

    _inherit = "g2p.bridge.envelope"

    def _bridge_fill_jobs(self):
        """The jobs of the first batch of each of these envelopes that was not handed over yet.

        On behalf of whoever had the envelope made, whoever finds that it is not full.
        """
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT MIN(b.id), e.create_uid FROM g2p_bridge_envelope e"
            " JOIN g2p_payment_batch b ON b.bridge_envelope_id = e.id"
            " WHERE e.id = ANY(%s) AND e.cancellation_status = 'not_cancelled'"
            " AND b.bridge_handed_over IS NOT TRUE GROUP BY e.id",
            [self.ids],
        )
        batches = [
            self.env["g2p.payment.batch"].browse(batch_id).with_user(user_id).sudo()
            for batch_id, user_id in self.env.cr.fetchall()
        ]
        return [
            Job(
                batch._job_bridge_fill,
                identity_key=f"{batch._name}-bridge-fill-{batch.id}",
                description=self.env._("Hand over %s", batch.external_batch_ref),
            )
            for batch in batches
        ]
