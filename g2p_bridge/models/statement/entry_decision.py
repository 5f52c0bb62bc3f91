from odoo import fields, models
from odoo.exceptions import ConcurrencyError, UserError
from psycopg2.errors import UniqueViolation

from odoo.addons.g2p_bridge_bank_connector.lib.entry import BACK as MONEY_BACK

from ..matching_sql import BACK, COUNT_NAMES, OUT

# Open again: what was wrong at first is wrong again, and the line names whom it named.
REOPEN = """
    UPDATE g2p_bridge_statement_entry e
       SET outcome = 'error', error_reason = COALESCE(e.found_error, 'REOPENED'),
           ordinal = NULL, payment_count = NULL,
           bank_batch_id = CASE WHEN e.found_error IS NULL OR e.found_error = 'BATCH_MISMATCH'
                                THEN e.bank_batch_id END,
           disbursement_id = CASE WHEN e.found_error IS NOT NULL THEN (
               SELECT d.id FROM g2p_bridge_disbursement d
                 JOIN g2p_bridge_envelope n ON n.id = d.envelope_id
                 JOIN g2p_bridge_statement s ON s.id = e.statement_id
                WHERE d.disbursement_id = e.reference AND n.company_id = s.company_id
                  AND n.sponsor_bank_account_number = s.account_number) END
     WHERE e.id = ANY(%(ids)s)
"""
NOT_OURS = """
    UPDATE g2p_bridge_statement_entry
       SET outcome = 'not_ours', found_error = COALESCE(found_error, error_reason),
           error_reason = NULL, disbursement_id = NULL, bank_batch_id = NULL
     WHERE id = ANY(%(ids)s)
"""
MATCH = """
    UPDATE g2p_bridge_statement_entry
       SET outcome = 'matched', found_error = COALESCE(found_error, error_reason),
           error_reason = NULL, disbursement_id = %(disbursement)s, bank_batch_id = NULL,
           ordinal = %(ordinal)s
     WHERE id = ANY(%(ids)s)
"""
MATCH_WHOLE = """
    UPDATE g2p_bridge_statement_entry
       SET outcome = 'matched', found_error = COALESCE(found_error, error_reason),
           error_reason = NULL, disbursement_id = NULL, bank_batch_id = %(batch)s,
           ordinal = %(ordinal)s, payment_count = %(payments)s
     WHERE id = ANY(%(ids)s)
"""
SIGN = """
    UPDATE g2p_bridge_statement_entry
       SET decision = %s, decided_by_id = %s, decided_at = %s, decision_reason = %s,
           found_error = NULLIF(found_error, 'REOPENED')
     WHERE id = ANY(%s)
"""
# Nobody else matches these payments, or decides about them, before this is committed: whoever
# does is turned into a conflict, as is this by who did.
CLAIM_PAYMENTS = """
    UPDATE g2p_bridge_disbursement d SET state = d.state
      FROM (SELECT id FROM g2p_bridge_disbursement
             WHERE id = ANY(%(payments)s) OR bank_batch_id = ANY(%(batches)s)
             ORDER BY id FOR NO KEY UPDATE) c
     WHERE d.id = c.id
"""
# What would stand of each payment, or whole batch, without the lines that are opened: a return
# needs a debit before it, and a payment stands once.
WITHOUT = f"""
    SELECT e.id, other.id, e.mark IN {BACK}
      FROM g2p_bridge_statement_entry e
     CROSS JOIN LATERAL (
           SELECT MAX(o.id) FILTER (WHERE o.mark IN {OUT}) AS debit,
                  MAX(o.id) FILTER (WHERE o.mark IN {BACK}) AS return,
                  COUNT(*) FILTER (WHERE o.mark IN {OUT}) AS outs,
                  COUNT(*) FILTER (WHERE o.mark IN {BACK}) AS backs
             FROM g2p_bridge_statement_entry o
            WHERE o.outcome = 'matched' AND o.id <> ALL(%(ids)s)
              AND (o.disbursement_id = e.disbursement_id OR o.bank_batch_id = COALESCE(
                   e.bank_batch_id,
                   (SELECT bank_batch_id FROM g2p_bridge_disbursement
                     WHERE id = e.disbursement_id)))) stands
      JOIN g2p_bridge_statement_entry other
        ON other.id = CASE WHEN stands.backs > stands.outs THEN stands.return
                           WHEN stands.outs > stands.backs + 1 THEN stands.debit END
     WHERE e.id = ANY(%(ids)s) AND e.outcome = 'matched'
     ORDER BY e.id LIMIT 1
"""
REISSUED_AS = """
    SELECT e.id, d.disbursement_id, n.disbursement_id FROM g2p_bridge_statement_entry e
      JOIN g2p_bridge_disbursement d
        ON d.id = e.disbursement_id OR d.bank_batch_id = e.bank_batch_id
      JOIN LATERAL (
           SELECT * FROM g2p_bridge_disbursement_all r
            WHERE r.reissue_of_id = d.id LIMIT 1) n ON TRUE
     WHERE e.id = ANY(%(ids)s) AND e.outcome = 'matched'
     ORDER BY e.id, d.id LIMIT 1
"""
# Lines of a payment's batch as a whole count with its own.
RETURNS_OF_WHOLE = f"""
    SELECT e.id, own.id FROM g2p_bridge_statement_entry e
      JOIN g2p_bridge_disbursement d ON d.bank_batch_id = e.bank_batch_id
      JOIN g2p_bridge_statement_entry own ON own.disbursement_id = d.id
       AND own.outcome = 'matched' AND own.mark IN {BACK} AND own.id <> ALL(%(ids)s)
     WHERE e.id = ANY(%(ids)s) AND e.outcome = 'matched' AND e.mark IN {OUT}
     ORDER BY e.id, own.id LIMIT 1
"""


class EntryDecision(models.Model):
    """What a person decides about lines of statements.

    Every decision writes the statement's row and the rows of the payments that it is about.
    Whatever does the same at the same time, another person or a statement that is being
    processed, is turned into a conflict and starts over; the unique index on matched entries
    keeps a payment from having two debits even then.
    """

    _inherit = "g2p.bridge.statement.entry"

    def _decide_match(self, disbursement, reason):
        """Say which payment an open line speaks of.

        :raises UserError: the line and the payment do not agree; nothing is changed
        """
        self.ensure_one()
        self._lock_for_decision(disbursement)
        disbursement.envelope_id._check_at_hand()
        refusal = self._state_refusal("error") or self._match_refusal(disbursement)
        if refusal:
            raise UserError(refusal)
        if self._waits_for_second(disbursement):
            self._propose(disbursement, reason)
            return
        ordinal = 1 + self._standing(disbursement)[self._is_back()]
        try:
            with self.env.cr.savepoint():
                values = {"disbursement": disbursement.id, "ordinal": ordinal}
                self._decide(MATCH, "matched", reason, **values)
        except UniqueViolation as error:
            # Somebody matched the payment after we looked: start over and see it.
            raise ConcurrencyError(str(error)) from error
        self.env["g2p.bridge.bank.batch"]._prove_by_statement(self.statement_id)
        self.env.invalidate_all()
        self._follow(disbursement, self._decision_notes("matched", reason), "matched", reason)

    def _decide_match_whole(self, batch, reason):
        """Say which bank batch an open line books as one.

        :raises UserError: the line is not the total of the batch; nothing is changed
        """
        self.ensure_one()
        payments = self.env["g2p.bridge.disbursement"]
        self._lock_for_decision(batch=batch)
        batch.envelope_id._check_at_hand()
        refusal = self._state_refusal("error") or self._whole_refusal(batch)
        if refusal:
            raise UserError(refusal)
        if self._waits_for_second(batch):
            self._propose(batch, reason)
            return
        values = {
            "batch": batch.id,
            "payments": self._known(batch=batch)[self.id].batch_count,
            "ordinal": 1 + self._standing(batch)[self._is_back()],
        }
        try:
            with self.env.cr.savepoint():
                self._decide(MATCH_WHOLE, "matched", reason, **values)
        except UniqueViolation as error:
            raise ConcurrencyError(str(error)) from error
        batch._prove_by_statement(self.statement_id)
        self.env.invalidate_all()
        notes = self._decision_notes("matched", reason)
        self._follow(payments, notes, "matched", reason, batch)

    def _decide_not_ours(self, reason):
        """Close open lines that speak of no payment of ours: all of them or none."""
        self._lock_for_decision()
        refusal = self._state_refusal("error")
        if refusal:
            raise UserError(refusal)
        lines = self.disbursement_id
        self.bank_batch_id._add_decider()
        self._decide(NOT_OURS, "not_ours", reason)
        self._follow(lines, self._decision_notes("not_ours", reason), "not_ours", reason)

    def _decide_reopen(self, reason):
        """Take back what was decided, or found, about lines: all of them or none."""
        self._lock_for_decision()
        refusal = self._state_refusal("matched", "not_ours") or self._reopen_refusal()
        if refusal:
            raise UserError(refusal)
        matched = self.filtered(lambda entry: entry.outcome == "matched")
        lines, batches = matched.disbursement_id, matched.bank_batch_id
        envelopes = lines.envelope_id | batches.envelope_id | self._named_in_archive()
        envelopes._check_at_hand()
        first = self._first_to_reopen()
        if first:
            first._propose_reopen(reason)
            return
        notes = self._decision_notes("reopened", reason)  # they name what was matched
        self._decide(REOPEN, "reopened", reason)
        self._follow(lines, notes, "reopened", reason, batches)

    # Why not

    def _state_refusal(self, *allowed):
        wrong = self.filtered(lambda entry: entry.outcome not in allowed)
        if not wrong:
            return None
        entry = wrong[0]
        if allowed == ("error",):
            return self.env._(
                "%(entry)s is no open line any more: it is %(outcome)s. Take it up again first.",
                entry=entry._label(),
                outcome=entry._outcome_label().lower(),
            )
        return self.env._("%s is open already.", entry._label())

    def _reopen_refusal(self):
        """:return: why one of these closed lines must stay as it is, in words, or None"""
        for query in (WITHOUT, RETURNS_OF_WHOLE):
            self.env.cr.execute(query, {"ids": self.ids})
            for entry_id, other_id, *_is_back in self.env.cr.fetchall():
                return self._order_words(self.browse(entry_id), self.browse(other_id))
        self.env.cr.execute(REISSUED_AS, {"ids": self.ids})
        for entry_id, line, reissue in self.env.cr.fetchall():
            return self.env._(
                "%(entry)s speaks of %(line)s, which was reissued as %(reissue)s. It must not "
                "count as paid again, so the line can't be taken up again.",
                entry=self.browse(entry_id)._label(),
                line=line,
                reissue=reissue,
            )
        return None

    def _order_words(self, entry, other):
        """Why a line can't be opened while another one stands."""
        if other._is_back():
            return self.env._(
                "%(entry)s is the debit that %(reversal)s returned. A return needs its "
                "debit: take up the return first, or both together.",
                entry=entry._label(),
                reversal=other._label(),
            )
        return self.env._(
            "%(entry)s is the return after which %(debit)s paid again. Without it the payment "
            "would count as paid twice: take up the later debit first, or both together.",
            entry=entry._label(),
            debit=other._label(),
        )

    # Helpers

    def _lock_for_decision(self, payment=None, batch=None):
        """Let nobody else decide about these lines or their payments meanwhile.

        :param payment, batch: what one of them is to be matched with
        """
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE g2p_bridge_statement SET write_date = clock_timestamp() WHERE id = ANY(%s)",
            [self.statement_id.ids],
        )
        self.env.cr.execute(
            "SELECT id FROM g2p_bridge_statement_entry WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
            [self.ids],
        )
        self.env.invalidate_all()
        payments = self.disbursement_id.ids + (payment.ids if payment else [])
        batches = self.bank_batch_id.ids + (batch.ids if batch else [])
        self.env.cr.execute(CLAIM_PAYMENTS, {"payments": payments, "batches": batches})
        self.env.invalidate_all()

    def _is_back(self):
        """Whether money came by this line."""
        return self.mark in MONEY_BACK

    def _decide(self, query, decision, reason, **arguments):
        self.env.cr.execute(query, {"ids": self.ids, **arguments})
        self._sign(decision, reason)

    def _sign(self, decision, reason):
        """Keep who has decided what, when and why."""
        self.env.cr.execute(SIGN, [decision, self.env.uid, fields.Datetime.now(), reason, self.ids])

    def _follow(self, lines, notes, decision, reason, batches=()):
        """Bring everything that counts these lines or these payments up to date.

        :param lines: the payments that they speak of, or spoke of
        :param notes: what the history of each statement says
        :param decision: what was decided, for the audit trail, with its reason
        :param batches: the bank batches that they proved as a whole
        """
        self.env.invalidate_all()
        own = self.env["g2p.bridge.bank.batch"].union(lines.bank_batch_id, *batches)
        own._add_decider()
        statements = self.statement_id
        statements._match_again(lines.ids, batches.ids if batches else ())
        envelopes = lines.envelope_id | (batches.envelope_id if batches else lines.envelope_id)
        statements._count_totals(envelopes.ids)
        for statement, entries in self.grouped("statement_id").items():
            numbers = [str(number) for number in entries.mapped("entry_sequence")]
            statement._count_again(notes[statement], decision, reason=reason, lines=numbers)
        envelopes._enqueue_advance()


class StatementCounts(models.Model):
    _inherit = "g2p.bridge.statement"

    def _count_again(self, note, decision, **facts):
        """Count the entries anew; the note goes with what changes into the history.

        :param decision: what was decided, for the audit trail, with further facts
        """
        self.ensure_one()
        before = {name: self[name] for name in COUNT_NAMES}
        self._count_entries()
        tracked = self.fields_get(COUNT_NAMES, ["string", "type", "currency_field"])
        _changed, values = self._mail_track(tracked, before)
        # Logged here, not left to the tracking of fields: no context of a caller keeps it out.
        self._message_log(body=note, tracking_value_ids=values)
        self.env["g2p.bridge.audit"]._record_fact(decision, self, note, **facts)
