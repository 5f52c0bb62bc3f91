from odoo import fields, models
from odoo.exceptions import ConcurrencyError, UserError
from psycopg2.errors import UniqueViolation

from ..lib.judgement import COUNT_NAMES, COUNTS

# Open again: what was wrong at first is wrong again, and the line names whom it named.
REOPEN = """
    UPDATE g2p_bridge_statement_entry e
       SET outcome = 'error', error_reason = COALESCE(e.found_error, 'REOPENED'),
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
           error_reason = NULL, disbursement_id = NULL
     WHERE id = ANY(%(ids)s)
"""
MATCH = """
    UPDATE g2p_bridge_statement_entry
       SET outcome = 'matched', found_error = COALESCE(found_error, error_reason),
           error_reason = NULL, disbursement_id = %(disbursement)s
     WHERE id = ANY(%(ids)s)
"""
SIGN = """
    UPDATE g2p_bridge_statement_entry
       SET decision = %s, decided_by_id = %s, decided_at = %s, decision_reason = %s,
           found_error = NULLIF(found_error, 'REOPENED')
     WHERE id = ANY(%s)
"""
# Back to what the standing lines prove. Without its debit a payment is shipped, unless what
# became of its batch is still to be found out.
RESTORE = """
    UPDATE g2p_bridge_disbursement d
       SET state = CASE WHEN r.standing THEN 'reconciled'
                        WHEN b.state = 'done' THEN 'shipped' ELSE 'resolved' END,
           reason_code = NULL
      FROM (SELECT e.disbursement_id AS id, bool_and(e.mark = 'RD') AS standing
              FROM g2p_bridge_statement_entry e WHERE e.id = ANY(%(ids)s)
             GROUP BY e.disbursement_id) r, g2p_bridge_bank_batch b
     WHERE d.id = r.id AND b.id = d.bank_batch_id
"""
TOTALS = """
    INSERT INTO g2p_bridge_statement_total (statement_id, envelope_id, reconciled_count,
        reconciled_amount, reversed_count, reversed_amount)
    SELECT e.statement_id, d.envelope_id,
           COUNT(*) FILTER (WHERE e.mark = 'D'),
           COALESCE(SUM(e.amount) FILTER (WHERE e.mark = 'D'), 0),
           COUNT(*) FILTER (WHERE e.mark = 'RD'),
           COALESCE(SUM(e.amount) FILTER (WHERE e.mark = 'RD'), 0)
      FROM g2p_bridge_statement_entry e
      JOIN g2p_bridge_disbursement d ON d.id = e.disbursement_id
     WHERE e.statement_id = ANY(%s) AND e.outcome = 'matched' AND d.envelope_id = ANY(%s)
     GROUP BY e.statement_id, d.envelope_id
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
        self._lock_for_decision()
        disbursement.envelope_id._check_at_hand()
        refusal = self._state_refusal("error") or self._match_refusal(disbursement)
        if refusal:
            raise UserError(refusal)
        try:
            with self.env.cr.savepoint():
                self._decide(MATCH, "matched", reason, disbursement=disbursement.id)
        except UniqueViolation as error:
            # Somebody matched the payment after we looked: start over and see it.
            raise ConcurrencyError(str(error)) from error
        back = self.mark == "RD"
        self.env.cr.execute(
            "UPDATE g2p_bridge_disbursement SET state = %s, reason_code = %s WHERE id = %s",
            [
                "reversed" if back else "reconciled",
                (back and self.reversal_reason) or None,
                disbursement.id,
            ],
        )
        self.env.invalidate_all()
        self._follow(disbursement, self._decision_notes("matched", reason), "matched", reason)
        self.env["g2p.bridge.bank.batch"]._prove_by_statement(self.statement_id)

    def _decide_not_ours(self, reason):
        """Close open lines that speak of no payment of ours: all of them or none."""
        self._lock_for_decision()
        refusal = self._state_refusal("error")
        if refusal:
            raise UserError(refusal)
        self._decide(NOT_OURS, "not_ours", reason)
        nothing = self.env["g2p.bridge.disbursement"]
        self._follow(nothing, self._decision_notes("not_ours", reason), "not_ours", reason)

    def _decide_reopen(self, reason):
        """Take back what was decided, or found, about lines: all of them or none."""
        self._lock_for_decision()
        refusal = self._state_refusal("matched", "not_ours") or self._reopen_refusal()
        if refusal:
            raise UserError(refusal)
        matched = self.filtered(lambda entry: entry.outcome == "matched")
        lines = matched.disbursement_id
        (lines.envelope_id | self._named_in_archive())._check_at_hand()
        notes = self._decision_notes("reopened", reason)  # they name what was matched
        self.env.cr.execute(RESTORE, {"ids": matched.ids})
        self._decide(REOPEN, "reopened", reason)
        self._follow(lines, notes, "reopened", reason)

    # Why not

    def _state_refusal(self, *allowed):
        wrong = self.filtered(lambda entry: entry.outcome not in allowed)
        if not wrong:
            return None
        entry = wrong[0]
        if allowed == ("error",):
            return self.env._(
                "%(entry)s is no open line any more: it is %(outcome)s. Reopen it first.",
                entry=entry._label(),
                outcome=entry._outcome_label().lower(),
            )
        return self.env._("%s is open already.", entry._label())

    def _reopen_refusal(self):
        """:return: why one of these closed lines must stay as it is, in words, or None"""
        for entry in self.filtered(lambda entry: entry.mark not in ("D", "RD")):
            return self.env._(
                "%(entry)s is a %(mark)s: no payment of ours can be in it, so it stays "
                "not ours. Leave it out of the selection.",
                entry=entry._label(),
                mark=entry._mark_label().lower(),
            )
        self.env.cr.execute(
            """
            SELECT e.id, r.id, n.disbursement_id FROM g2p_bridge_statement_entry e
              LEFT JOIN g2p_bridge_statement_entry r ON e.mark = 'D' AND r.mark = 'RD'
               AND r.disbursement_id = e.disbursement_id AND r.outcome = 'matched'
               AND r.id <> ALL(%(ids)s)
              LEFT JOIN LATERAL (
                   SELECT * FROM g2p_bridge_disbursement_all
                    WHERE reissue_of_id = e.disbursement_id LIMIT 1) n ON TRUE
             WHERE e.id = ANY(%(ids)s) AND e.outcome = 'matched'
               AND (r.id IS NOT NULL OR n.id IS NOT NULL)
             ORDER BY e.id LIMIT 1
            """,
            {"ids": self.ids},
        )
        for entry_id, reversal_id, reissue in self.env.cr.fetchall():
            entry, reversal = self.browse(entry_id), self.browse(reversal_id)
            if reversal_id:
                return self.env._(
                    "%(entry)s is the debit that %(reversal)s returned. A return needs its "
                    "debit: reopen the return first, or both together.",
                    entry=entry._label(),
                    reversal=reversal._label(),
                )
            return self.env._(
                "%(entry)s speaks of %(line)s, which was reissued as %(reissue)s. It must not "
                "count as paid again, so the line can't be reopened.",
                entry=entry._label(),
                line=entry.disbursement_id.disbursement_id,
                reissue=reissue,
            )
        return None

    # Helpers

    def _lock_for_decision(self):
        """Let nobody else decide about these lines or their payments meanwhile."""
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

    def _decide(self, query, decision, reason, **arguments):
        self.env.cr.execute(query, {"ids": self.ids, **arguments})
        self.env.cr.execute(SIGN, [decision, self.env.uid, fields.Datetime.now(), reason, self.ids])

    def _follow(self, lines, notes, decision, reason):
        """Bring everything that counts these lines or these payments up to date.

        :param lines: the payments that they speak of, or spoke of
        :param notes: what the history of each statement says
        :param decision: what was decided, for the audit trail, with its reason
        """
        self.env.invalidate_all()
        envelopes, statements = lines.envelope_id, self.statement_id
        self.env.cr.execute(
            "DELETE FROM g2p_bridge_statement_total"
            " WHERE statement_id = ANY(%(statements)s) AND envelope_id = ANY(%(envelopes)s)",
            {"statements": statements.ids, "envelopes": envelopes.ids},
        )
        self.env.cr.execute(TOTALS, [statements.ids, envelopes.ids])
        self.env.invalidate_all()
        for statement, entries in self.grouped("statement_id").items():
            numbers = [str(number) for number in entries.mapped("entry_sequence")]
            statement._count_again(notes[statement], decision, reason=reason, lines=numbers)
        lines.bank_batch_id._lines_changed()
        envelopes._enqueue_advance()


class StatementCounts(models.Model):
    _inherit = "g2p.bridge.statement"

    def _count_again(self, note, decision, **facts):
        """Count the entries anew; the note goes with what changes into the history.

        :param decision: what was decided, for the audit trail, with further facts
        """
        self.ensure_one()
        self.env.cr.execute(COUNTS, {"statement": self.id})
        counts = self.env.cr.fetchone()
        before = {name: self[name] for name in COUNT_NAMES}
        self.with_context(mail_notrack=True).write(dict(zip(COUNT_NAMES, counts, strict=True)))
        tracked = self.fields_get(COUNT_NAMES, ["string", "type", "currency_field"])
        _changed, values = self._mail_track(tracked, before)
        # Logged here, not left to the tracking of fields: no context of a caller keeps it out.
        self._message_log(body=note, tracking_value_ids=values)
        self.env["g2p.bridge.audit"]._record_fact(decision, self, note, **facts)
