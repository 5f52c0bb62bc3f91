from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError


class EnvelopeProgress(models.Model):
    """What makes an envelope move: which step may run now, and the state that people read."""

    _inherit = "g2p.bridge.envelope"

    waiting_for = fields.Char(
        compute="_compute_waiting_for", help="Why the next step does not run now."
    )
    can_start = fields.Boolean(compute="_compute_waiting_for")

    @api.depends("state", "paused", "started_by_id")
    def _compute_waiting_for(self):
        for envelope in self:
            refusal = False
            if envelope.state in ("receiving", "to_approve", "scheduled", "funding"):
                refusal = envelope.sudo()._funding_refusal()
            elif envelope.state == "shipping":
                refusal = envelope.sudo()._shipping_refusal()
            envelope.waiting_for = refusal
            manual = envelope.sudo()._starts_by_hand()
            waits = envelope.state in ("receiving", "to_approve", "scheduled")
            envelope.can_start = manual and waits and not envelope.started_by_id

    @api.model
    def _cron_heartbeat(self, steps=("resolve", "check", "block", "ship", "release")):
        """Find whatever was left behind and let it go on. Events do the same at once."""
        live = self.sudo().search([("state", "not in", ("reconciled", "cancelled"))])
        ending = self.sudo().search(
            [
                ("state", "=", "cancelled"),
                ("funds_step_ids.kind", "=", "release"),
                ("funds_step_ids.state", "in", ("pending", "in_progress", "uncertain")),
            ]
        )
        (live | ending)._advance(steps)

    def _job_advance(self):
        self.exists().sudo()._advance()

    def _enqueue_advance(self):
        """Look at these envelopes soon, once, after what is being committed now."""
        for envelope in self:
            envelope.with_delay(
                identity_key=f"{self._name}-advance-{envelope.id}",
                description=self.env._("Advance %s", envelope.display_name),
            )._job_advance()

    def _advance(self, steps=("resolve", "check", "block", "ship", "release")):
        """Start every step that has become possible and bring the readable state up to date."""
        for envelope in self:
            if envelope.cancellation_status == "not_cancelled":
                for step in steps:
                    getattr(envelope, f"_start_{step}")()
            elif "release" in steps:
                envelope._funds_step("release")._enqueue_open()
            envelope._refresh_state()

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
            self.bank_batch_ids._without_received()._enqueue_open()

    def _start_release(self):
        """Give back what the hold has left, once nothing of it can be used any more."""
        block = self._funds_step("block")
        if block.state != "done" or not self.bank_batch_ids._all_final():
            return
        if not self._funds_step("release") and self._hold_remainder() > 0:
            self._create_release()
        self._funds_step("release")._enqueue_open()

    def _create_release(self):
        if self._funds_step("release"):
            return
        if not self.sponsor_bank_id.can_release_funds:
            note = self.env._("The bank can't release a hold by itself: ask it to.")
            if note not in self.activity_ids.mapped("summary"):
                self.activity_schedule(
                    "mail.mail_activity_data_warning",
                    summary=note,
                    user_id=self._responsible_user().id,
                )
            return
        self.env["g2p.bridge.funds.step"].create({"envelope_id": self.id, "kind": "release"})

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
        if self.cancellation_status == "cancelled":
            return self.env._("The envelope is cancelled.")
        if self.paused:
            return self.env._("The envelope is paused.")
        if self._funds_step("block").state != "done":
            return self.env._("The funds are not blocked.")
        if self._funds_step("release"):
            return self.env._("The rest of the hold is already being released.")
        held = self.program_id._policy().unresolved == "hold"
        if held and sum(self.mapper_batch_ids.mapped("unresolved_count")):
            return self.env._("Unresolved beneficiaries hold the envelope.")
        return self._bank_refusal()

    def _funding_refusal(self):
        """:return: why no funds step of this envelope may run now; None if it may"""
        if self.cancellation_status == "cancelled":
            return self.env._("The envelope is cancelled.")
        if self.paused:
            return self.env._("The envelope is paused.")
        if not self._is_complete():
            return self.env._("What was received does not equal the control totals yet.")
        policy = self.program_id._policy()
        if policy.approval != "none" and not self.approved_by_id:
            return self.env._("The envelope is not approved.")
        if self._starts_by_hand() and not self.started_by_id:
            return self.env._("An officer has to start the envelope.")
        if self.disbursement_schedule_date > self._today() and not policy.process_future_dated:
            return self.env._("The schedule date is not reached.")
        return self._bank_refusal()

    def _starts_by_hand(self):
        """Whether a person has to start this envelope, however ready it is."""
        return self.program_id._policy().start == "manual"

    def _bank_refusal(self):
        if self.sponsor_bank_id.environment == "disabled":
            return self.env._("The sponsor bank %s is disabled.", self.sponsor_bank_id.name)
        return None

    def _today(self):
        """Today in the time zone of the envelope's company."""
        return self.company_id._g2p_bridge_today()

    def _refresh_state(self):
        state = self._read_state()
        troubled = any(
            step.state in ("failed", "uncertain") for steps in self._steps() for step in steps
        )
        vals = {"state": state, "needs_attention": troubled}
        changed = {name: value for name, value in vals.items() if self[name] != value}
        if changed:
            self.write(changed)

    def _read_state(self):
        """What the facts amount to, in one word."""
        if self.cancellation_status == "cancelled":
            return "cancelled"
        check, block = self._funds_step("check"), self._funds_step("block")
        if block.state != "done":
            if not self._is_complete():
                return "receiving"
            if self.program_id._policy().approval != "none" and not self.approved_by_id:
                return "to_approve"
            begun = check.attempts or check.state not in ("pending", "open")
            return "funding" if begun else "scheduled"
        if not self.bank_batch_ids._all_final():
            return "shipping"
        self.invalidate_recordset(["number_of_disbursements_reconciled"])
        paid = self.number_of_disbursements_reconciled >= self.number_of_disbursements_shipped
        release = self._funds_step("release")
        return "reconciled" if paid and (not release or release.state == "done") else "shipped"

    def _close_batches(self):
        """Nothing more will arrive: what is still being filled may go."""
        for batches in (self.mapper_batch_ids, self.bank_batch_ids):
            batches.filtered(lambda batch: batch.state == "open").write({"state": "pending"})

    def _resolve_again(self):
        """Put unresolved beneficiaries into new mapper batches and let shipping wait for them."""
        for envelope in self:
            if envelope._funds_step("release"):
                raise UserError(
                    self.env._(
                        "The hold of %s has been released, so nobody can be added to it any "
                        "more. Pay the unresolved beneficiaries by a new envelope.",
                        envelope.display_name,
                    )
                )
            envelope.mapper_batch_ids._resolve_unresolved_again(envelope)
        self._advance()
