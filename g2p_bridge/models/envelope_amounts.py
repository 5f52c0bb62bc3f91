# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Sums and amounts of envelopes to their last decimal."""

from decimal import Decimal

from odoo import models
from odoo.tools import SQL, get_lang

NAMES = (
    "received",
    "shipped",
    "rejected",
    "resolved",
    "unresolved",
    "reconciled",
    "reversed",
)


class EnvelopeAmounts(models.Model):
    """Amounts that people compare: summed and written out without a float's rounding.

    Fields of the ORM round as floats do, which fails at 15 digits.
    """

    _inherit = "g2p.bridge.envelope"

    def _exact_sums(self):
        """{stage: (int count, Decimal amount)}, from batches and statements in one query."""
        self.env.flush_all()
        row = self.env.execute_query(
            SQL(
                """
                SELECT b.*, m.*, t.*
                  FROM (SELECT SUM(line_count), SUM(line_amount)::text,
                               SUM(shipped_count), SUM(shipped_amount)::text,
                               SUM(rejected_count), SUM(rejected_amount)::text
                          FROM g2p_bridge_bank_batch WHERE envelope_id = %(id)s) b,
                       (SELECT SUM(resolved_count), SUM(resolved_amount)::text,
                               SUM(unresolved_count), SUM(unresolved_amount)::text
                          FROM g2p_bridge_mapper_batch WHERE envelope_id = %(id)s) m,
                       (SELECT SUM(reconciled_count), SUM(reconciled_amount)::text,
                               SUM(reversed_count), SUM(reversed_amount)::text
                          FROM g2p_bridge_statement_total WHERE envelope_id = %(id)s) t
                """,
                id=self.id,
            )
        )[0]
        pairs = zip(row[::2], row[1::2], strict=True)
        return {
            name: (int(count or 0), Decimal(amount or 0))
            for name, (count, amount) in zip(NAMES, pairs, strict=True)
        }

    def _count(self, number):
        """A count as people read it, with its thousands apart."""
        return _language(self.env).format("%d", number, grouping=True)

    def _payments(self, number):
        """A number of payments in words."""
        many = self.env._("%s payments", self._count(number))
        return self.env._("1 payment") if number == 1 else many

    def _money(self, amount):
        """An amount as people read it, with its currency.

        :param amount: Decimal, of at most 15 digits
        """
        return money_words(self.currency_id, amount)


class FundsStepAmount(models.Model):
    _inherit = "g2p.bridge.funds.step"

    def _exact_amount(self):
        """:return: Decimal amount of this step, as it is stored"""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT COALESCE(amount, 0)::text FROM g2p_bridge_funds_step WHERE id = %s", self.id
            )
        )
        return Decimal(rows[0][0]) if rows else Decimal(0)


def money_words(currency, amount):
    """An amount as people read it, with its currency.

    :param amount: Decimal, of at most 15 digits
    """
    pattern = f"%.{currency.decimal_places}f"
    digits = _language(currency.env).format(pattern, float(amount), grouping=True)
    digits = digits.replace(" ", "\N{NO-BREAK SPACE}")
    parts = [currency.symbol or currency.name, digits]
    if currency.position != "before":
        parts.reverse()
    return "\N{NO-BREAK SPACE}".join(parts)


def _language(env):
    return env["res.lang"].browse(get_lang(env).id)
