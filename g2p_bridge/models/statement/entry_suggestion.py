# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo import models
from odoo.tools import SQL

from odoo.addons.g2p_bridge_bank_connector.lib.entry import BACK

from ...lib.near_reference import contained_references, near_references
from .matching_sql import HAS_LEFT
from .statement_entry_states import SAME_ACCOUNT

#: Suggestions of one kind that a person is shown.
LIMIT = 10

# Payments of the statement's account that the line may prove: a debit proves one that left
# and is not debited yet, a reversal one that was debited. Bounded by the day on which the
# bank was told to pay, so that years of payments are never read through.
ALIKE = f"""
    SELECT d.id, b.payment_date = e.value_date
      FROM g2p_bridge_statement_entry e
      JOIN g2p_bridge_statement s ON s.id = e.statement_id
      JOIN g2p_bridge_envelope n ON {SAME_ACCOUNT} AND n.currency_id = s.currency_id
      JOIN g2p_bridge_bank_batch b ON b.envelope_id = n.id
       AND (e.value_date IS NULL
            OR b.payment_date BETWEEN e.value_date - 92 AND e.value_date + 7)
      JOIN g2p_bridge_disbursement d ON d.bank_batch_id = b.id
       AND d.disbursement_amount = e.amount
       AND CASE WHEN e.mark IN {BACK} THEN d.state = 'reconciled'
                ELSE d.state IN ('shipped', 'resolved') AND {HAS_LEFT} END
     WHERE e.id = %s AND %s
     ORDER BY abs(b.payment_date - e.value_date), d.id
     LIMIT %s
"""
# The first or the last part of a name has to be a word of the line as it stands, in one of the
# usual spellings, which is quick; only then is every word of the name looked for, whatever
# its case, among the words of the line, in whatever order.
SAME_NAME = """
    CASE WHEN split_part(d.own_name, ' ', 1) = ANY(%(spellings)s)
           OR split_part(d.own_name, ' ', -1) = ANY(%(spellings)s)
         THEN length(d.own_name) > 2
          AND regexp_split_to_array(
                  btrim(regexp_replace(upper(d.own_name), '[^[:alnum:]]+', ' ', 'g')), ' ')
              <@ %(words)s::text[]
         ELSE FALSE END
""".replace("d.own_name", "COALESCE(d.beneficiary_name, d.name_from_mapper)")
BY_ID = f"""
    SELECT d.id FROM g2p_bridge_disbursement d
      JOIN g2p_bridge_envelope n ON n.id = d.envelope_id
      JOIN g2p_bridge_statement s ON s.id = %s
     WHERE d.disbursement_id = ANY(%s) AND {SAME_ACCOUNT}
     ORDER BY d.id LIMIT %s
"""
#: Batches of the statement's account that the line may book as one: a word of the line is their
#: reference, or it is of their total.
WHOLE = f"""
    SELECT b.id, b.reference = ANY(%(words)s) OR b.bank_reference = ANY(%(words)s)
      FROM g2p_bridge_statement_entry e
      JOIN g2p_bridge_statement s ON s.id = e.statement_id
      JOIN g2p_bridge_envelope n ON {SAME_ACCOUNT} AND n.currency_id = s.currency_id
      JOIN g2p_bridge_bank_batch b ON b.envelope_id = n.id AND b.begun_at IS NOT NULL
       AND (b.id = e.bank_batch_id OR b.reference = ANY(%(words)s)
            OR b.bank_reference = ANY(%(words)s)
            OR b.line_count > 1 AND e.amount IN (b.shipped_amount, b.line_amount)
               AND b.payment_date BETWEEN e.value_date - 92 AND e.value_date + 7)
     WHERE e.id = %(entry)s
     ORDER BY b.id = e.bank_batch_id DESC NULLS LAST, 2 DESC NULLS LAST, b.id DESC
     LIMIT %(limit)s
"""
#: Archived payments with these IDs, of the statement's account.
IN_ARCHIVE = f"""
    SELECT a.disbursement_id, n.disbursement_envelope_id
      FROM g2p_bridge_disbursement_archive a
      JOIN g2p_bridge_envelope n ON n.id = a.envelope_id
      JOIN g2p_bridge_statement s ON s.id = %s
     WHERE a.disbursement_id = ANY(%s) AND {SAME_ACCOUNT}
     ORDER BY a.id LIMIT 3
"""


class EntrySuggestion(models.Model):
    """Which payments an open line may speak of, the likeliest first."""

    _inherit = "g2p.bridge.statement.entry"

    # === Helpers ===

    def _suggest(self):
        """Payments that this line may speak of.

        :return: list of (disbursement, why it is suggested in words, why it can't be matched
            in words or None), the likeliest first; a payment is suggested once
        """
        self.ensure_one()
        self.env.flush_all()
        reasons = {
            "named": self.env._("Its ID is in the line."),
            "slip": self.env._("Its ID is in the line with a slip."),
            "name": self.env._("Same amount, and its name is in the line."),
            "day": self.env._("Same amount, paid on the value date."),
        }
        found = {}
        for kind, ids in self._suggestions_of_each_kind():
            for line in self.env["g2p.bridge.disbursement"].browse(ids):
                if line not in found:
                    found[line] = reasons[kind], self._match_refusal(line)
            if kind == "named" and any(refusal is None for _why, refusal in found.values()):
                break  # the line names a payment that it fits: nobody has to guess
        suggestions = [(line, *why) for line, why in found.items()]
        # What can't be matched is shown too, so that people see why; after all that can.
        return sorted(suggestions, key=lambda suggestion: suggestion[2] is not None)

    def _suggest_batches(self):
        """Batches all payments of which this line may book as one, as :meth:`_suggest` does."""
        self.ensure_one()
        self.env.flush_all()
        words = {word for text in self._texts() for word in text.split()}
        values = {"entry": self.id, "words": list(words), "limit": LIMIT}
        self.env.cr.execute(WHOLE, values)
        suggestions = []
        for batch_id, is_named in self.env.cr.fetchall():
            batch = self.env["g2p.bridge.bank.batch"].browse(batch_id)
            if is_named or batch == self.bank_batch_id:
                reason = self.env._("The line names this batch as a whole.")
            else:
                reason = self.env._("It is of the total of this batch.")
            suggestions.append((batch, reason, self._whole_refusal(batch)))
        return sorted(suggestions, key=lambda suggestion: suggestion[2] is not None)

    def _archive_hint(self):
        """:return: which archived payments this line may speak of, in words, or None

        A line that names one as it is has brought it back already; this is about slips.
        """
        texts = self._texts()
        references = contained_references(*texts) | set(near_references(*texts))
        self.env.flush_all()
        rows = self.env.execute_query(SQL(IN_ARCHIVE, self.statement_id.id, list(references)))
        lines = [
            self.env._(
                "%(line)s, which lies in the archive with %(envelope)s, has an ID like that in "
                "the line. If it is meant, have an administrator bring the envelope back first.",
                line=line,
                envelope=envelope,
            )
            for line, envelope in rows
        ]
        return "\n".join(lines) or None

    def _suggestions_of_each_kind(self):
        """(kind, record IDs), the likeliest kind first; the last ones take longest."""
        texts = self._texts()
        yield "named", self._with_ids(contained_references(*texts) | {self.reference or ""})
        yield "slip", self._with_ids(near_references(*texts))
        words, spellings = _words_of(
            " ".join([self.beneficiary_name or "", self.counterparty_name or "", *texts])
        )
        yield "name", self._alike(SQL(SAME_NAME, words=words, spellings=spellings))
        yield "day", self._alike(SQL("b.payment_date = e.value_date"))

    def _texts(self):
        """Everything of this line in which the ID of a payment may stand."""
        line = self.sudo()
        texts = [
            line.reference,
            line.customer_reference,
            line.end_to_end_id,
            line.instruction_id,
            line.bank_reference,
            line.batch_reference,
            line.supplementary_details,
            line.narratives,
        ]
        return [text for text in texts if text]

    def _with_ids(self, references):
        """Record IDs of the account's payments with these disbursement IDs."""
        self.env.cr.execute(BY_ID, [self.statement_id.id, list(references), LIMIT])
        return [row[0] for row in self.env.cr.fetchall()]

    def _alike(self, condition):
        """Record IDs of payments of the same amount that meet a condition."""
        self.env.cr.execute(SQL(ALIKE, self.id, condition, LIMIT))
        return [row[0] for row in self.env.cr.fetchall()]


def _words_of(text):
    """The words of a text in capitals, and each as names are usually spelt.

    A name may hold a mark that ends a word (O'Neil), so what stands between blanks counts too.
    """
    plain = [word for word in re.split(r"[\W_]+", text) if word]
    spelt = {*plain, *(word.strip(",;:./()") for word in text.split())}
    spellings = {form for word in spelt for form in (word, word.upper(), word.title())}
    return [word.upper() for word in plain], sorted(spellings | {word.lower() for word in spelt})
