# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.g2p_bridge_base.exact import read_exact, write_exact
from odoo.addons.g2p_bridge_base.lib.errors import OutcomeUnknown
from odoo.addons.g2p_bridge_base.lib.frozen import Frozen

from ...lib.step import Claim, Outcome
from ..step.step_states import HAS_BEGUN, NEVER_SENT_AGAIN

KINDS = [("check", "Check funds"), ("block", "Block funds"), ("release", "Release remainder")]


class FundsStep(models.Model):
    """One thing that is asked of the bank about an envelope's money as a whole."""

    _name = "g2p.bridge.funds.step"
    _description = "Funds Step"
    _inherit = ["g2p.bridge.step.mixin", "g2p.bridge.frozen.mixin"]
    _order = "envelope_id, id"
    _rec_name = "kind"
    _undeletable = HAS_BEGUN.sql("old")
    _frozen = (
        Frozen("identity", ("envelope_id", "kind", "reference")),
        Frozen("outcome", ("amount", "bank_reference"), "old.state = 'done'"),
        NEVER_SENT_AGAIN,
    )

    # === Fields ===

    envelope_id = fields.Many2one(
        "g2p.bridge.envelope", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="envelope_id.company_id")
    currency_id = fields.Many2one(related="envelope_id.currency_id")
    kind = fields.Selection(KINDS, required=True, readonly=True)
    amount = fields.Monetary(
        readonly=True, help="What was checked for, blocked, or given back by the release."
    )
    bank_reference = fields.Char(readonly=True, help="The bank's own name for the hold.")

    # === Constraints ===

    _one_per_kind = models.Constraint(
        "UNIQUE(envelope_id, kind)", "An envelope has each funds step once."
    )

    # === Compute ===

    @api.depends("kind", "envelope_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for step in self:
            step.display_name = f"{step.envelope_id.display_name}: {kinds.get(step.kind)}"

    # === Actions ===

    def action_bank_confirms(self):
        """Ask a person for the decision that the bank has done it."""
        self.env["res.users"]._g2p_bridge_check_role("finance")
        return self.env["g2p.bridge.decision"]._open(
            self, "funds_confirmed", self.env._("The bank confirms")
        )

    def action_bank_denies(self):
        """Ask a person for the decision that the bank never did it."""
        self.env["res.users"]._g2p_bridge_check_role("finance")
        return self.env["g2p.bridge.decision"]._open(
            self, "funds_denied", self.env._("The bank denies")
        )

    # === Steps ===

    @property
    def _step_has_effect(self):
        return self.kind != "check"

    def _step_refusal(self, now):
        return (
            super()._step_refusal(now) or self._refusal_of_envelope() or self._refusal_of_revision()
        )

    def _step_claim_question(self, now):
        # Asking for a hold makes one. Where this database never tried, and only a restored
        # one could have, the envelope has to be as ready as for the first try.
        if self.kind == "block" and self._only_after_the_backup():
            refusal = self._refusal_of_envelope()
            if refusal:
                return Claim(refusal=refusal)
        return super()._step_claim_question(now)

    def _step_prepare(self):
        """(account number, currency code, Decimal total, hold reference)."""
        envelope = self.envelope_id
        _count, total = envelope._declared()
        if self.kind != "release":
            self._set_amount(total)
        block = envelope._funds_step("block")
        account = envelope.sponsor_bank_account_number
        return account, envelope.currency_id.name, total, block.bank_reference

    def _step_call(self, payload):
        account, currency, total, hold = payload
        connector = self.envelope_id.sponsor_bank_id._get_connector()
        if self.kind == "block":
            return connector.block_funds(account, currency, total, self.reference)
        if self.kind == "release":
            if not self.envelope_id.sponsor_bank_id.can_release_funds:
                # Said of the bank only after the step was made: a person asks for it instead.
                raise OutcomeUnknown("CANNOT_RELEASE", self._no_release_words())
            return connector.release_funds(hold, self.reference)
        answer = connector.check_funds(account, currency, total)
        if not answer.available:
            return Outcome("unavailable", code=answer.error_code, message=answer.error_message)
        return answer

    def _step_done(self, result):
        if self.kind == "block":
            self.bank_reference = result.block_reference
        elif self.kind == "release":
            self._set_amount(Decimal(result))

    def _step_record_rejected(self, outcome):
        # Money may still arrive on the account: an empty one is worth another attempt.
        if self.kind == "block" and outcome.code == "INSUFFICIENT_FUNDS":
            self._step_record_unavailable(outcome)
        else:
            super()._step_record_rejected(outcome)

    def _step_ask(self):
        # The same reference gives the same hold: asking and calling are one.
        return self._step_call(self._in_own_transaction("_step_prepare"))

    # === Helpers ===

    def _refusal_of_revision(self):
        """:return: that what would be paid is not what was approved; None if it is"""
        if self.kind == "release":
            return None
        return self.envelope_id._moved_refusal(whole=self.kind == "check")

    def _refusal_of_envelope(self):
        """:return: why the envelope does not allow this step now; None if it does"""
        if self.kind == "release":
            return None
        if self.kind == "block" and self.envelope_id._funds_step("check").state != "done":
            return self.env._("Funds are not known to be available.")
        return self.envelope_id._funding_refusal()

    def _only_after_the_backup(self):
        """Whether it may have begun after the backup that this database was restored from."""
        restored = self.env["g2p.bridge.restore"]._restored_at()
        return not self.attempts or bool(restored and self.begun_at >= restored)

    def _settle(self, taken, reason, hold_reference=None):
        """Decide an unknown outcome: the bank has done it, or it never did.

        :param hold_reference: the bank's name for a hold that it confirms
        """
        self._step_lock()
        if self.state != "uncertain":
            raise UserError(self.env._("The outcome of %s is not uncertain.", self.display_name))
        if taken and self.kind == "block":
            if not hold_reference:
                raise UserError(self.env._("Enter the bank's reference of the hold."))
            self.bank_reference = hold_reference
            self._set_amount(self.envelope_id._declared()[1])
        if taken and self.kind == "release":
            self._set_amount(self.envelope_id._hold_remainder())
        self._step_settle(taken, reason)

    def _set_amount(self, amount):
        """Keep a Decimal as it is: the ORM would round it as floats do."""
        write_exact(self, amount=amount)

    def _exact_amount(self):
        """:return: Decimal amount of this step, as it is stored; 0 of no step"""
        return read_exact(self, "amount")[0] if self else Decimal(0)

    def _step_can_ask(self):
        bank = self.envelope_id.sponsor_bank_id
        return bank.has_idempotent_block and (self.kind != "release" or bank.can_release_funds)

    def _step_unknown_words(self):
        if self.kind == "release" and not self.envelope_id.sponsor_bank_id.can_release_funds:
            return self._no_release_words()
        if self.kind != "block" or not self.attempts or self._step_can_ask():
            return super()._step_unknown_words()
        envelope = self.envelope_id
        return self.env._(
            "Unknown outcome: ask the bank whether it holds %(amount)s on account %(account)s "
            "since %(when)s, and decide. Asked for once more, it may hold the money twice.",
            amount=envelope._money(self._exact_amount()),
            account=envelope.sponsor_bank_account_masked,
            when=self._step_called_at(),
        )

    def _no_release_words(self):
        return self.env._("The bank can't release a hold by itself: ask it to, then confirm.")

    def _step_max_attempts(self):
        return getattr(self.envelope_id.program_id._policy(), f"{self.kind}_attempts")

    def _step_retry_delay(self):
        return getattr(self.envelope_id.program_id._policy(), f"{self.kind}_delay")

    def _step_timeout(self):
        return self.envelope_id.sponsor_bank_id._call_timeout()

    def _step_owner(self):
        return self.envelope_id

    def _step_check_operator(self):
        self.env["res.users"]._g2p_bridge_check_role("officer")
        self.check_access("read")

    def _step_wake_owner(self):
        self.envelope_id._enqueue_advance()

    def _available_status(self):
        if self.state == "done":
            return "funds_available"
        if self.latest_error_code == "INSUFFICIENT_FUNDS":
            return "funds_not_available"
        return "error" if self.state == "failed" else "pending_check"

    def _blocked_status(self):
        if self.state == "done":
            return "funds_block_success"
        if self.state == "failed":
            return "funds_block_failure"
        return "error" if self.state == "uncertain" else "pending_check"
