# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import models

from ..formats import exact_amount, percentage
from ..lib.reasons import reason_words
from .envelope_figures import LEFT, LIVE, add_up

#: States in which a disbursement has an address, or needs none from a mapper.
RESOLVED = ("resolved", "rejected", *LEFT)
#: States in which a disbursement has a reason.
UNPAID = ("unresolved", "rejected", "reversed")
NOTHING = (0, Decimal(0))


class EnvelopeSummaryTables(models.AbstractModel):
    """The tables of the envelope summary, from its figures."""

    _inherit = "report.g2p_bridge.envelope_summary"

    def _totals(self, envelope, figures):
        """The control totals, declared and received, and whether they agree."""
        missing = _difference(figures["declared"], figures["received"])
        return {
            "rows": [
                self._row(envelope, self.env._("Declared"), *figures["declared"]),
                self._row(envelope, self.env._("Received"), *figures["received"]),
                self._row(envelope, self.env._("Difference"), *missing),
            ],
            "agree": missing == NOTHING,
        }

    def _pipeline(self, envelope, figures):
        """[row with ``share`` and ``at``], one for each stage on the way to the beneficiary."""
        states = figures["states"]
        stages = [(self.env._("Received"), *figures["received"], "")]
        if envelope.id_mapper_resolution_required:
            stages.append((self.env._("Address found"), *add_up(states, RESOLVED), ""))
        for kind, name in (
            ("check", self.env._("Funds available at the bank")),
            ("block", self.env._("Funds blocked")),
        ):
            step = figures["funds"][kind]
            done = step["state"] == "done"
            moment = self._moment(step["at"]) if done else ""
            stages.append((name, None, step["amount"] if done else Decimal(0), moment))
        moment = self._moment(figures["batches"]["last_done_at"])
        stages.append((self.env._("Handed to the bank"), *add_up(states, LEFT), moment))
        stages += self._proved_stages(figures["statements"])
        declared = figures["declared"][1]
        return [
            {
                **self._row(envelope, name, number, amount),
                "share": percentage(self.env, amount, declared),
                "at": moment,
            }
            for name, number, amount, moment in stages
        ]

    def _proved_stages(self, statements):
        """What the bank's statements prove: [(name, int, Decimal, when)]"""
        debits, reversals = _sum(statements, "reconciled"), _sum(statements, "reversed")
        last = self._day(statements[-1]["date"]) if statements else ""
        return [
            (self.env._("Debited, by statement"), *debits, last),
            (self.env._("Came back, by statement"), *reversals, last if reversals[0] else ""),
            (self.env._("Paid and not returned"), *_difference(debits, reversals), ""),
        ]

    def _breakdown(self, envelope, figures):
        """The disbursements by state, and what is missing to the declared total."""
        states, labels = figures["states"], self._labels(envelope.disbursement_ids, "state")
        rows = [
            self._row(envelope, labels[state], *states[state]) for state in LIVE if state in states
        ]
        missing = _difference(figures["declared"], figures["received"])
        if missing != NOTHING:
            over = envelope.cancellation_status == "cancelled"
            name = self.env._("Not paid: cancelled") if over else self.env._("Still to come")
            rows.append(self._row(envelope, name, *missing))
        cancelled = states.get("cancelled")
        return {
            "rows": rows,
            "total": self._row(envelope, self.env._("Declared total"), *figures["declared"]),
            "cancelled": cancelled and self._row(envelope, labels["cancelled"], *cancelled),
        }

    def _funds(self, envelope, figures):
        """[dict of name, state, amount, references, at, error] of the steps with the bank."""
        kinds = self._labels(envelope.funds_step_ids, "kind")
        states = self._labels(envelope.funds_step_ids, "state")
        return [
            {
                "name": kinds[kind],
                "state": states[step["state"]],
                "amount": self._funds_amount(envelope, step),
                "references": _references(step),
                "at": self._moment(step["at"]),
                "error": self._funds_error(step),
            }
            for kind, step in figures["funds"].items()
            if step["state"]
        ]

    def _funds_amount(self, envelope, step):
        done = step["state"] == "done"
        return exact_amount(self.env, step["amount"], envelope.currency_id) if done else ""

    def _funds_error(self, step):
        if step["state"] == "done" or not step["code"]:
            return ""
        return step["message"] or reason_words(self.env, step["code"])

    def _statements(self, envelope, figures):
        """What each bank statement proves of the envelope, and all together; [] for none."""
        statements = figures["statements"]
        if not statements:
            return []
        total = {"statement": self.env._("All statements"), "date": None}
        for kind in ("reconciled", "reversed"):
            total[f"{kind}_count"], total[f"{kind}_amount"] = _sum(statements, kind)
        return [
            {
                "name": row["statement"],
                "date": self._day(row["date"]),
                **{
                    kind: self._row(envelope, "", row[f"{kind}_count"], row[f"{kind}_amount"])
                    for kind in ("reconciled", "reversed")
                },
            }
            for row in (*statements, total)
        ]

    def _problems(self, envelope, figures):
        """[row with ``kind``]: unpaid disbursements by reason, and odd statement entries."""
        kinds = self._labels(envelope.disbursement_ids, "state")
        rest = {state: figures["states"].get(state, NOTHING) for state in UNPAID}
        found = []
        for state, code, *what in sorted(figures["reasons"], key=lambda row: UNPAID.index(row[0])):
            words = reason_words(self.env, code) or self.env._("No reason was given.")
            found.append((kinds[state], words, *what))
            rest[state] = _difference(rest[state], what)
        for state, what in rest.items():
            if what != NOTHING:
                found.append((kinds[state], self.env._("Other reasons"), *what))
        errors = self._labels(self.env["g2p.bridge.statement.entry"], "error_reason")
        for error, *what in figures["entry_errors"]:
            found.append((self.env._("On a statement"), errors.get(error, error), *what))
        return [{**self._row(envelope, *what), "kind": kind} for kind, *what in found]


def _references(step):
    """What names a funds step in talks with the bank: its reference, then ours."""
    own = step["reference"] if step["kind"] != "check" else ""  # a question has none
    return [reference for reference in (step["bank_reference"], own) if reference]


def _difference(one, other):
    """(int, Decimal) less (int, Decimal)."""
    return one[0] - other[0], one[1] - other[1]


def _sum(statements, kind):
    """(int, Decimal) of what statements prove, ``reconciled`` or ``reversed``."""
    return sum(row[f"{kind}_count"] for row in statements), sum(
        (row[f"{kind}_amount"] for row in statements), Decimal(0)
    )
