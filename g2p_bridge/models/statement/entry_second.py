from odoo import SUPERUSER_ID, models
from odoo.exceptions import UserError

from ..matching_sql import BACK, OUT

# A person's word that a line is the return of a payment: kept, and without effect.
PROPOSE = """
    UPDATE g2p_bridge_statement_entry
       SET found_error = COALESCE(found_error, error_reason), error_reason = 'UNCONFIRMED',
           disbursement_id = %(disbursement)s, bank_batch_id = %(batch)s
     WHERE id = ANY(%(ids)s)
"""
# Debits without which their payment, or whole batch, would count as come back.
REVERSED_WITHOUT = f"""
    SELECT e.id
      FROM g2p_bridge_statement_entry e
     CROSS JOIN LATERAL (
           SELECT COUNT(*) FILTER (WHERE o.mark IN {OUT}) AS outs,
                  COUNT(*) FILTER (WHERE o.mark IN {BACK}) AS backs
             FROM g2p_bridge_statement_entry o
            WHERE o.outcome = 'matched' AND o.id <> ALL(%(ids)s)
              AND (o.disbursement_id = e.disbursement_id OR o.bank_batch_id = COALESCE(
                   e.bank_batch_id,
                   (SELECT bank_batch_id FROM g2p_bridge_disbursement
                     WHERE id = e.disbursement_id)))) stands
     WHERE e.id = ANY(%(ids)s) AND e.outcome = 'matched' AND e.mark IN {OUT}
       AND stands.backs > 0 AND stands.outs <= stands.backs
     ORDER BY e.id
"""


class EntrySecond(models.Model):
    """What makes a payment payable again is said by two persons of finance, never by one.

    That is a line matched by hand as its return, and a debit taken up again without which it would
    count as come back. The first word is kept on the line and changes nothing else; the
    same word of another person carries it out. Both count as makers of what is reissued.
    """

    _inherit = "g2p.bridge.statement.entry"

    def action_confirm(self):
        """Say the same as the person who has decided about this line first."""
        self.ensure_one()
        self.env["g2p.bridge.envelope"]._check_group("group_finance")
        self.check_access("read")
        self.env["g2p.bridge.second.factor"]._demand(self.statement_id)
        self.sudo()._decide_second()
        return True

    def _decide_second(self):
        self._lock_for_decision()
        if not self._has_first_word():
            raise UserError(self.env._("There is nothing to confirm about %s.", self._label()))
        if self.decided_by_id == self.env.user:
            raise UserError(self._own_words())
        if self.decision == "reopening":
            self._decide_reopen(self.decision_reason)
        elif self.bank_batch_id:
            self._decide_match_whole(self.bank_batch_id, self.decision_reason)
        else:
            self._decide_match(self.disbursement_id, self.decision_reason)

    def _has_first_word(self):
        return self.decision == "reopening" or (
            self.decision == "proposed" and self.outcome == "error"
        )

    def _own_words(self):
        return self.env._(
            "You have decided about %s first, and it makes a payment payable again: another "
            "person of finance has to confirm it.",
            self._label(),
        )

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

    def _waits_for_second(self, about):
        """Whether this user's word that the line returns something is the first one.

        :param about: payment or whole batch
        """
        if not self._is_back() or self.env.uid == SUPERUSER_ID:
            return False
        same = self._has_first_word() and (self.bank_batch_id or self.disbursement_id) == about
        return not same or self.decided_by_id == self.env.user

    def _propose(self, about, reason):
        """Keep the first word about what this line returns."""
        if self._has_first_word() and self.decided_by_id == self.env.user:
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
