# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal
from uuid import NAMESPACE_OID, uuid5

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime
from psycopg2.errors import SerializationFailure

from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.job import Job

from ..step.step_states import CALLED, GOING, HAS_BEGUN, PROBLEM
from ..step.step_states import ENDED as STEP_ENDED
from .envelope_states import (
    BEFORE_FUNDS,
    ENDED,
    FUNDABLE,
    GOES_ON,
    HAS_PROBLEM,
    NOT_SHIPPED,
    SENT_BACK,
    STARTED,
    next_state,
)

#: The models of everything that is carried out for an envelope.
STEPS = ("g2p.bridge.funds.step", "g2p.bridge.mapper.batch", "g2p.bridge.bank.batch")
#: What can be started, in its order.
STARTS = ("resolve", "check", "block", "ship", "release")
GROUP = "g2p_bridge_base.group_"


class EnvelopeProgress(models.Model):
    """What makes an envelope move: which step may run now, and the state that people read."""

    _inherit = "g2p.bridge.envelope"

    # === Fields ===

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
    is_overdue = fields.Boolean(
        "Overdue",
        compute="_compute_is_overdue",
        search="_search_is_overdue",
        help="The schedule date is past and the payments have not all left",
    )

    # === Compute ===

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
        concerned = self.filtered("needs_attention")
        for model in STEPS if concerned else ():
            domain = [("envelope_id", "in", concerned.ids), ("state", "=", "failed")]
            groups = self.env[model].sudo()._read_group(domain, ["envelope_id"])
            failed = failed.union(*(envelope for (envelope,) in groups))
        for envelope in self:
            envelope.can_try_again = envelope in failed

    @api.depends_context("uid")
    def _compute_waits_for_me(self):
        mine = self.search(Domain("id", "in", self.ids) & self._waits_for_me_domain())
        for envelope in self:
            envelope.waits_for_me = envelope in mine

    @api.depends("state", "disbursement_schedule_date")
    def _compute_is_overdue(self):
        overdue = self.filtered_domain(self._overdue_domain())
        for envelope in self:
            envelope.is_overdue = envelope in overdue

    @api.model
    def _search_is_overdue(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return self._overdue_domain()

    @api.model
    def _search_waits_for_me(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return self._waits_for_me_domain()

    # === Steps ===

    @api.model
    def _cron_heartbeat(self, steps=STARTS):
        """Let everything go on that can. Events do the same at once."""
        self._unfinished()._advance(steps)

    @api.model
    def _unfinished(self, domain=()):
        """Envelopes that may have something before them.

        :param domain: only of these
        """
        live = self.sudo().search(Domain(list(domain)) & ~ENDED.domain())
        ending = self.sudo().search(
            [
                *domain,
                ("state", "=", "cancelled"),
                ("funds_step_ids.kind", "=", "release"),
                ("funds_step_ids.state", "in", (*CALLED, "pending")),
            ]
        )
        return live | ending

    def _job_advance(self):
        self.env["queue.job"]._cover_waiting()
        try:
            self.exists().sudo()._advance()
            self.env.flush_all()
        except SerializationFailure as error:
            # Somebody was quicker: look at what they made of it, however often that happens.
            raise RetryableJobError(str(error), seconds=1, ignore_retry=True) from error

    def _enqueue_advance(self):
        """Look at these envelopes soon, once, after what is being committed now."""
        self.env["queue.job"]._enqueue_once(
            Job(
                envelope._job_advance,
                identity_key=self._advance_key(envelope.id),
                description=self.env._("Advance %s", envelope.display_name),
            )
            for envelope in self
        )

    def _advance_key(self, number):
        """:return: what the jobs that look at the envelope with this record ID are known by"""
        return f"{self._name}-advance-{number}"

    def _go_on(self):
        """Something has happened to these envelopes: start at once what it makes possible.

        A step that has a job already is left to it, and that one may look before this is
        committed: so a job of our own looks once more, afterwards.
        """
        self._advance()
        self._enqueue_advance()

    def _advance(self, steps=STARTS):
        """Start every step that has become possible and bring the readable state up to date.

        For who merely looks; what happens calls ``_go_on``.
        """
        for envelope in self:
            if envelope.cancellation_status == "not_cancelled":
                starts = {
                    "resolve": envelope._start_resolve,
                    "check": envelope._start_check,
                    "block": envelope._start_block,
                    "ship": envelope._start_ship,
                    "release": envelope._start_release,
                }
                for step in steps:
                    starts[step]()
            elif "release" in steps:
                envelope._funds_step("release")._enqueue_open()
            envelope._refresh_state()
            envelope._ask_about_held()

    def _start_resolve(self):
        if not self.paused:
            self.mapper_batch_ids._enqueue_open()

    def _start_check(self):
        step = self._funds_step("check")
        if not step._refusal_of_envelope():
            step._enqueue_open()

    def _start_block(self):
        step = self._funds_step("block")
        if not step._refusal_of_envelope():
            step._enqueue_open()

    def _start_ship(self):
        if not self._shipping_refusal():
            self.bank_batch_ids._without_job()._without_received()._step_enqueue()

    def _start_release(self):
        """Give back what the hold has left, once nothing of it can be used any more."""
        block = self._funds_step("block")
        if block.state != "done" or self._has_bank_batch_to_come() or self._held_count():
            return
        if not self._funds_step("release") and self._hold_remainder() > 0:
            self._create_release()
        self._funds_step("release")._enqueue_open()

    def _create_release(self):
        if self._funds_step("release"):
            return
        if not self.sponsor_bank_id.can_release_funds:
            self._ask_for_help(self.env._("The bank can't release a hold by itself: ask it to."))
            return
        # Made from the hold's reference: a restored database makes the same one again, and
        # the bank knows it.
        reference = uuid5(NAMESPACE_OID, f"release {self._funds_step('block').reference}").hex
        self.env["g2p.bridge.funds.step"].create(
            {"envelope_id": self.id, "kind": "release", "reference": reference}
        )

    def _refresh_state(self):
        vals = {"state": next_state(self), "needs_attention": self._has_problem()}
        changed = {name: value for name, value in vals.items() if self[name] != value}
        if changed:
            self.write(changed)
        if "state" in changed:
            self._state_changed()

    def _close_batches(self):
        """Nothing more will arrive: what is still being filled may go."""
        for batches in (self.mapper_batch_ids, self.bank_batch_ids):
            being_filled = [("envelope_id", "in", self.ids), ("state", "=", "open")]
            batches.search(being_filled).write({"state": "pending"})

    def _job_restored(self, said):
        """Tell it on every envelope that is not finished, and go on with what may go on.

        What had not arrived completely waits for a person: disbursements that came after the
        backup are missing, though they may have been paid.
        """
        live = self.sudo().search(~ENDED.domain())
        for envelope in live:
            envelope.message_post(body=said)
        reason = self.env._(
            "It was not complete in the backup. Ask its sender what was sent after that, and "
            "the bank whether it was paid."
        )
        incomplete = live.filtered(lambda envelope: envelope.state == "receiving")
        incomplete._pause(reason)
        for envelope in incomplete:
            envelope._ask_for_help(self.env._("Restored from a backup: %s", reason))
        self._cron_heartbeat()

    # === Helpers ===

    def _hold_remainder(self):
        """:return: Decimal amount of the hold that no shipped payment uses"""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT COALESCE(MAX(f.amount), 0)::text, (SELECT"
            " COALESCE(SUM(shipped_amount), 0)::text FROM g2p_bridge_bank_batch b"
            " WHERE b.envelope_id = %(id)s) FROM g2p_bridge_funds_step f"
            " WHERE f.envelope_id = %(id)s AND f.kind = 'block' AND f.state = 'done'",
            {"id": self.id},
        )
        blocked, shipped = map(Decimal, self.env.cr.fetchone())
        return blocked - shipped

    def _shipping_refusal(self):
        """:return: why no batch of this envelope may leave now, in words; None if it may"""
        refusal = self._hold_up()
        if refusal:
            return refusal
        if not self._is_blocked():
            return self.env._("The funds are not blocked.")
        if self._funds_step("release"):
            return self.env._("The rest of the hold is already being released.")
        if self._is_held_by_unresolved():
            return self.env._(
                "Unresolved beneficiaries hold the envelope: correct their IDs, ask the mapper "
                "again, or leave them out."
            )
        return self._bank_refusal() or self._reapproval_refusal()

    def _is_held_by_unresolved(self):
        """Whether the policy makes everybody wait for those whom the mapper did not know."""
        if self.program_id._policy().unresolved != "hold":
            return False
        undecided = [("envelope_id", "=", self.id), ("undecided_count", ">", 0)]
        return bool(self.mapper_batch_ids.search_count(undecided, limit=1))

    def _funding_refusal(self):
        """:return: why no funds step of this envelope may run now; None if it may"""
        refusal = self._hold_up()
        if refusal:
            return refusal
        if not self._is_complete():
            return self.env._("What was received does not equal the control totals yet.")
        restored = self.env["g2p.bridge.restore"]._refusal()
        if restored:
            return restored
        if self.rejected_by_id:
            return self.env._("The envelope was sent back: amend it or cancel it.")
        if self._lacks_approval():
            return self.env._("The envelope is not approved.")
        if self._starts_by_hand() and not self.started_by_id:
            return self.env._("An officer has to start the envelope.")
        if not self._is_due():
            return self.env._("The schedule date is not reached.")
        return self._bank_refusal()

    def _hold_up(self):
        """:return: why nothing of this envelope goes on, whatever it is; None if it does"""
        if GOES_ON.holds(self):
            return None
        if self.cancellation_status == "cancelled":
            return self.env._("The envelope is cancelled.")
        return self.env._("The envelope is paused.")

    @api.model
    def _may_be_funded_domain(self):
        """Envelopes whose money the bank may be asked for now, if the bank itself is in order.

        ``_funding_refusal`` says the same of one, in words; whether it is complete and approved
        is read from its state.
        """
        started = STARTED.domain() | ~self._starts_by_hand_domain()
        return GOES_ON.domain() & FUNDABLE.domain() & started & self._due_domain()

    @api.model
    def _awaits_start_domain(self):
        """Envelopes that are ready but for a person who starts them, and is to start them."""
        waiting = Domain("state", "=", "scheduled") & ~STARTED.domain()
        return waiting & self._starts_by_hand_domain()

    def _starts_by_hand(self):
        """Whether a person has to start this envelope, however ready it is."""
        return bool(self.filtered_domain(self._starts_by_hand_domain()))

    @api.model
    def _starts_by_hand_domain(self):
        """Envelopes that a person has to start: the rule for one envelope, for many and in SQL."""
        return self._policy_domain("start", "manual")

    def _is_due(self):
        """Whether its schedule date is reached, or its program pays before it."""
        return bool(self.filtered_domain(self._due_domain(self.company_id)))

    @api.model
    def _due_domain(self, companies=None):
        """Envelopes whose schedule date is reached, or whose programs pay before it.

        :param companies: whose envelopes are asked for, by default all; each has its own today
        """
        today = self._scheduled_domain("<=", companies)
        return today | self._policy_domain("process_future_dated", True)

    @api.model
    def _overdue_domain(self):
        """Envelopes whose schedule date is past and whose money has not all left."""
        return NOT_SHIPPED.domain() & self._scheduled_domain("<")

    @api.model
    def _scheduled_domain(self, operator, companies=None):
        """Envelopes whose schedule date compares so with today, which is each company's own.

        :param companies: whose envelopes are asked for, by default all
        """
        if companies is None:
            every = self.env["res.company"].sudo().with_context(active_test=False)
            companies = every.search(Domain.TRUE)
        days = companies.grouped(lambda company: company._g2p_bridge_today())
        return Domain.OR(
            Domain("company_id", "in", here.ids)
            & Domain("disbursement_schedule_date", operator, day)
            for day, here in days.items()
        )

    def _bank_refusal(self):
        bank = self.sponsor_bank_id
        if not bank.is_confirmed:
            return self.env._("The sponsor bank %s waits for a second person.", bank.name)
        if bank.environment == "disabled":
            return self.env._("The sponsor bank %s is disabled.", bank.name)
        return None

    def _today(self):
        """Today in the time zone of the envelope's company."""
        return self.company_id._g2p_bridge_today()

    def _has_problem(self):
        """Whether it needs a person; one query."""
        self.env.flush_all()
        self.env.cr.execute(
            f"SELECT {HAS_PROBLEM.sql('e')} FROM g2p_bridge_envelope e WHERE e.id = %s", [self.id]
        )
        return self.env.cr.fetchone()[0]

    def _is_blocked(self):
        """Whether the bank holds its money."""
        return self._funds_step("block").state == "done"

    def _has_asked_for_money(self):
        """Whether the bank was asked for its money, or is being asked."""
        return HAS_BEGUN.holds(self._funds_step("check"))

    def _has_bank_batch_to_come(self):
        """Whether a bank batch may still leave."""
        to_come = Domain("envelope_id", "=", self.id) & ~STEP_ENDED.domain()
        return bool(self.bank_batch_ids.search_count(to_come, limit=1))

    def _is_proved(self):
        """Whether statements show as many payments as were shipped."""
        self.invalidate_recordset(["number_of_disbursements_reconciled"])
        return self.number_of_disbursements_reconciled >= self.number_of_disbursements_shipped

    def _is_released(self):
        """Whether no rest of the hold waits for the bank to give it back."""
        release = self._funds_step("release")
        return not release or release.state == "done"

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
        if not self._is_due():
            day = format_date(self.env, self.disbursement_schedule_date)
            return self.env._("It starts by itself on its schedule date, %s.", day)
        return refusal

    def _waiting_for_approval(self):
        if self._is_own_work() and self.env.user.has_group(f"{GROUP}approver"):
            sentence = self.env._(
                "Another approver has to release it, because you had a part in making it. "
                "Nothing is paid before."
            )
        else:
            sentence = self.env._("An approver has to release it. Nothing is paid before.")
        if not (self.reapproval_reason and self._awaits_reapproval()):
            return sentence
        why = self.env._("What directs its money has changed: %s.", self.reapproval_reason)
        return f"{sentence} {why}"

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
        stuck = sum(batches.get(state, 0) for state in PROBLEM)
        going = sum(batches.get(state, 0) for state in GOING)
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
        sent_back = SENT_BACK.domain() & Domain("state", "=", "receiving")
        return self._awaits_start_domain() | sent_back | self._has_step_domain("failed")

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
