# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.g2p_bridge_base.lib.errors import Rejected, Unavailable
from odoo.addons.g2p_bridge_base.lib.frozen import Frozen
from odoo.addons.queue_job.exception import RetryableJobError

from ...lib.mapper_answer import LATER
from ...lib.resolution import address_columns
from ...lib.step import Outcome
from ..disbursement.account_seen import HELD
from ..step.money_begun import MONEY_BEGUN

# Each line is looked up by its disbursement ID first (OFFSET 0 and "+ 0" leave no other way): there
# are no statistics yet of lines that have just arrived, and PostgreSQL would compare each line of
# the batch with each answer.
UPDATE_ADDRESSES = """
    UPDATE g2p_bridge_disbursement d
       SET state = a.state, reason_code = a.reason_code,
           account_type = a.account_type, account_number = a.account_number,
           bank_code = a.bank_code, branch_code = a.branch_code,
           phone = a.phone, email = a.email,
           mobile_wallet_provider = a.mobile_wallet_provider,
           email_wallet_provider = a.email_wallet_provider,
           name_from_mapper = a.name_from_mapper
      FROM unnest(%s) AS a(disbursement_id, state, reason_code, account_type,
           account_number, bank_code, branch_code, phone, email,
           mobile_wallet_provider, email_wallet_provider, name_from_mapper)
     CROSS JOIN LATERAL (
           SELECT l.id FROM g2p_bridge_disbursement l
            WHERE l.disbursement_id = a.disbursement_id
              AND l.mapper_batch_id + 0 = %s AND l.state = 'received' OFFSET 0) found
     WHERE d.id = found.id
"""
#: What our references look like.
_REFERENCE = re.compile(r"[0-9a-f]{32}")
#: Longest time after which a batch looks again whether its mapper has time for it, in seconds.
LONGEST_WAIT = 300


class MapperBatch(models.Model):
    """Beneficiary IDs that are sent to the ID mapper together.

    No more batches of one mapper are asked for at the same time than it can take. Each holds one
    of the mapper's slots meanwhile: an advisory lock of a connection of its own, which ends with
    the worker, however that ends.
    """

    _name = "g2p.bridge.mapper.batch"
    _description = "Mapper Batch"
    _inherit = ["g2p.bridge.batch.mixin", "g2p.bridge.frozen.mixin"]

    _step_has_effect = False
    _batch_field = "mapper_batch_id"
    _undeletable = MONEY_BEGUN
    _frozen = (Frozen("identity", ("envelope_id", "reference")),)

    # === Fields ===

    reference = fields.Char(index=True)
    resolved_count = fields.Integer("Resolved", readonly=True)
    resolved_amount = fields.Monetary(readonly=True)
    unresolved_count = fields.Integer("Unresolved", readonly=True)
    unresolved_amount = fields.Monetary(readonly=True)
    undecided_count = fields.Integer(
        "To Decide",
        readonly=True,
        help="Unresolved beneficiaries that nobody has decided to leave out.",
    )
    held_count = fields.Integer(
        "Held",
        readonly=True,
        help="Beneficiaries with an address that nobody has approved, see the policy of the "
        "program: an approver releases them, or an officer leaves them out.",
    )

    # === Actions ===

    def action_give_up(self):
        self.env["res.users"]._g2p_bridge_check_role("officer")
        return self.env["g2p.bridge.decision"]._open(
            self, "give_up_resolution", self.env._("Leave these beneficiaries out")
        )

    # === Steps ===

    def _step_refusal(self, now):
        refusal = super()._step_refusal(now)
        if not refusal and self.envelope_id.paused:
            refusal = self.env._("The envelope is paused.")
        mapper = self.envelope_id.mapper_id
        if not refusal and not mapper.is_confirmed:
            refusal = self.env._("The mapper %s waits for a second person.", mapper.name)
        if not refusal and mapper.environment == "disabled":
            refusal = self.env._("The mapper %s is disabled.", mapper.name)
        return refusal

    def _step_prepare(self):
        """The questions, and whether this is the last attempt to ask them.

        :return: ([(reference_id, beneficiary_id)], bool); the reference is the
            disbursement's own ID
        """
        self.env.cr.execute(
            "SELECT disbursement_id, beneficiary_id FROM g2p_bridge_disbursement"
            " WHERE mapper_batch_id = %s AND state = 'received' ORDER BY id",
            [self.id],
        )
        return self.env.cr.fetchall(), self.attempts >= self._step_max_attempts()

    def _step_call(self, payload):
        requests, is_last = payload
        if not requests:
            return []
        mapper = self.envelope_id.mapper_id
        answers = mapper._get_connector().resolve(self.reference, requests)
        if answers is LATER:
            return Outcome("waiting")
        unanswered = sum(1 for answer in answers.values() if not answer.answered)
        if unanswered and not is_last:
            raise Unavailable(
                "INCOMPLETE_ANSWER", self.env._("%s IDs were not answered.", unanswered)
            )
        return address_columns(requests, answers)

    def _step_done(self, rows):
        """Write all addresses at once.

        :param rows: see :func:`address_columns`
        """
        if rows:
            columns = [SQL("%s::text[]", list(column)) for column in zip(*rows, strict=True)]
            self.env.cr.execute(SQL(UPDATE_ADDRESSES, SQL(", ").join(columns), self.id))
            self.envelope_id._hold_odd_accounts(self)
        self.env["g2p.bridge.disbursement"].invalidate_model()
        self._count_results()
        self._bank_batches()._lines_changed("resolved")

    def _step_max_attempts(self):
        return self.envelope_id.program_id._policy().resolve_attempts

    def _step_retry_delay(self):
        return self.envelope_id.program_id._policy().resolve_delay

    def _step_patience(self):
        return self.envelope_id.mapper_id.call_back_minutes

    def _job_step(self):
        self = self.exists().sudo()
        mapper = self.envelope_id.mapper_id
        if not mapper:
            return super()._job_step()
        with self.env.registry.cursor() as cr:
            if not mapper._take_slot(cr):
                raise RetryableJobError(
                    self.env._("The mapper has enough to do."),
                    seconds=self._seconds_to_wait(mapper),
                    ignore_retry=True,
                )
            result = super()._job_step()
        # The slot is free now: the batch that waits longest for it need not wait for the clock.
        self._in_own_transaction("_bring_next_forward")
        return result

    # === Helpers ===

    def _count_results(self):
        """Add the lines up in SQL, so that a cancellation in between is never counted."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            UPDATE g2p_bridge_mapper_batch b
               SET resolved_count = s.resolved, resolved_amount = s.resolved_amount,
                   unresolved_count = s.unresolved, unresolved_amount = s.unresolved_amount,
                   undecided_count = s.undecided, held_count = s.held
              FROM (SELECT COUNT(*) FILTER (WHERE state <> ALL(%(apart)s)) AS resolved,
                           COALESCE(SUM(disbursement_amount)
                                    FILTER (WHERE state <> ALL(%(apart)s)), 0) AS resolved_amount,
                           COUNT(*) FILTER (WHERE state = 'unresolved') AS unresolved,
                           COALESCE(SUM(disbursement_amount)
                                    FILTER (WHERE state = 'unresolved'), 0) AS unresolved_amount,
                           COUNT(*) FILTER (WHERE state = 'unresolved'
                                            AND left_out IS NOT TRUE) AS undecided,
                           COUNT(*) FILTER (WHERE state = 'unresolved' AND left_out IS NOT TRUE
                                            AND reason_code = ANY(%(held)s)) AS held
                      FROM g2p_bridge_disbursement WHERE mapper_batch_id = %(id)s) s
             WHERE b.id = %(id)s
            """,
            {
                "id": self.id,
                "apart": ["unresolved", "cancelled", "received"],
                "held": list(HELD),
            },
        )
        self.invalidate_recordset()

    def _resolve_unresolved_again(self, envelope, chosen=None):
        """Move unresolved lines of an envelope into new batches of both kinds.

        Their former bank batch may have left without them, so they go into a new
        one: a disbursement is in one bank batch at most, and in one that will leave.

        :param chosen: record IDs of the lines; by default all that nobody has decided to
            leave out, or has corrected too late for the envelope
        """
        self.env.cr.execute(
            SQL(
                "SELECT d.id FROM g2p_bridge_disbursement d"
                " WHERE d.envelope_id = %s AND d.state = 'unresolved' AND NOT EXISTS ("
                "   SELECT FROM g2p_bridge_disbursement_all r WHERE r.reissue_of_id = d.id) AND %s"
                " ORDER BY d.id",
                envelope.id,
                SQL("d.id = ANY(%s)", chosen) if chosen else self._by_default(envelope),
            )
        )
        ids = [row[0] for row in self.env.cr.fetchall()]
        if not ids:
            return
        self.env["g2p.bridge.restore"]._check_confirmed()
        envelope._touch()
        if envelope.approved_by_id:
            envelope._note_accounts()
        policy = envelope.program_id._policy()
        for model, size in (
            ("g2p.bridge.bank.batch", policy.bank_batch_size),
            ("g2p.bridge.mapper.batch", policy.mapper_batch_size),
        ):
            self.env[model]._move_in(envelope, ids, size)
        for batch in self:
            batch._count_results()
        envelope._close_batches()
        envelope._put_on_record(
            "resolve_again",
            self.env._("The mapper is asked again. Beneficiaries: %s", envelope._count(len(ids))),
            lines=[str(number) for number in ids],
        )
        envelope.bank_batch_ids.filtered(lambda batch: batch.state == "pending")._lines_changed(
            "asked_again"
        )

    def _by_default(self, envelope):
        """The condition of lines that are asked about again when nobody chooses."""
        undecided = SQL("d.left_out IS NOT TRUE")
        if envelope._takes_corrections():
            return undecided
        return SQL("%s AND d.beneficiary_id_received IS NULL", undecided)

    def _give_up_lines(self, reason):
        """Stop asking: the beneficiaries are left out as unresolved."""
        self._give_up("received", "unresolved", reason)

    @api.model
    def _asked(self, mapper, transaction):
        """:return: the batch that a mapper was asked for under this name, or no record"""
        if not _REFERENCE.fullmatch(transaction):
            return self.browse()
        return self.sudo().search(
            [("reference", "=", transaction), ("envelope_id.mapper_id", "=", mapper.id)]
        )

    def _take_call_back(self, connector, body):
        """Record the answers, if they are still waited for.

        Early, late, again, in pieces: what has an answer is never asked or written again,
        and what has none stays as it was.

        :return: ``taken``, ``partial`` (some questions are still open) or ``late``
        :raises ValueError: it is no call-back
        """
        self._step_lock()
        requests, _is_last = self._step_prepare()
        try:
            answers = connector.read_call_back(body, requests)
        except Rejected as error:
            outcome = Outcome("rejected", code=error.code, message=error.message)
        else:
            answered = [request for request in requests if answers[request[0]].answered]
            outcome = Outcome("done", address_columns(answered, answers))
        if not self._step_awaits_answer():
            return "late"
        if outcome.kind == "done" and len(outcome.result) < len(requests):
            self._step_done(outcome.result)
            self.envelope_id._enqueue_advance()
            return "partial"
        self._step_take_answer(outcome)
        return "taken"

    def _seconds_to_wait(self, mapper):
        """The more batches wait, the later each of them looks again."""
        waiting = self.search_count(
            [("state", "=", "pending"), ("envelope_id.mapper_id", "=", mapper.id)]
        )
        return min(5 + waiting // mapper.parallel_batches, LONGEST_WAIT)

    def _bring_next_forward(self):
        """Start the job of the mapper's next batch that is due and was sent away."""
        self.env.cr.execute(
            """
            UPDATE queue_job SET eta = NULL
             WHERE id = (SELECT j.id FROM queue_job j
                           JOIN g2p_bridge_mapper_batch b
                             ON j.identity_key = 'g2p.bridge.mapper.batch-' || b.id
                           JOIN g2p_bridge_envelope e ON e.id = b.envelope_id
                          WHERE j.state = 'pending' AND j.eta > now() AT TIME ZONE 'UTC'
                            AND b.state = 'pending' AND b.next_attempt_at IS NULL
                            AND e.mapper_id = %s
                          ORDER BY j.id LIMIT 1 FOR NO KEY UPDATE OF j SKIP LOCKED)
            """,
            [self.envelope_id.mapper_id.id],
        )
