from decimal import Decimal

from markupsafe import Markup
from odoo import api, fields, models
from odoo.tools.misc import formatLang

from ...lib.reasons import reason_words
from ..matching_sql import BACK, HAS_LEFT, OUT

#: Lines that a note in the history names one by one.
MAX_NAMED = 20

FACTS = f"""
    SELECT d.disbursement_id, d.disbursement_amount::text, c.name,
           n.sponsor_bank_account_number = s.account_number AND n.company_id = s.company_id,
           {HAS_LEFT}, e.amount::text, own.name
      FROM g2p_bridge_statement_entry e
      JOIN g2p_bridge_statement s ON s.id = e.statement_id
      LEFT JOIN res_currency own ON own.id = s.currency_id
      JOIN g2p_bridge_disbursement d ON d.id = %(disbursement)s
      JOIN g2p_bridge_envelope n ON n.id = d.envelope_id
      JOIN res_currency c ON c.id = n.currency_id
      JOIN g2p_bridge_bank_batch b ON b.id = d.bank_batch_id
     WHERE e.id = %(entry)s
"""
#: The lines that stand of a payment, its own and those of its whole batch.
_STANDING = f"""
    SELECT COUNT(*) FILTER (WHERE e.mark IN {OUT}), COUNT(*) FILTER (WHERE e.mark IN {BACK}),
           MAX(e.id) FILTER (WHERE e.mark IN {OUT}), MAX(e.id) FILTER (WHERE e.mark IN {BACK})
"""
STANDING = f"""{_STANDING}
      FROM g2p_bridge_disbursement d
      JOIN g2p_bridge_statement_entry e ON e.outcome = 'matched'
       AND (e.disbursement_id = d.id OR e.bank_batch_id = d.bank_batch_id)
     WHERE d.id = %s
"""
#: The lines that stand of a batch as a whole.
STANDING_WHOLE = f"""{_STANDING}
      FROM g2p_bridge_statement_entry e WHERE e.outcome = 'matched' AND e.bank_batch_id = %s
"""


class EntryWords(models.Model):
    """Why a line and a payment do not go together, and what is noted of a decision."""

    _inherit = "g2p.bridge.statement.entry"

    reversal_text = fields.Char(
        "Why It Came Back",
        compute="_compute_reversal_text",
        help="What the bank says of a payment that it returned.",
    )

    @api.depends("reversal_reason")
    @api.depends_context("lang")
    def _compute_reversal_text(self):
        for entry in self:
            entry.reversal_text = reason_words(self.env, entry.reversal_reason)

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

    def _standing(self, about):
        """What stands of a payment, or of a batch as a whole.

        :return: how many lines there are by which it left, and by which it came back; record
            IDs of the latest ones
        """
        whole = about._name == "g2p.bridge.bank.batch"
        self.env.cr.execute(STANDING_WHOLE if whole else STANDING, [about.id])
        return self.env.cr.fetchone()

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

    # Words

    def _life_title(self):
        """What this matched line means for its payment."""
        if self._is_back():
            return self.env._("Came back")
        return self.env._("Debited") if self.ordinal == 1 else self.env._("Paid again")

    def _label(self):
        """How people call this line."""
        return self.env._(
            "%(statement)s line %(line)s",
            statement=self.statement_id.display_name,
            line=self.entry_sequence,
        )

    def _outcome_label(self):
        return dict(self._fields["outcome"]._description_selection(self.env))[self.outcome]

    def _mark_label(self):
        return dict(self._fields["mark"]._description_selection(self.env))[self.mark]

    def _decision_notes(self, decision, reason):
        """{statement: what its history says of a decision about its lines among these}"""
        return {
            statement: lines._decision_note(decision, reason)
            for statement, lines in self.grouped("statement_id").items()
        }

    def _decision_note(self, decision, reason):
        """What the statement's history says of a decision about these of its lines."""
        titles = {
            "proposed": self.env._("Matched by hand, a second person has to confirm: %s", reason),
            "reopening": self.env._(
                "To be taken up again, a second person has to confirm: %s", reason
            ),
            "matched": self.env._("Matched by hand: %s", reason),
            "not_ours": self.env._("Marked as not ours: %s", reason),
            "reopened": self.env._("Taken up again: %s", reason),
        }
        named = self.sorted("entry_sequence")[:MAX_NAMED]
        items = [entry._note_of_line() for entry in named]
        if len(self) > MAX_NAMED:
            items.append(self.env._("and %s more", len(self) - MAX_NAMED))
        lines = Markup().join(Markup("<li>%s</li>") % item for item in items)
        return Markup("<p>%s</p><ul>%s</ul>") % (titles[decision], lines)

    def _note_of_line(self):
        money = formatLang(self.env, self.amount, currency_obj=self.currency_id)
        text = self.env._(
            "Line %(line)s, %(mark)s of %(money)s",
            line=self.entry_sequence,
            mark=self._mark_label().lower(),
            money=money,
        )
        about = self.disbursement_id or self.bank_batch_id
        if self.outcome == "matched":
            return self.env._(
                "%(line)s: %(disbursement)s", line=text, disbursement=about.display_name
            )
        return text
