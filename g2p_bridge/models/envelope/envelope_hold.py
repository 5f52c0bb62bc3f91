from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class EnvelopeHold(models.Model):
    """Giving the rest of a hold back by a person's decision.

    A hold is released by itself once nothing can leave any more. Where a part of an envelope
    has left and the rest never will, finance ends it here: nobody waits for it any longer, and
    each payment that was not made can be reissued.
    """

    _inherit = "g2p.bridge.envelope"

    can_release_hold = fields.Boolean(compute="_compute_can_release_hold")

    @api.depends("state", "paused", "needs_attention")
    def _compute_can_release_hold(self):
        for envelope in self:
            stands = envelope.paused or envelope.needs_attention
            envelope.can_release_hold = (
                stands
                and envelope.state == "shipping"
                and envelope.number_of_disbursements_shipped
                and not envelope.sudo()._batches_at_the_bank()
            )

    def action_release_hold(self):
        """Ask why what has not left is not paid, and its money given back."""
        self._check_group("group_finance")
        self.check_access("read")
        return self.env["g2p.bridge.decision"]._open(
            self, "release_hold", self.env._("Release the Hold")
        )

    def _release_hold(self, reason):
        """Give up whatever has not left: the rest of the hold is then released by itself.

        :raises UserError: no reason; nothing has left, or nothing is left; or the bank may be
            taking a batch at this moment
        """
        reason = self._reason(reason)
        for envelope in self:
            envelope._touch()
            batches = envelope._batches_to_give_up()
            count, amount = envelope._reject_what_waits(batches)
            waiting = envelope.mapper_batch_ids.filtered(lambda batch: batch.state != "done")
            waiting.write({"state": "cancelled"})
            batches.write({"state": "done", "next_attempt_at": False})
            for batch in (*waiting, *batches):
                batch._count_results()
            batches._lines_changed()
            envelope._put_on_record(
                "release",
                self.env._(
                    "The rest of the hold is released. Payments that are not made: "
                    "%(count)s (%(amount)s). %(reason)s",
                    count=envelope._count(count),
                    amount=envelope._money(amount),
                    reason=reason,
                ),
                reason=reason,
            )
        self._go_on()

    def _batches_to_give_up(self):
        """:return: the bank batches that have not left, locked, so that none leaves meanwhile"""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT id FROM g2p_bridge_bank_batch WHERE envelope_id = %s ORDER BY id"
            " FOR NO KEY UPDATE",
            [self.id],
        )
        self.env.invalidate_all()
        if self._batches_at_the_bank():
            raise UserError(
                self.env._(
                    "A batch of %s is being handed to the bank, or it is not known whether the "
                    "bank has it. Wait for it, or settle it, and release the hold then.",
                    self.display_name,
                )
            )
        if self.state != "shipping" or not self.number_of_disbursements_shipped:
            raise UserError(
                self.env._(
                    "%s has not shipped a part of its payments and waits with the rest. Cancel "
                    "an envelope of which nothing has left; a hold that is not needed any more "
                    "is released by itself.",
                    self.display_name,
                )
            )
        return self.bank_batch_ids.filtered(lambda batch: batch.state != "done")

    def _batches_at_the_bank(self):
        """:return: a batch that the bank may be taking, or may have taken, if there is one"""
        called = [("envelope_id", "=", self.id), ("state", "in", ("in_progress", "uncertain"))]
        return self.bank_batch_ids.search(called, limit=1)

    def _reject_what_waits(self, batches):
        """:return: number and Decimal amount of the payments that are not made"""
        rows = self.env.execute_query(
            SQL(
                """
                WITH given_up AS (
                    UPDATE g2p_bridge_disbursement
                       SET state = 'rejected', reason_code = 'HOLD_RELEASED'
                     WHERE bank_batch_id = ANY(%s) AND state IN ('received', 'resolved')
                    RETURNING disbursement_amount)
                SELECT COUNT(*), COALESCE(SUM(disbursement_amount), 0)::text FROM given_up
                """,
                batches.ids,
            )
        )
        self.env["g2p.bridge.disbursement"].invalidate_model()
        return rows[0][0], Decimal(rows[0][1])
