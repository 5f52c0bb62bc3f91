from odoo import SUPERUSER_ID, Command, fields, models
from odoo.exceptions import UserError


class BankBatchSecond(models.Model):
    """That the bank never received a batch is said by two persons of finance, never by one.

    The batch is sent again then: whoever says so wrongly pays twice where a bank does not
    recognise it. The first word is kept and changes nothing; another person's carries it out.
    """

    _inherit = "g2p.bridge.bank.batch"

    denied_by_id = fields.Many2one(
        "res.users",
        "Denied by",
        readonly=True,
        copy=False,
        help="Says that the bank never received the batch. It is sent again once another person "
        "of finance says the same.",
    )
    denied_at = fields.Datetime(readonly=True, copy=False)
    decider_ids = fields.Many2many(
        "res.users",
        "g2p_bridge_bank_batch_decider_rel",
        "bank_batch_id",
        "user_id",
        "Decided about by",
        readonly=True,
        copy=False,
        help="Everybody who has decided what became of it or of its payments: none of them "
        "approves what is paid in their place.",
    )

    def _add_decider(self):
        """Remember that this user has decided about these batches."""
        if self and self.env.uid != SUPERUSER_ID:
            self.sudo().write({"decider_ids": [Command.link(self.env.uid)]})

    def _deny(self, reason):
        """Take a person's word that the bank never received the batch: the second one counts."""
        self._step_lock()
        if self.env.uid == SUPERUSER_ID or self.state != "uncertain":
            self._settle(False, reason)  # which refuses what is not uncertain
        elif not self.denied_by_id:
            self._keep_denial(reason)
        elif self.denied_by_id == self.env.user:
            raise UserError(
                self.env._(
                    "You have said already that the bank never received %s: it is sent again "
                    "once another person of finance says the same.",
                    self.display_name,
                )
            )
        else:
            self._settle(False, reason)

    def _keep_denial(self, reason):
        self.write({"denied_by_id": self.env.uid, "denied_at": fields.Datetime.now()})
        words = self.env._(
            "%(batch)s: %(person)s says that the bank never received it. Another person of "
            "finance has to say the same before it is sent again. %(reason)s",
            batch=self.display_name,
            person=self.env.user.name,
            reason=reason,
        )
        self.envelope_id._put_on_record(
            "deny", words, reason=reason, old_value="uncertain", new_value="uncertain"
        )
        self._step_alert(
            self.env._(
                "%s says that the bank never received it: confirm that, or settle it otherwise.",
                self.env.user.name,
            )
        )

    def _step_settle(self, taken, reason):
        """Of an outcome that is settled, an earlier word counts no more."""
        self.write({"denied_by_id": False, "denied_at": False})
        return super()._step_settle(taken, reason)

    def _step_claim(self):
        """Nor of an attempt before this one."""
        claim = super()._step_claim()
        if claim.attempt and not claim.ask and self.denied_by_id:
            self.write({"denied_by_id": False, "denied_at": False})
        return claim
