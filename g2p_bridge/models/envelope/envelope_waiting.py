from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime

from .envelope_progress import STEPS

#: What an envelope goes through before any money is touched.
BEFORE_FUNDS = ("receiving", "to_approve", "scheduled")
GROUP = "g2p_bridge_base.group_"


class EnvelopeWaiting(models.Model):
    """What an envelope waits for, and for whom."""

    _inherit = "g2p.bridge.envelope"

    waiting_for = fields.Char(
        compute="_compute_waiting_for", help="Why the next step does not run now."
    )
    can_start = fields.Boolean(compute="_compute_waiting_for")
    can_try_again = fields.Boolean(compute="_compute_can_try_again")
    attention_mark = fields.Selection(
        [("trouble", "Needs attention"), ("sent_back", "Sent back"), ("paused", "Paused")],
        compute="_compute_attention_mark",
        help="A step has failed or its outcome is unknown; an approver has sent it back; or "
        "somebody has paused it.",
    )
    waits_for_me = fields.Boolean(
        compute="_compute_waits_for_me",
        search="_search_waits_for_me",
        help="Something of it can only be done by a person, and you are one who may.",
    )

    @api.depends("state", "paused", "started_by_id", "rejected_by_id")
    def _compute_waiting_for(self):
        for envelope in self:
            own = envelope.sudo()
            envelope.waiting_for = own._waiting_sentence()
            envelope.can_start = (
                envelope.state in BEFORE_FUNDS
                and not envelope.started_by_id
                and not envelope.rejected_by_id
                and own._starts_by_hand()
            )

    @api.depends("needs_attention", "paused", "rejected_by_id", "state")
    def _compute_attention_mark(self):
        for envelope in self:
            if envelope.needs_attention:
                mark = "trouble"
            elif envelope.state == "cancelled":
                mark = False
            elif envelope.rejected_by_id:
                mark = "sent_back"
            else:
                mark = "paused" if envelope.paused else False
            envelope.attention_mark = mark

    @api.depends("needs_attention")
    def _compute_can_try_again(self):
        failed = self.env["g2p.bridge.envelope"]
        troubled = self.filtered("needs_attention")
        for model in STEPS if troubled else ():
            domain = [("envelope_id", "in", troubled.ids), ("state", "=", "failed")]
            groups = self.env[model].sudo()._read_group(domain, ["envelope_id"])
            failed = failed.union(*(envelope for (envelope,) in groups))
        for envelope in self:
            envelope.can_try_again = envelope in failed

    @api.depends_context("uid")
    def _compute_waits_for_me(self):
        mine = self.search(Domain("id", "in", self.ids) & self._waits_for_me_domain())
        for envelope in self:
            envelope.waits_for_me = envelope in mine

    @api.model
    def _search_waits_for_me(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return self._waits_for_me_domain()

    # Helpers

    def _waiting_sentence(self):
        """:return: what has to happen next and is not happening now; False if nothing"""
        if self.state in BEFORE_FUNDS:
            return self._waiting_before_funds()
        if self.state == "funding":
            return self._funding_refusal() or self._waiting_for_funds()
        if self.state == "shipping":
            return self._shipping_refusal() or self._waiting_for_batches()
        if self.state == "shipped":
            return self._waiting_for_proof()
        return False

    def _waiting_before_funds(self):
        refusal = self._funding_refusal()
        if not refusal or self.paused or self.rejected_by_id:
            return refusal
        if not self._is_complete():
            return self._missing_sentence()
        if self.state == "to_approve":
            return self._waiting_for_approval()
        if self._starts_by_hand() and not self.started_by_id:
            return self.env._("An officer has to start it.")
        if self.disbursement_schedule_date > self._today():
            day = format_date(self.env, self.disbursement_schedule_date)
            return self.env._("It starts by itself on its schedule date, %s.", day)
        return refusal

    def _waiting_for_approval(self):
        if self._is_own_work() and self.env.user.has_group(f"{GROUP}approver"):
            return self.env._(
                "Another approver has to release it, because you had a part in making it. "
                "Nothing is paid before."
            )
        return self.env._("An approver has to release it. Nothing is paid before.")

    def _missing_sentence(self):
        count, amount = self._received()
        declared, total = self._declared()
        missing = self._money(total - amount)
        if count == declared:
            return self.env._(
                "As many disbursements as were declared have arrived (%(count)s), but %(amount)s "
                "is missing to the declared total. Amend the envelope, or cancel and send the "
                "wrong ones again.",
                count=self._count(count),
                amount=missing,
            )
        return self.env._(
            "Still to arrive: %(missing)s of %(declared)s disbursements (%(amount)s).",
            missing=self._count(declared - count),
            declared=self._count(declared),
            amount=missing,
        )

    def _waiting_for_funds(self):
        for step in (self._funds_step("check"), self._funds_step("block")):
            if step.state == "pending" and step.next_attempt_at:
                when = format_datetime(self.env, step.next_attempt_at, dt_format="short")
                return self.env._(
                    "%(problem)s. The bank is asked again at %(when)s.",
                    problem=(step.problem or self.env._("The bank said no")).rstrip("."),
                    when=when,
                )
        return False

    def _waiting_for_batches(self):
        batches = dict(
            self.env["g2p.bridge.bank.batch"]._read_group(
                [("envelope_id", "=", self.id)], ["state"], ["__count"]
            )
        )
        stuck = batches.get("failed", 0) + batches.get("uncertain", 0)
        going = sum(batches.get(state, 0) for state in ("open", "pending", "in_progress"))
        if stuck and not going:
            return self.env._("All other batches have left; a person has to decide about the rest.")
        return False

    def _waiting_for_proof(self):
        sums = self._exact_sums()
        (shipped, amount), (proved, proved_amount) = sums["shipped"], sums["reconciled"]
        if shipped <= proved:
            return self.env._("The rest of the blocked money has still to be released.")
        return self.env._(
            "The bank's statements have still to prove %(payments)s (%(amount)s).",
            payments=self._payments(shipped - proved),
            amount=self._money(amount - proved_amount),
        )

    @api.model
    def _waits_for_me_domain(self):
        """Envelopes whose next step is up to a person, and this user is one who may do it."""
        user = self.env.user
        parts = []
        if user.has_group(f"{GROUP}approver"):
            others = Domain("maker_ids", "not in", [user.id])
            anyone = self._anyone_approves_domain()
            parts.append(Domain("state", "=", "to_approve") & (others | anyone))
        if user.has_group(f"{GROUP}officer"):
            mine = Domain("program_id.responsible_id", "=", user.id)
            mine |= Domain("maker_ids", "in", [user.id])
            parts.append(mine & self._waits_for_officer_domain())
        if user.has_group(f"{GROUP}finance"):
            parts.append(self._has_step_domain("uncertain"))
        return Domain.OR(parts)

    @api.model
    def _waits_for_officer_domain(self):
        start = Domain("state", "=", "scheduled") & Domain("started_by_id", "=", False)
        start &= self._starts_by_hand_domain()
        sent_back = Domain("rejected_by_id", "!=", False) & Domain("state", "=", "receiving")
        return start | sent_back | self._has_step_domain("failed")

    @api.model
    def _has_step_domain(self, state):
        """Envelopes that need attention because of a step in this state."""
        names = ("funds_step_ids", "mapper_batch_ids", "bank_batch_ids")
        found = Domain.OR(Domain(name, "any", [("state", "=", state)]) for name in names)
        return Domain("needs_attention", "=", True) & Domain("state", "!=", "cancelled") & found

    @api.model
    def _policy_domain(self, name, value):
        """Envelopes whose program is run by this policy."""
        domain = Domain("program_id.own_policies", "=", True)
        domain &= Domain(f"program_id.{name}", "=", value)
        if getattr(self.env["g2p.bridge.program"]._default_policy(), name) == value:
            domain |= Domain("program_id.own_policies", "=", False)
        return domain
