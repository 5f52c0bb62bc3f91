from odoo import fields, models

from odoo.addons.queue_job.job import Job


class BankBatchRejections(models.Model):
    """Single payments that the bank refused in a batch of which others said that it has it.

    A person's word, or one debit on a statement, proves that the batch was taken and says
    nothing of each payment in it. Where the bank can be asked, it is asked once more: a payment
    that it refused would be shipped for ever, and its part of the hold would never be released.
    """

    _inherit = "g2p.bridge.bank.batch"

    def _settle(self, taken, reason):
        super()._settle(taken, reason)
        if taken and self._step_can_ask():
            self._enqueue_rejections()

    def _enqueue_rejections(self, eta=None, asked=0):
        job = Job(
            self._job_rejections,
            args=(asked,),
            identity_key=f"{self._name}-rejections-{self.id}",
            eta=eta,
            description=self.env._("Rejected payments of %s", self.display_name),
        )
        self.env["queue.job"]._enqueue_once([job])

    def _job_rejections(self, asked=0):
        """Ask which payments of this batch the bank refused, as often as one asks for an outcome.

        A bank that doesn't say so even then is asked by a person.

        :param asked: how often it was asked for this before
        """
        self = self.exists().sudo()
        if not self or not self._has_shipped_lines():
            return
        if not self._step_can_ask():
            self._alert_rejections()
            return
        outcome = self._step_attempt(self._step_ask)
        if outcome.kind == "done":
            self._in_own_transaction("_record_rejections", dict(outcome.result.rejected))
        elif outcome.kind not in ("unknown", "unavailable"):
            self._step_alert(
                self.env._("The bank says that it does not have this batch: ask it again.")
            )
        elif asked + 1 < self._step_max_attempts():
            seconds = self._step_ask_delay(asked)
            later = fields.Datetime.add(fields.Datetime.now(), seconds=seconds)
            self._enqueue_rejections(later, asked + 1)
        else:
            self._alert_rejections()

    def _alert_rejections(self):
        self._step_alert(
            self.env._("The bank does not say which of the payments it refused: ask it.")
        )

    def _has_shipped_lines(self):
        """Whether there is a payment of which only its batch is known to be at the bank."""
        shipped = [("bank_batch_id", "=", self.id), ("state", "=", "shipped")]
        return bool(self.env["g2p.bridge.disbursement"].search_count(shipped, limit=1))

    def _record_rejections(self, rejected):
        """Payments that no debit proves are rejected, if the bank says so.

        :param dict rejected: the reason by disbursement_id
        """
        self._step_lock()
        self.env.flush_all()
        lines = self._reject_lines(rejected, "shipped")
        if not lines:
            return
        self.env["g2p.bridge.disbursement"].invalidate_model()
        self._count_results()
        self._lines_changed()
        self._match_what_waited()  # a line for the whole batch may be its total only now
        self.envelope_id._put_on_record(
            "settle",
            self.env._(
                "%(batch)s: the bank has taken it without %(count)s.",
                batch=self.display_name,
                count=self.envelope_id._payments(len(lines)),
            ),
            old_value="shipped",
            new_value="rejected",
            lines=lines,
        )
        self.envelope_id._enqueue_advance()
