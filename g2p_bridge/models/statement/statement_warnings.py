from decimal import Decimal

from odoo import fields, models
from odoo.tools import SQL

from ..envelope_amounts import money_words
from .statement_place import PLACE, PLACE_BACK

# The statement next to one in the order of its account and currency, with the closing balance of
# the former and the opening balance of the latter. It is not what was processed before or after
# it: a missing statement may come late.
_BESIDE = f"""
      FROM (SELECT company_id, account_number, sponsor_bank_id, currency_id, opening_balance,
                   closing_balance, {PLACE} FROM g2p_bridge_statement WHERE id = %(id)s)
           own (company, account, bank, currency, opening, closing, day, number, sequence, last)
      JOIN g2p_bridge_statement ON company_id = own.company AND account_number = own.account
       AND sponsor_bank_id IS NOT DISTINCT FROM own.bank
       AND currency_id IS NOT DISTINCT FROM own.currency AND state = 'done'
"""
FORMER = f"""
    SELECT id, closing_balance::text, own.opening::text {_BESIDE}
       AND ({PLACE}) < (own.day, own.number, own.sequence, own.last)
     ORDER BY {PLACE_BACK} LIMIT 1
"""
FOLLOWER = f"""
    SELECT id, own.closing::text, opening_balance::text {_BESIDE}
       AND ({PLACE}) > (own.day, own.number, own.sequence, own.last)
     ORDER BY {PLACE} LIMIT 1
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
    gap_warnings = fields.Text(
        "Warnings of What Is Missing",
        readonly=True,
        help="Those of the warnings that say that the statement does not follow on the one before.",
    )

    def _write_warnings(self, parsed, movement):
        """Compare the statement with itself and with the one before it.

        Then the one after it is compared anew: it may have missed this one.

        :param parsed: ``lib.statement.Statement``
        :param movement: Decimal sum of its entries, credits positive
        """
        own = [*self._currency_warnings(parsed), *self._balance_warnings(parsed, movement)]
        self._keep_warnings(own, list(self._gap_warnings()))
        follower, _closing, _opening = self._beside(FOLLOWER)
        follower._compare_with_former()

    def _compare_with_former(self):
        """Say anew what may be missing before these, and tell in their history what has changed."""
        for statement in self:
            known, gaps = statement.gap_warnings or "", list(statement._gap_warnings())
            if "\n".join(gaps) == known:
                continue
            own = (statement.warnings or "").removesuffix(known).splitlines()
            statement._keep_warnings(own, gaps)
            statement._message_log(
                body=self.env._("The statement before it is another one now: it was compared anew.")
            )

    def _keep_warnings(self, own, gaps):
        self.write(
            {
                "warnings": "\n".join([*own, *gaps]),
                "has_warnings": bool(own or gaps),
                "gap_warnings": "\n".join(gaps),
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

    def _gap_warnings(self):
        former, closing, opening = self._beside(FORMER)
        if not former:
            return
        if closing is not None and opening not in (None, closing):
            yield self.env._(
                "Opening balance %(opening)s is not the closing balance %(closing)s of %(former)s.",
                opening=self._amount_words(opening),
                closing=self._amount_words(closing),
                former=former.display_name,
            )
        if not self._follows(former):
            yield self.env._(
                "Statement number %(number)s does not follow %(former)s: one may be missing.",
                number="/".join(map(str, self._order_key())),
                former="/".join(map(str, former._order_key())),
            )

    def _amount_words(self, amount):
        return money_words(self.currency_id, amount) if self.currency_id else str(amount)

    def _beside(self, query):
        """The statement before or behind this one, of the same account and currency.

        :param query: :data:`FORMER` or :data:`FOLLOWER`
        :return: (statement, Decimal closing balance of the former of the two, Decimal opening
            balance of the latter); no record if there is none, None for what is not given
        """
        self.env.flush_all()
        rows = self.env.execute_query(SQL(query, id=self.id))
        beside, *balances = rows[0] if rows else (None, None, None)
        return self.browse(beside), *(text and Decimal(text) for text in balances)
