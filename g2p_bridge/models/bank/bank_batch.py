# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import json
from decimal import Decimal

from odoo import SUPERUSER_ID, Command, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.g2p_bridge_bank_connector.lib.values import Acknowledgement, BatchState, Payment
from odoo.addons.g2p_bridge_base.lib.errors import Rejected
from odoo.addons.g2p_bridge_base.lib.frozen import Frozen
from odoo.addons.queue_job.job import Job

from ...lib.step import Claim, Outcome
from ..disbursement.disbursement_states import LEFT
from ..step.money_begun import MONEY_BEGUN
from ..step.step_states import NEVER_SENT_AGAIN


class BankBatch(models.Model):
    """Payments that are handed to the sponsor bank together.

    - That the bank never received a batch is said by two persons of finance, never by one. It is
      sent again then: said wrongly, people are paid twice where a bank does not recognise it. The
      first word is kept and changes nothing; another person's carries it out.
    - A person's word, or one debit on a statement, proves that the batch was taken and says nothing
      of each payment in it. Where the bank can be asked, it is asked once more: a payment that it
      refused would be shipped for ever, and its part of the hold would never be released.
    """

    _name = "g2p.bridge.bank.batch"
    _description = "Bank Batch"
    _inherit = ["g2p.bridge.batch.mixin", "g2p.bridge.frozen.mixin"]
    _batch_field = "bank_batch_id"
    _undeletable = MONEY_BEGUN
    _frozen = (
        Frozen("identity", ("envelope_id", "reference")),
        Frozen("sent", ("payment_date", "payload_digest")),
        Frozen("outcome", ("bank_reference",), "old.state = 'done'"),
        NEVER_SENT_AGAIN,
    )

    # === Fields ===

    entry_ids = fields.One2many(
        "g2p.bridge.statement.entry",
        "bank_batch_id",
        "Lines for the Whole Batch",
        help="Lines of statements that book the payments of this batch as one.",
    )
    proved_by = fields.Char(
        "Proved as One by",
        compute="_compute_proved_by",
        compute_sudo=True,
        help="The lines of statements that book all payments of this batch as one.",
    )
    line_amount = fields.Monetary("Amount", readonly=True)
    shipped_count = fields.Integer("Shipped", readonly=True)
    shipped_amount = fields.Monetary(readonly=True)
    rejected_count = fields.Integer("Rejected", readonly=True)
    rejected_amount = fields.Monetary(readonly=True)
    bank_reference = fields.Char(readonly=True, help="The bank's own name for the batch.")
    payment_date = fields.Date(readonly=True)
    payload_digest = fields.Char(
        readonly=True, help="SHA-256 of what was first sent: a repetition must be the same."
    )
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

    # === Compute ===

    @api.depends("entry_ids.outcome")
    @api.depends_context("lang")
    def _compute_proved_by(self):
        for batch in self:
            proof = batch.entry_ids.filtered(lambda entry: entry.outcome == "matched")
            lines = [entry._label() for entry in proof.sorted("id")]
            batch.proved_by = ", ".join(lines) or False

    # === Actions ===

    def action_bank_confirms(self):
        self.env["res.users"]._g2p_bridge_check_role("finance")
        return self.env["g2p.bridge.decision"]._open(
            self, "bank_confirms", self.env._("The bank confirms")
        )

    def action_bank_denies(self):
        self.env["res.users"]._g2p_bridge_check_role("finance")
        return self.env["g2p.bridge.decision"]._open(
            self, "bank_denies", self.env._("The bank denies")
        )

    def action_give_up(self):
        self.env["res.users"]._g2p_bridge_check_role("finance")
        return self.env["g2p.bridge.decision"]._open(
            self, "give_up_batch", self.env._("Give the batch up")
        )

    # === Steps ===

    def _step_refusal(self, now):
        refusal = super()._step_refusal(now) or self.envelope_id._shipping_refusal()
        refusal = refusal or self.envelope_id._moved_refusal(whole=False)
        if not refusal and not self._without_received():
            refusal = self.env._("Some beneficiaries of the batch are not resolved yet.")
        return refusal

    def _step_claim_question(self, now):
        # In a restored database the answer may come before what the batch itself waits for.
        if self.envelope_id._funds_step("block").state != "done" or not self._without_received():
            return Claim(refusal=self.env._("The hold or some beneficiaries are not known yet."))
        return super()._step_claim_question(now)

    def _step_prepare(self):
        """The payments of this batch: the same ones at every attempt."""
        day = self.payment_date or self.envelope_id._today()
        common, rows = self._payment_rows(day)
        digest = hashlib.sha256(repr((common, rows)).encode()).hexdigest()
        if self.payload_digest and self.payload_digest != digest:
            raise RuntimeError(f"the payments of {self.reference} changed after they were sent")
        if not self.payload_digest:
            self.write({"payment_date": day, "payload_digest": digest})
        return self._payments(common, rows)

    def _step_call(self, payments):
        if not payments:
            return Acknowledgement()
        connector = self.envelope_id.sponsor_bank_id._get_connector()
        return connector.initiate_payment(self.reference, payments)

    def _step_record_unknown(self, outcome):
        super()._step_record_unknown(outcome)
        # A statement may have been quicker than the answer.
        self.env.flush_all()
        self.env.cr.execute(
            "(SELECT e.statement_id FROM g2p_bridge_statement_entry e"
            " JOIN g2p_bridge_disbursement d ON d.id = e.disbursement_id"
            " WHERE d.bank_batch_id = %(batch)s AND e.outcome = 'matched' LIMIT 1)"
            " UNION (SELECT statement_id FROM g2p_bridge_statement_entry"
            " WHERE bank_batch_id = %(batch)s AND outcome = 'matched' LIMIT 1)",
            {"batch": self.id},
        )
        for (statement_id,) in self.env.cr.fetchall()[:1]:
            self._prove_by_statement(self.env["g2p.bridge.statement"].browse(statement_id))

    def _step_can_ask(self):
        return self.envelope_id.sponsor_bank_id.can_query_payment_status

    def _step_unknown_words(self):
        if not self.attempts or self._step_can_ask():
            return super()._step_unknown_words()
        return self.env._(
            "Unknown outcome: ask the bank whether it has taken %(payments)s of %(when)s, or wait "
            "for its statement, and decide.",
            payments=self.envelope_id._payments(self.line_count),
            when=self._step_called_at(),
        )

    def _step_ask(self):
        connector = self.envelope_id.sponsor_bank_id._get_connector()
        try:
            answer = connector.get_payment_status(self.reference)
        except Rejected as error:
            # The question is refused; of the batch itself that says nothing.
            return Outcome("unknown", code=error.code, message=error.message)
        if answer.state is BatchState.ACCEPTED:
            return Acknowledgement(answer.rejected, answer.bank_reference)
        if answer.state is BatchState.REJECTED:
            return Outcome("rejected", code=answer.error_code, message=answer.error_message)
        if answer.state is BatchState.NEVER_RECEIVED:
            return Outcome("never_received", code="NEVER_RECEIVED")
        return Outcome("unknown", code=answer.error_code or "UNKNOWN")

    def _step_done(self, acknowledgement):
        """Mark what the bank refused as rejected and all else as shipped."""
        self.bank_reference = acknowledgement.bank_reference
        self.env.flush_all()
        if acknowledgement.rejected:
            self._reject_lines(acknowledgement.rejected, "resolved")
        self.env.cr.execute(
            "UPDATE g2p_bridge_disbursement SET state = 'shipped', reason_code = NULL"
            " WHERE bank_batch_id = %s AND state = 'resolved'",
            [self.id],
        )
        self.env["g2p.bridge.disbursement"].invalidate_model()
        self._count_results()
        self._lines_changed("shipped")
        self._match_what_waited()

    def _step_max_attempts(self):
        return self.envelope_id.program_id._policy().ship_attempts

    def _step_retry_delay(self):
        return self.envelope_id.program_id._policy().ship_delay

    def _step_timeout(self):
        return self.envelope_id.sponsor_bank_id._call_timeout()

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

    # === Helpers ===

    def _match_what_waited(self):
        """Lines of statements may have come before it was known that these payments had left."""
        self.env.cr.execute(
            "SELECT array_agg(DISTINCT e.disbursement_id)"
            " FILTER (WHERE e.disbursement_id IS NOT NULL), bool_or(e.bank_batch_id IS NOT NULL)"
            " FROM g2p_bridge_statement_entry e"
            " LEFT JOIN g2p_bridge_disbursement d ON d.id = e.disbursement_id"
            " WHERE e.outcome = 'error' AND e.decision IS NULL"
            " AND (d.bank_batch_id = %(batch)s OR e.bank_batch_id = %(batch)s)",
            {"batch": self.id},
        )
        payments, whole = self.env.cr.fetchone()
        if payments or whole:
            self.env["g2p.bridge.statement"]._match_again(payments or (), self.ids if whole else ())

    def _reject_lines(self, rejected, state):
        """Mark those of this batch's payments as rejected that are in a state.

        :param rejected: the reason by disbursement_id
        :return: disbursement IDs of those that were
        """
        self.env.cr.execute(
            "UPDATE g2p_bridge_disbursement SET state = 'rejected',"
            " reason_code = %(reasons)s::jsonb ->> disbursement_id"
            " WHERE bank_batch_id = %(batch)s AND state = %(state)s"
            " AND %(reasons)s::jsonb ? disbursement_id RETURNING disbursement_id",
            {"reasons": json.dumps(rejected), "batch": self.id, "state": state},
        )
        return [row[0] for row in self.env.cr.fetchall()]

    def _lines_changed(self, reason):
        """Called in the same transaction whenever disbursements of these batches changed state.

        For addons that carry the results on. Keep it short, and let jobs do the work.

        :param reason: what has happened to them

            ============  ======================================================================
            resolved      the mapper has answered
            released      an approver has released those that were held
            asked_again   those that were unresolved are asked about, or paid, once more
            shipped       the bank has taken the batch
            rejected      the bank has said later which payments of it it refused
            proved        lines of a statement name them, while that statement is recorded
            matched       other lines than a new statement's own: those of a batch that is booked
                          as one, older ones that are matched anew, what a person has decided
            given_up      a failed batch is given up
            hold_released what has not left is given up, and its money released
            cancelled     their sender has cancelled them
            left_out      they are not to be paid, as was found just before they would leave
            ============  ======================================================================
        """

    def _count_results(self):
        """Add up what became of the lines, in numeric, straight into the batch."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            UPDATE g2p_bridge_bank_batch b
               SET shipped_count = s.shipped, shipped_amount = s.shipped_amount,
                   rejected_count = s.rejected, rejected_amount = s.rejected_amount
              FROM (SELECT COUNT(*) FILTER (WHERE state = ANY(%(left)s)) AS shipped,
                           COALESCE(SUM(disbursement_amount)
                                    FILTER (WHERE state = ANY(%(left)s)), 0) AS shipped_amount,
                           COUNT(*) FILTER (WHERE state = 'rejected') AS rejected,
                           COALESCE(SUM(disbursement_amount)
                                    FILTER (WHERE state = 'rejected'), 0) AS rejected_amount
                      FROM g2p_bridge_disbursement WHERE bank_batch_id = %(id)s) s
             WHERE b.id = %(id)s
            """,
            {"id": self.id, "left": list(LEFT)},
        )
        self.invalidate_recordset()

    def _payment_rows(self, day):
        """What is common to all payments of the batch, made on that day, and one tuple for each."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT e.sponsor_bank_account_number, c.name, COALESCE(f.bank_reference, ''),"
            " %s::date, p.benefit_program_mnemonic, e.cycle_code_mnemonic"
            " FROM g2p_bridge_bank_batch b"
            " JOIN g2p_bridge_envelope e ON e.id = b.envelope_id"
            " JOIN g2p_bridge_program p ON p.id = e.program_id"
            " JOIN res_currency c ON c.id = e.currency_id"
            " LEFT JOIN g2p_bridge_funds_step f ON f.envelope_id = e.id AND f.kind = 'block'"
            " WHERE b.id = %s",
            [day, self.id],
        )
        common = self.env.cr.fetchone()
        self.env.cr.execute(
            "SELECT disbursement_id, disbursement_amount::text, beneficiary_id,"
            " COALESCE(beneficiary_name, name_from_mapper, ''), COALESCE(account_number, ''),"
            " COALESCE(account_type, ''), COALESCE(bank_code, ''), COALESCE(branch_code, ''),"
            " COALESCE(mobile_wallet_provider, ''), COALESCE(phone, ''), COALESCE(email, ''),"
            " COALESCE(email_wallet_provider, ''), COALESCE(narrative, '')"
            " FROM g2p_bridge_disbursement"
            " WHERE bank_batch_id = %s AND state = 'resolved' ORDER BY id",
            [self.id],
        )
        return common, self.env.cr.fetchall()

    def _payments(self, common, rows):
        """:return: list of :class:`Payment`"""
        account, currency, hold, day, program, cycle = common
        return [
            Payment(
                disbursement_id,
                account,
                currency,
                Decimal(amount),
                hold,
                day,
                beneficiary_id,
                name,
                number,
                currency,
                *address,
                program,
                cycle,
            )
            for disbursement_id, amount, beneficiary_id, name, number, *address in rows
        ]

    def _without_received(self):
        """The batches among these whose lines are all resolved or left out."""
        if not self:
            return self
        self.env.cr.execute(
            "SELECT id FROM g2p_bridge_bank_batch b WHERE id = ANY(%s) AND NOT EXISTS ("
            " SELECT FROM g2p_bridge_disbursement d"
            " WHERE d.bank_batch_id = b.id AND d.state = 'received') ORDER BY id",
            [self.ids],
        )
        return self.browse([row[0] for row in self.env.cr.fetchall()])

    @api.model
    def _prove_by_statement(self, statement):
        """A debit on a statement proves that its uncertain batch was taken."""
        uncertain = self.search([("state", "=", "uncertain")])
        if not uncertain:
            return
        self.env.cr.execute(
            "SELECT d.bank_batch_id FROM g2p_bridge_disbursement d"
            " JOIN g2p_bridge_statement_entry e ON e.disbursement_id = d.id"
            " WHERE e.statement_id = %(statement)s AND e.outcome = 'matched'"
            " AND d.bank_batch_id = ANY(%(batches)s)"
            " UNION SELECT bank_batch_id FROM g2p_bridge_statement_entry"
            " WHERE statement_id = %(statement)s AND outcome = 'matched'"
            " AND bank_batch_id = ANY(%(batches)s)",
            {"statement": statement.id, "batches": uncertain.ids},
        )
        for batch in self.browse([row[0] for row in self.env.cr.fetchall()]):
            batch._settle(True, self.env._("Proved by statement %s.", statement.display_name))

    def _settle(self, taken, reason):
        """Decide an unknown outcome: the bank has taken the batch, or it never did."""
        self._step_lock()
        if self.state != "uncertain":
            raise UserError(
                self.env._("The outcome of %s is not uncertain any more.", self.display_name)
            )
        if taken:
            self._step_done(Acknowledgement())
        self._step_settle(taken, reason)
        if taken and self._step_can_ask():
            self._enqueue_rejections()

    def _give_up_lines(self, reason):
        """Give a refused batch up: its payments will not be made by this envelope."""
        self._give_up("resolved", "rejected", reason)

    def _enqueue_rejections(self, eta=None, asked=0):
        job = Job(
            self._job_rejections,
            args=(asked,),
            identity_key=f"{self._name}-rejections-{self.id}",
            eta=eta,
            description=self.env._("Rejected payments of %s", self.display_name),
        )
        self.env["queue.job"]._enqueue_once([job])

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
        self._lines_changed("rejected")
        self._match_what_waited()  # a line for the whole batch may be its total only now
        self.envelope_id._log_decision(
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
        self.envelope_id._log_decision(
            "deny", words, reason=reason, old_value="uncertain", new_value="uncertain"
        )
        self._step_alert(
            self.env._(
                "%s says that the bank never received it: confirm that, or settle it otherwise.",
                self.env.user.name,
            )
        )
