from decimal import Decimal
from uuid import NAMESPACE_OID, uuid5

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from psycopg2.errors import SerializationFailure

from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.job import Job

#: The models of everything that is carried out for an envelope.
STEPS = ("g2p.bridge.funds.step", "g2p.bridge.mapper.batch", "g2p.bridge.bank.batch")


class EnvelopeProgress(models.Model):
    """What makes an envelope move: which step may run now, and the state that people read."""

    _inherit = "g2p.bridge.envelope"

    @api.model
    def _cron_heartbeat(self, steps=("resolve", "check", "block", "ship", "release")):
        """Find whatever was left behind and let it go on. Events do the same at once."""
        self._unfinished()._advance(steps)

    @api.model
    def _unfinished(self, domain=()):
        """Envelopes that may have something before them.

        :param domain: only of these
        """
        live = self.sudo().search([*domain, ("state", "not in", ("reconciled", "cancelled"))])
        ending = self.sudo().search(
            [
                *domain,
                ("state", "=", "cancelled"),
                ("funds_step_ids.kind", "=", "release"),
                ("funds_step_ids.state", "in", ("pending", "in_progress", "uncertain")),
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
                identity_key=f"{self._name}-advance-{envelope.id}",
                description=self.env._("Advance %s", envelope.display_name),
            )
            for envelope in self
        )

    def _go_on(self):
        """Something has happened to these envelopes: start at once what it makes possible.

        A step that has a job already is left to it, and that one may look before this is
        committed: so a job of our own looks once more, afterwards.
        """
        self._advance()
        self._enqueue_advance()

    def _advance(self, steps=("resolve", "check", "block", "ship", "release")):
        """Start every step that has become possible and bring the readable state up to date.

        For who merely looks; what happens calls ``_go_on``.
        """
        for envelope in self:
            if envelope.cancellation_status == "not_cancelled":
                for step in steps:
                    getattr(envelope, f"_start_{step}")()
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
        if self._is_held_by_unresolved():
            return self.env._(
                "Unresolved beneficiaries hold the envelope: correct their IDs, ask the mapper "
                "again, or leave them out."
            )
        return self._bank_refusal()

    def _is_held_by_unresolved(self):
        """Whether the policy makes everybody wait for those whom the mapper did not know."""
        if self.program_id._policy().unresolved != "hold":
            return False
        undecided = [("envelope_id", "=", self.id), ("undecided_count", ">", 0)]
        return bool(self.mapper_batch_ids.search_count(undecided, limit=1))

    def _funding_refusal(self):
        """:return: why no funds step of this envelope may run now; None if it may"""
        if self.cancellation_status == "cancelled":
            return self.env._("The envelope is cancelled.")
        if self.paused:
            return self.env._("The envelope is paused.")
        if not self._is_complete():
            return self.env._("What was received does not equal the control totals yet.")
        restored = self.env["g2p.bridge.restore"]._refusal()
        if restored:
            return restored
        if self.rejected_by_id:
            return self.env._("The envelope was sent back: amend it or cancel it.")
        if self._approval() != "none" and not self.approved_by_id:
            return self.env._("The envelope is not approved.")
        if self._starts_by_hand() and not self.started_by_id:
            return self.env._("An officer has to start the envelope.")
        early = self.program_id._policy().process_future_dated
        if self.disbursement_schedule_date > self._today() and not early:
            return self.env._("The schedule date is not reached.")
        return self._bank_refusal()

    def _starts_by_hand(self):
        """Whether a person has to start this envelope, however ready it is."""
        return bool(self.filtered_domain(self._starts_by_hand_domain()))

    @api.model
    def _starts_by_hand_domain(self):
        """Envelopes that a person has to start: whoever asks for one, many or by SQL, asks this."""
        return self._policy_domain("start", "manual")

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

    def _refresh_state(self):
        vals = {"state": self._read_state(), "needs_attention": self._is_troubled()}
        changed = {name: value for name, value in vals.items() if self[name] != value}
        if changed:
            self.write(changed)
        if "state" in changed:
            self._state_changed()

    def _is_troubled(self):
        """Whether a step has failed, its outcome is unknown, or payments are held; one query."""
        self.env.flush_all()
        found = SQL(" OR ").join(
            SQL(
                "EXISTS (SELECT FROM %s WHERE envelope_id = %s"
                " AND state IN ('failed', 'uncertain'))",
                SQL.identifier(self.env[model]._table),
                self.id,
            )
            for model in STEPS
        )
        held = SQL(
            "EXISTS (SELECT FROM g2p_bridge_mapper_batch WHERE envelope_id = %s"
            " AND held_count > 0)",
            self.id,
        )
        found = SQL("%s OR %s", found, held)
        return self.env.execute_query(SQL("SELECT %s", found))[0][0]

    def _has_bank_batch_to_come(self):
        """Whether a bank batch may still leave."""
        to_come = [("envelope_id", "=", self.id), ("state", "not in", ("done", "cancelled"))]
        return bool(self.bank_batch_ids.search_count(to_come, limit=1))

    def _read_state(self):
        """What the facts amount to, in one word."""
        if self.cancellation_status == "cancelled":
            return "cancelled"
        check, block = self._funds_step("check"), self._funds_step("block")
        if block.state != "done":
            if self.rejected_by_id or not self._is_complete():
                return "receiving"
            if self._approval() != "none" and not self.approved_by_id:
                return "to_approve"
            begun = check.attempts or check.state not in ("pending", "open")
            return "funding" if begun else "scheduled"
        if self._has_bank_batch_to_come():
            return "shipping"
        self.invalidate_recordset(["number_of_disbursements_reconciled"])
        paid = self.number_of_disbursements_reconciled >= self.number_of_disbursements_shipped
        release = self._funds_step("release")
        return "reconciled" if paid and (not release or release.state == "done") else "shipped"

    def _close_batches(self):
        """Nothing more will arrive: what is still being filled may go."""
        for batches in (self.mapper_batch_ids, self.bank_batch_ids):
            being_filled = [("envelope_id", "in", self.ids), ("state", "=", "open")]
            batches.search(being_filled).write({"state": "pending"})

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
        self._go_on()
