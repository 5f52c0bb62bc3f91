# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import SQL
from psycopg2.errors import UniqueViolation

from odoo.addons.g2p_bridge_bank_connector.lib.entry import BACK, OUT

from .matching_sql import HAS_LEFT
from .statement_entry_states import HAS_FIRST_WORD, SAME_ACCOUNT

# Open again: what was wrong at first is wrong again, and the line names whom it named.
REOPEN = f"""
    UPDATE g2p_bridge_statement_entry e
       SET outcome = 'error', error_reason = COALESCE(e.found_error, 'REOPENED'),
           ordinal = NULL, payment_count = NULL,
           bank_batch_id = CASE WHEN e.found_error IS NULL OR e.found_error = 'BATCH_MISMATCH'
                                THEN e.bank_batch_id END,
           disbursement_id = CASE WHEN e.found_error IS NOT NULL THEN (
               SELECT d.id FROM g2p_bridge_disbursement d
                 JOIN g2p_bridge_envelope n ON n.id = d.envelope_id
                 JOIN g2p_bridge_statement s ON s.id = e.statement_id
                WHERE d.disbursement_id = e.reference AND {SAME_ACCOUNT}) END
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
# A person's word that a line is the return of a payment: kept, and without effect.
PROPOSE = """
    UPDATE g2p_bridge_statement_entry
       SET found_error = COALESCE(found_error, error_reason), error_reason = 'UNCONFIRMED',
           disbursement_id = %(disbursement)s, bank_batch_id = %(batch)s
     WHERE id = ANY(%(ids)s)
"""
SIGN = """
    UPDATE g2p_bridge_statement_entry
       SET decision = %s, decided_by_id = %s, decided_at = %s, decision_reason = %s,
           found_error = NULLIF(found_error, 'REOPENED')
     WHERE id = ANY(%s)
"""
# Nobody else matches these payments, or decides about them, before this is committed: an attempt
# becomes a conflict, and so does this one if somebody was quicker.
CLAIM_PAYMENTS = """
    UPDATE g2p_bridge_disbursement d SET state = d.state
      FROM (SELECT id FROM g2p_bridge_disbursement
             WHERE id = ANY(%(payments)s) OR bank_batch_id = ANY(%(batches)s)
             ORDER BY id FOR NO KEY UPDATE) c
     WHERE d.id = c.id
"""
#: The lines ``o`` that stand of a payment, its own and those of its whole batch; or of a batch.
_STANDING = f"""
    COUNT(*) FILTER (WHERE o.mark IN {OUT}) AS outs,
    COUNT(*) FILTER (WHERE o.mark IN {BACK}) AS backs,
    MAX(o.id) FILTER (WHERE o.mark IN {OUT}) AS debit,
    MAX(o.id) FILTER (WHERE o.mark IN {BACK}) AS return
"""
STANDING = f"""
    SELECT {_STANDING}
      FROM g2p_bridge_disbursement d
      JOIN g2p_bridge_statement_entry o ON o.outcome = 'matched'
       AND (o.disbursement_id = d.id OR o.bank_batch_id = d.bank_batch_id)
     WHERE d.id = %s
"""
STANDING_WHOLE = f"""
    SELECT {_STANDING}
      FROM g2p_bridge_statement_entry o WHERE o.outcome = 'matched' AND o.bank_batch_id = %s
"""
#: What would stand of the payment, or whole batch, of matched lines without these lines.
_STANDS_WITHOUT = f"""
     CROSS JOIN LATERAL (
           SELECT {_STANDING}
             FROM g2p_bridge_statement_entry o
            WHERE o.outcome = 'matched' AND o.id <> ALL(%(ids)s)
              AND (o.disbursement_id = e.disbursement_id OR o.bank_batch_id = COALESCE(
                   e.bank_batch_id,
                   (SELECT bank_batch_id FROM g2p_bridge_disbursement
                     WHERE id = e.disbursement_id)))) stands
"""
# Lines that need one of these: a return needs a debit before it, and a payment stands once.
WITHOUT = f"""
    SELECT e.id, other.id
      FROM g2p_bridge_statement_entry e {_STANDS_WITHOUT}
      JOIN g2p_bridge_statement_entry other
        ON other.id = CASE WHEN stands.backs > stands.outs THEN stands.return
                           WHEN stands.outs > stands.backs + 1 THEN stands.debit END
     WHERE e.id = ANY(%(ids)s) AND e.outcome = 'matched'
     ORDER BY e.id LIMIT 1
"""
# Debits without which their payment, or whole batch, would count as come back.
REVERSED_WITHOUT = f"""
    SELECT e.id
      FROM g2p_bridge_statement_entry e {_STANDS_WITHOUT}
     WHERE e.id = ANY(%(ids)s) AND e.outcome = 'matched' AND e.mark IN {OUT}
       AND stands.backs > 0 AND stands.outs <= stands.backs
     ORDER BY e.id
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
# What decides whether a line can be matched with a payment.
FACTS = f"""
    SELECT d.disbursement_id, d.disbursement_amount::text, c.name,
           {SAME_ACCOUNT}, {HAS_LEFT}, e.amount::text, own.name
      FROM g2p_bridge_statement_entry e
      JOIN g2p_bridge_statement s ON s.id = e.statement_id
      LEFT JOIN res_currency own ON own.id = s.currency_id
      JOIN g2p_bridge_disbursement d ON d.id = %(disbursement)s
      JOIN g2p_bridge_envelope n ON n.id = d.envelope_id
      JOIN res_currency c ON c.id = n.currency_id
      JOIN g2p_bridge_bank_batch b ON b.id = d.bank_batch_id
     WHERE e.id = %(entry)s
"""
# Envelopes of archived payments that lines name.
NAMED_IN_ARCHIVE = f"""
    SELECT DISTINCT a.envelope_id FROM g2p_bridge_statement_entry e
      JOIN g2p_bridge_statement s ON s.id = e.statement_id
      JOIN g2p_bridge_disbursement_archive a ON a.disbursement_id = e.reference
      JOIN g2p_bridge_envelope n ON n.id = a.envelope_id AND {SAME_ACCOUNT}
     WHERE e.id = ANY(%s)
"""


class EntryDecision(models.Model):
    """What a person decides about lines of statements.

    Every decision writes the statement's row and the rows of the payments that it is about.
    Whatever does the same at the same time, another person or a statement that is being
    processed, is turned into a conflict and starts over; the unique index on matched entries
    keeps a payment from having two debits even then.

    What makes a payment payable again is said by two persons of finance, never by one. That is a
    line matched by hand as its return, and a debit taken up again without which it would count as
    come back. The first word is kept on the line and changes nothing else; the same word of
    another person carries it out. Both count as makers of what is reissued.
    """

    _inherit = "g2p.bridge.statement.entry"

    # === Steps ===

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

    def _decide_second(self):
        self._lock_for_decision()
        if not HAS_FIRST_WORD.holds(self):
            raise UserError(self.env._("There is nothing to confirm about %s.", self._label()))
        if self.decided_by_id == self.env.user:
            raise UserError(self._own_words())
        if self.decision == "reopening":
            self._decide_reopen(self.decision_reason)
        elif self.bank_batch_id:
            self._decide_match_whole(self.bank_batch_id, self.decision_reason)
        else:
            self._decide_match(self.disbursement_id, self.decision_reason)

    def _propose(self, about, reason):
        """Keep the first word about what this line returns."""
        if HAS_FIRST_WORD.holds(self) and self.decided_by_id == self.env.user:
            if (self.bank_batch_id or self.disbursement_id) == about:
                raise UserError(self._own_words())
        whole = about._name == "g2p.bridge.bank.batch"
        values = {
            "disbursement": None if whole else about.id,
            "batch": about.id if whole else None,
        }
        self._decide(PROPOSE, "proposed", reason, **values)
        self.env.invalidate_all()
        payments = self.env["g2p.bridge.disbursement"] if whole else about
        notes = self._decision_notes("proposed", reason)
        self._follow(payments, notes, "proposed", reason, about if whole else ())

    def _propose_reopen(self, reason):
        """Keep the first word that these debits are none."""
        own = self.filtered(
            lambda entry: entry.decision == "reopening" and entry.decided_by_id == self.env.user
        )
        if own:
            raise UserError(own[0]._own_words())
        notes = self._decision_notes("reopening", reason)
        self._sign("reopening", reason)
        self._follow(self.disbursement_id, notes, "reopening", reason, self.bank_batch_id)

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
        self.env["g2p.bridge.statement.total"]._count_anew(statements, envelopes.ids)
        for statement, entries in self.grouped("statement_id").items():
            numbers = [str(number) for number in entries.mapped("entry_sequence")]
            statement._count_again(notes[statement], decision, reason=reason, lines=numbers)
        envelopes._enqueue_advance()

    # === Helpers ===

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

    def _match_refusal(self, disbursement):
        """:return: why this line can't be matched with a payment, in words, or None"""
        self.ensure_one()
        self.env.flush_all()
        self.env.cr.execute(FACTS, {"entry": self.id, "disbursement": disbursement.id})
        facts = self.env.cr.fetchone()
        if not facts:
            return self.env._("Choose the payment that the line speaks of.")
        name, amount, currency, same_account, has_left, *own = facts
        if not same_account:
            return self.env._("%s is not paid from the account of this statement.", name)
        if self._trust_refusal():
            return self._trust_refusal()
        if not has_left:
            return self.env._(
                "%(name)s was not handed to the bank: it is %(state)s.",
                name=name,
                state=disbursement._state_label().lower(),
            )
        return self._money_refusal(
            name, (Decimal(own[0]), own[1]), (Decimal(amount), currency)
        ) or self._order_refusal(name, disbursement)

    def _money_refusal(self, name, own, paid):
        """A return may be less than was paid: banks keep their charges.

        :param own, paid: (Decimal amount, currency code or None)
        """
        if own == paid or (self._is_back() and own[1] == paid[1] and own[0] < paid[0]):
            return None
        if not own[1]:
            return self.env._("The currency of the statement is not known.")
        return self.env._(
            "The line is of %(own)s, but %(name)s of %(paid)s. Both have to be the same.",
            own=" ".join(map(str, own)),
            name=name,
            paid=" ".join(map(str, paid)),
        )

    def _whole_refusal(self, batch):
        """:return: why this line can't be matched with a batch as a whole, in words, or None"""
        self.ensure_one()
        statement, envelope, name = self.statement_id, batch.envelope_id, batch.display_name
        own = statement.account_number, statement.company_id
        if (envelope.sponsor_bank_account_number, envelope.company_id) != own:
            return self.env._("%s is not paid from the account of this statement.", name)
        if self._trust_refusal():
            return self._trust_refusal()
        known = self._known(batch=batch)[self.id]
        if not known.batch_count:
            return self.env._("%s holds no payment that was handed to the bank.", name)
        if not known.currency:
            return self.env._("The currency of the statement is not known.")
        return self._batch_words(known) or self._order_refusal(name, batch)

    def _trust_refusal(self):
        """:return: why what this line says to be back can't be matched yet, in words, or None"""
        if self._is_back() and self.statement_id.awaits_confirmation:
            return self.env._(
                "%(statement)s was handed in by %(person)s, not by the bank. Another person of "
                "finance has to confirm it before what came back can be matched.",
                statement=self.statement_id.display_name,
                person=self.statement_id.create_uid.name,
            )
        return None

    def _order_refusal(self, name, about):
        outs, backs, debit, back = self._standing(about)
        if not self._is_back():
            if outs > backs:
                return self.env._(
                    "%(name)s was debited already, by %(entry)s.",
                    name=name,
                    entry=self.browse(debit)._label(),
                )
            return None
        if not outs:
            return self.env._(
                "%s was not debited yet, so it can't have come back. Match its debit first.", name
            )
        if backs >= outs:
            return self.env._(
                "%(name)s came back already, by %(entry)s.",
                name=name,
                entry=self.browse(back)._label(),
            )
        return None

    def _standing(self, about):
        """What stands of a payment, or of a batch as a whole.

        :return: how many lines there are by which it left, and by which it came back; record
            IDs of the latest ones
        """
        whole = about._name == "g2p.bridge.bank.batch"
        self.env.cr.execute(STANDING_WHOLE if whole else STANDING, [about.id])
        return self.env.cr.fetchone()

    def _reopen_refusal(self):
        """:return: why one of these closed lines must stay as it is, in words, or None"""
        for query in (WITHOUT, RETURNS_OF_WHOLE):
            self.env.cr.execute(query, {"ids": self.ids})
            for entry_id, other_id in self.env.cr.fetchall():
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

    def _waits_for_second(self, about):
        """Whether this user's word that the line returns something is the first one.

        :param about: payment or whole batch
        """
        if not self._is_back() or self.env.uid == SUPERUSER_ID:
            return False
        same = HAS_FIRST_WORD.holds(self) and (self.bank_batch_id or self.disbursement_id) == about
        return not same or self.decided_by_id == self.env.user

    def _first_to_reopen(self):
        """Those of these lines that make a payment payable again and of which nobody else has
        said that they are to be taken up."""
        if self.env.uid == SUPERUSER_ID:
            return self.browse()
        self.env.cr.execute(REVERSED_WITHOUT, {"ids": self.ids})
        debits = self.browse(row[0] for row in self.env.cr.fetchall())
        return debits.filtered(
            lambda entry: entry.decision != "reopening" or entry.decided_by_id == self.env.user
        )

    def _own_words(self):
        return self.env._(
            "You have decided about %s first, and it makes a payment payable again: another "
            "person of finance has to confirm it.",
            self._label(),
        )

    def _named_in_archive(self):
        """:return: envelopes of archived payments that these lines name"""
        self.env.flush_all()
        rows = self.env.execute_query(SQL(NAMED_IN_ARCHIVE, self.ids))
        return self.env["g2p.bridge.envelope"].browse([row[0] for row in rows])
