from decimal import Decimal

from odoo import fields, models

from .envelope_amounts import money_words

# Statements in their order: by day, and within a day by number and sequence number. The one
# before a statement is not the one that was processed last: a missing one may come late.
FORMER = """
    WITH ordered AS (
        SELECT id, closing_balance, COALESCE(statement_date, upload_timestamp::date) AS day,
               CASE WHEN statement_number ~ '^[0-9]{1,9}$'
                    THEN statement_number::integer ELSE 0 END AS number,
               CASE WHEN sequence_number ~ '^[0-9]{1,9}$'
                    THEN sequence_number::integer ELSE 0 END AS sequence
          FROM g2p_bridge_statement
         WHERE account_number = %(account)s AND company_id = %(company)s
           AND sponsor_bank_id IS NOT DISTINCT FROM %(bank)s
           AND (state = 'done' OR id = %(statement)s)
    )
    SELECT former.id, former.closing_balance::text
      FROM ordered own
      JOIN ordered former ON (former.day, former.number, former.sequence, former.id)
                           < (own.day, own.number, own.sequence, own.id)
     WHERE own.id = %(statement)s
     ORDER BY former.day DESC, former.number DESC, former.sequence DESC, former.id DESC
     LIMIT 1
"""


class StatementWarnings(models.Model):
    """What a statement says that does not add up: kept on it, never passed in silence."""

    _inherit = "g2p.bridge.statement"

    is_gap_before = fields.Boolean(
        "One Missing Before",
        readonly=True,
        index=True,
        help="A statement seems to be missing before this one: its number or its opening balance "
        "does not follow from the statement before. Ask the bank for it.",
    )

    def _write_warnings(self, parsed, movement):
        """Compare the statement with itself and with the one before it.

        :param parsed: ``lib.statement.Statement``
        :param movement: Decimal sum of its entries, credits positive
        """
        gaps = [*self._sequence_warnings(parsed)]
        texts = [
            *self._currency_warnings(parsed),
            *self._balance_warnings(parsed, movement),
            *gaps,
        ]
        self.write(
            {
                "warnings": "\n".join(texts),
                "has_warnings": bool(texts),
                "is_gap_before": bool(gaps),
            }
        )

    def _currency_warnings(self, parsed):
        if not self.currency_id:
            yield self.env._("The currency %s of the statement is not known.", parsed.currency)

    def _balance_warnings(self, parsed, movement):
        opening, closing = parsed.opening_balance, parsed.closing_balance
        if opening is None or closing is None:
            yield self.env._("The statement gives no opening or no closing balance.")
        elif opening + movement != closing:
            yield self.env._(
                "Opening balance %(opening)s and entries of %(movement)s do not give the "
                "closing balance %(closing)s.",
                opening=self._amount_words(opening),
                movement=self._amount_words(movement),
                closing=self._amount_words(closing),
            )

    def _sequence_warnings(self, parsed):
        former, closing = self._former()
        if not former:
            return
        if closing is not None and parsed.opening_balance not in (None, closing):
            yield self.env._(
                "Opening balance %(opening)s is not the closing balance %(closing)s of %(former)s.",
                opening=self._amount_words(parsed.opening_balance),
                closing=self._amount_words(closing),
                former=former.display_name,
            )
        number, sequence = self._order_key()
        former_number, former_sequence = former._order_key()
        if number and former_number and not self._follows(former):
            yield self.env._(
                "Statement number %(number)s does not follow %(former)s: one may be missing.",
                number=f"{number}/{sequence}",
                former=f"{former_number}/{former_sequence}",
            )

    def _amount_words(self, amount):
        return money_words(self.currency_id, amount) if self.currency_id else str(amount)

    def _follows(self, former):
        """Whether no statement is missing between the former one and this one."""
        number, sequence = self._order_key()
        former_number, former_sequence = former._order_key()
        if number == former_number:
            return sequence == former_sequence + 1
        new_year = self._day().year > former._day().year
        return sequence <= 1 and (number == former_number + 1 or new_year and number == 1)

    def _day(self):
        return self.statement_date or self.upload_timestamp

    def _former(self):
        """The statement of this account that comes before this one.

        :return: (statement, its Decimal closing balance or None); no record if it is the first
        """
        self.env.flush_all()
        arguments = {
            "statement": self.id,
            "account": self.account_number,
            "company": self.company_id.id,
            "bank": self.sponsor_bank_id.id or None,
        }
        self.env.cr.execute(FORMER, arguments)
        former, closing = self.env.cr.fetchone() or (None, None)
        return self.browse(former), None if closing is None else Decimal(closing)
