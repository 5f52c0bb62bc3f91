# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta
from odoo import api, models
from odoo.tools import SQL

#: Where each figure is read: model, column of the envelope's id, conditions, count, amount.
FIGURES = {
    "declared": (
        "g2p.bridge.envelope",
        "id",
        [],
        SQL("SUM(t.number_of_disbursements)"),
        SQL("SUM(t.total_disbursement_amount)"),
    ),
    "blocked": (
        "g2p.bridge.funds.step",
        "envelope_id",
        [("kind", "=", "block"), ("state", "=", "done")],
        SQL("SUM(e.number_of_disbursements)"),
        SQL("SUM(t.amount)"),
    ),
    "shipped": (
        "g2p.bridge.bank.batch",
        "envelope_id",
        [("shipped_count", ">", 0)],
        SQL("SUM(t.shipped_count)"),
        SQL("SUM(t.shipped_amount)"),
    ),
    "reconciled": (
        "g2p.bridge.statement.total",
        "envelope_id",
        [("reconciled_count", ">", 0)],
        SQL("SUM(t.reconciled_count)"),
        SQL("SUM(t.reconciled_amount)"),
    ),
    "reversed": (
        "g2p.bridge.statement.total",
        "envelope_id",
        [("reversed_count", ">", 0)],
        SQL("SUM(t.reversed_count)"),
        SQL("SUM(t.reversed_amount)"),
    ),
}
#: How payments over time are put together.
UNITS = {"day": timedelta(days=1), "week": timedelta(weeks=1), "month": relativedelta(months=1)}
#: Programs that have a bar of their own; the smaller ones share one.
PROGRAMS = 8
NOTHING = (0, Decimal(0))
#: A statement that gives no date of its own counts on the day on which it came.
TIMELINE = """
    SELECT e.currency_id, date_trunc(%(unit)s, s.day::timestamp)::date,
           SUM(t.reconciled_count), SUM(t.reconciled_amount)::text,
           SUM(t.reversed_count), SUM(t.reversed_amount)::text
      FROM g2p_bridge_statement_total t
      JOIN g2p_bridge_envelope e ON e.id = t.envelope_id
      JOIN (SELECT id, COALESCE(statement_date, upload_timestamp::date) AS day
              FROM g2p_bridge_statement) s ON s.id = t.statement_id
     WHERE t.id IN %(ids)s AND s.day >= %(since)s
     GROUP BY 1, 2
"""


class DashboardMoney(models.AbstractModel):
    """Where the money is. Added up by PostgreSQL in numeric and never made a float."""

    _inherit = "g2p.bridge.dashboard"

    @api.model
    def _money(self, scope):
        """:return: ``currencies`` (figures, programs, timeline of each) and the timeline's
        ``unit``; envelopes count from their schedule date, the timeline goes by statements"""
        sums = {figure: self._sums(figure, scope) for figure in FIGURES}
        timeline = self._timeline(scope)
        used = {currency for rows in sums.values() for currency, _program in rows} | set(timeline)
        programs = self._program_names({key[1] for rows in sums.values() for key in rows if key[1]})
        currencies = self.env["res.currency"].with_context(active_test=False).browse(used)
        return {
            "unit": scope.unit,
            "currencies": [
                {
                    "id": currency.id,
                    "name": currency.name,
                    "symbol": currency.symbol,
                    "position": currency.position,
                    "figures": self._figures(scope, currency, sums),
                    "programs": self._program_rows(scope, currency, sums, programs),
                    "timeline": self._points(scope, currency, timeline),
                }
                for currency in currencies.sorted("name")
            ],
        }

    @api.model
    def _sums(self, figure, scope):
        """One figure of live envelopes, by currency and by currency and program.

        :return: {(currency id, program id; None for all): (count, Decimal amount)}
        """
        model, link, _conditions, count, amount = FIGURES[figure]
        records = self.env[model]._search(self._figure_domain(figure, scope))
        rows = self.env.execute_query(
            SQL(
                "SELECT e.currency_id, e.program_id, %(count)s, %(amount)s::text"
                " FROM %(table)s t JOIN g2p_bridge_envelope e ON e.id = t.%(link)s"
                " WHERE t.id IN %(ids)s GROUP BY"
                " GROUPING SETS ((e.currency_id), (e.currency_id, e.program_id))",
                count=count,
                amount=amount,
                table=SQL.identifier(self.env[model]._table),
                link=SQL.identifier(link),
                ids=records.subselect(),
            )
        )
        return {(row[0], row[1]): (row[2] or 0, Decimal(row[3] or 0)) for row in rows}

    @api.model
    def _figure_domain(self, figure, scope, currency=None, program_id=None):
        """The rows that a figure is the sum of."""
        _model, link, conditions, _count, _amount = FIGURES[figure]
        path = "" if link == "id" else "envelope_id."
        domain = [*conditions, (f"{path}cancellation_status", "=", "not_cancelled")]
        domain += scope.from_day(f"{path}disbursement_schedule_date")
        domain += scope.of_program(f"{path}program_id")
        if currency:
            domain.append((f"{path}currency_id", "=", currency.id))
        if program_id:
            domain.append((f"{path}program_id", "=", program_id))
        return domain

    @api.model
    def _figures(self, scope, currency, sums):
        names = {
            "declared": self.env._("Declared"),
            "blocked": self.env._("Blocked"),
            "shipped": self.env._("Shipped"),
            "reconciled": self.env._("Reconciled"),
            "reversed": self.env._("Reversed"),
        }
        return [
            {
                "key": figure,
                "name": name,
                **self._amount(currency, sums[figure].get((currency.id, None), NOTHING)),
                "link": self._figure_link(figure, name, scope, currency),
            }
            for figure, name in names.items()
        ]

    @api.model
    def _figure_link(self, figure, name, scope, currency):
        domain = self._figure_domain(figure, scope, currency)
        if figure in ("reconciled", "reversed"):
            return self._link("statement_action", name, [("total_ids", "any", domain)])
        kinds = {"declared": "envelope", "blocked": "funds_step", "shipped": "bank_batch"}
        return self._link(f"{kinds[figure]}_action", name, domain)

    @api.model
    def _program_names(self, ids):
        programs = self.env["g2p.bridge.program"].with_context(active_test=False)
        found = programs.search_fetch([("id", "in", list(ids))], ["benefit_program_name"])
        return {program.id: program.benefit_program_name for program in found}

    @api.model
    def _program_rows(self, scope, currency, sums, names):
        """The programs of a currency, the largest first; the small ones share the last row."""
        declared = {
            program: amount
            for (owner, program), (_count, amount) in sums["declared"].items()
            if owner == currency.id and program
        }
        ordered = sorted(declared, key=declared.get, reverse=True)
        shown = PROGRAMS if len(ordered) > PROGRAMS + 1 else PROGRAMS + 1
        groups = [[program] for program in ordered[:shown]]
        groups += [ordered[shown:]] if ordered[shown:] else []
        return [self._program_row(scope, currency, sums, names, group) for group in groups]

    @api.model
    def _program_row(self, scope, currency, sums, names, group):
        single = len(group) == 1
        name = names.get(group[0]) if single else self.env._("%s other programs", len(group))
        name = name or self.env._("Another program")
        row = {"id": group[0] if single else 0, "name": name, "link": False}
        if single:
            domain = self._figure_domain("declared", scope, currency, group[0])
            row["link"] = self._link("envelope_action", name, domain)
        for figure, rows in sums.items():
            parts = [rows.get((currency.id, program), NOTHING) for program in group]
            counted = [sum(column) for column in zip(*parts, strict=True)]
            row[figure] = self._amount(currency, counted)
        return row

    @api.model
    def _timeline(self, scope):
        """What statements proved, by the day, week or month of the statement.

        :return: {currency id: {first day: (reconciled, reversed), each with count and
            Decimal amount}}
        """
        domain = scope.of_program("envelope_id.program_id")
        totals = self.env["g2p.bridge.statement.total"]._search(domain)
        rows = self.env.execute_query(
            SQL(
                TIMELINE,
                unit=scope.unit,
                ids=totals.subselect(),
                since=scope.since or scope.today.min,
            )
        )
        timeline = {}
        for currency, start, debits, debited, returns, returned in rows:
            point = (debits or 0, Decimal(debited or 0)), (returns or 0, Decimal(returned or 0))
            timeline.setdefault(currency, {})[start] = point
        return timeline

    @api.model
    def _points(self, scope, currency, timeline):
        """Every day, week or month of the period, also those without a payment."""
        known = timeline.get(currency.id, {})
        if not known:
            return []
        day = first_day(scope.since or min(known), scope.unit)
        last = max(scope.today, max(known))
        points = []
        while day <= last:
            reconciled, reversed_ = known.get(day, (NOTHING, NOTHING))
            points.append(
                {
                    "start": day.isoformat(),
                    "reconciled": self._amount(currency, reconciled),
                    "reversed": self._amount(currency, reversed_),
                }
            )
            day += UNITS[scope.unit]
        return points

    @api.model
    def _amount(self, currency, counted):
        count, amount = counted
        return {"count": int(count), "amount": f"{amount:.{currency.decimal_places}f}"}


def first_day(day, unit):
    """The first day of a date's day, week (Monday) or month."""
    if unit == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if unit == "month" else day
