# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

#: A decision and its record are written in one transaction, which may take this long.
TOLERANCE = "15 minutes"
# Rows that say that somebody decided, of which the trail knows nothing: how many, and one of them.
UNTOLD = """
    SELECT COUNT(*), MIN(t.id) FROM %(table)s t
     WHERE (%(when)s) AND NOT EXISTS (
           SELECT FROM g2p_bridge_audit a
            WHERE a.model = %(model)s AND a.res_id = t.%(subject)s
              AND a.action = ANY(%(actions)s) AND (%(record)s) AND %(who)s AND %(at)s
              AND NOT EXISTS (
                  SELECT FROM g2p_bridge_audit w
                   WHERE w.model = a.model AND w.res_id = a.res_id AND w.id > a.id
                     AND (%(undone)s)))
"""


class AuditDecisions(models.Model):
    """Whether there is a record of each decision that is there.

    A decision that somebody wrote into the database, past the buttons, has none.
    """

    _inherit = "g2p.bridge.audit"

    @api.model
    def _decisions(self):
        """:return: list of :class:`Decision`; each addon adds those of its models"""
        return []

    @api.model
    def _verify_decisions(self, verdict):
        """Compare what rows say was decided with the trail, in one query for each kind."""
        for decision in self._decisions():
            count, row_id = self.env.execute_query(self._untold(decision))[0]
            if not count:
                continue
            model = self.env[decision.model].sudo()
            verdict.found(
                self.env._(
                    "%(record)s (%(kind)s) says in %(field)s that somebody decided, and the "
                    "trail has no record of that; so do %(count)s in all. It was written past "
                    "the bridge.",
                    record=model.browse(row_id).display_name,
                    kind=model._description,
                    field=model._fields[decision.column]._description_string(self.env),
                    count=count,
                ),
                count,
            )

    @api.model
    def _untold(self, decision):
        """:return: SQL: the decisions of a kind that have no record"""
        model, subject = decision.subject
        return SQL(
            UNTOLD,
            table=SQL.identifier(self.env[decision.model]._table),
            when=SQL(decision.when or f"t.{decision.column} IS NOT NULL"),
            model=model,
            subject=SQL.identifier(subject),
            actions=list(decision.actions),
            record=SQL(decision.record),
            who=SQL("a.user_id = %s", SQL.identifier("t", decision.who))
            if decision.who
            else SQL("TRUE"),
            at=SQL(
                "a.at BETWEEN %(at)s - INTERVAL %(most)s AND %(at)s + INTERVAL %(most)s",
                at=SQL.identifier("t", decision.at),
                most=TOLERANCE,
            )
            if decision.at
            else SQL("TRUE"),
            undone=SQL(decision.undone),
        )
