# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import format_date, format_datetime

from ..formats import count, exact_amount, percentage
from ..lib.reasons import reason_words
from ..models.disbursement.disbursement_states import ADDRESSED, LEFT, LIVE, UNPAID
from .envelope_figures import add_up

NOTHING = (0, Decimal(0))


class EnvelopeSummary(models.AbstractModel):
    """The envelope summary: one envelope on paper, to be signed and filed.

    It says nothing that is not in the database at the moment of printing, and every amount
    with all of its digits.
    """

    _name = "report.g2p_bridge.envelope_summary"
    _description = "Envelope Summary"

    # === Helpers ===

    @api.model
    def _get_report_values(self, docids, data=None):
        """:raises AccessError: the user may not read one of the envelopes"""
        envelopes = self.env["g2p.bridge.envelope"].browse(docids)
        envelopes.check_access("read")
        return {
            "doc_ids": docids,
            "doc_model": envelopes._name,
            "docs": envelopes,
            "summaries": [self._summary(envelope) for envelope in envelopes],
            "printed_by": self.env.user.name,
            "printed_at": self._moment(fields.Datetime.now()),
            "time_zone": self._time_zone(),
        }

    def _summary(self, envelope):
        """Everything that the page of one envelope shows, as texts."""
        figures = self.env["g2p.bridge.envelope.figures"]._of(envelope)
        return {
            "envelope": envelope,
            "state": self._labels(envelope, "state")[envelope.state],
            "waiting_for": envelope.waiting_for,
            "head": self._head(envelope),
            "people": self._people(envelope.sudo()),
            "totals": self._totals(envelope, figures),
            "pipeline": self._pipeline(envelope, figures),
            "breakdown": self._breakdown(envelope, figures),
            "funds": self._funds(envelope, figures),
            "statements": self._statements(envelope, figures),
            "problems": self._problems(envelope, figures),
        }

    def _head(self, envelope):
        """[(name, text)]"""
        frequency = self._labels(envelope, "disbursement_frequency")
        return [
            (self.env._("Program"), envelope.program_id.display_name),
            (self.env._("Cycle"), envelope.cycle_code_mnemonic),
            (self.env._("Frequency"), frequency[envelope.disbursement_frequency]),
            (self.env._("Schedule date"), self._day(envelope.disbursement_schedule_date)),
            (self.env._("Sponsor bank"), envelope.sponsor_bank_id.display_name),
            (self.env._("Account"), envelope.sponsor_bank_account_masked),
            (self.env._("Organization"), envelope.company_id.display_name),
            (self.env._("Beneficiaries"), count(self.env, envelope.number_of_beneficiaries)),
        ]

    def _people(self, envelope):
        """[(what was done, by whom, when)]

        :param envelope: with rights to read users and what was tracked
        """
        makers = ", ".join(envelope.maker_ids.mapped("name")) or envelope.create_uid.name
        people = [(self.env._("Made"), makers, envelope.receipt_time_stamp)]
        if envelope.approved_by_id:
            approver = envelope.approved_by_id.name
            people.append((self.env._("Approved"), approver, envelope.approved_at))
        if envelope.rejected_by_id:
            approver = envelope.rejected_by_id.name
            people.append((self.env._("Sent back"), approver, envelope.rejected_at))
        if envelope.started_by_id:
            _author, moment = self._tracked(envelope, "started_by_id")
            people.append((self.env._("Started by hand"), envelope.started_by_id.name, moment))
        if envelope.cancellation_time_stamp:
            author, _moment = self._tracked(envelope, "cancellation_status")
            people.append((self.env._("Cancelled"), author, envelope.cancellation_time_stamp))
        return [(done, who, self._moment(at)) for done, who, at in people]

    def _tracked(self, envelope, name):
        """(who, when) a field of the envelope was last changed, by its own records."""
        values = self.env["mail.tracking.value"].sudo()
        change = values.search(
            [
                ("mail_message_id.model", "=", envelope._name),
                ("mail_message_id.res_id", "=", envelope.id),
                ("field_id.name", "=", name),
            ],
            order="id desc",
            limit=1,
        )
        return change.mail_message_id.author_id.name or "", change.mail_message_id.date

    def _labels(self, record, name):
        """{key: label in the user's language} of a selection field."""
        return dict(record._fields[name]._description_selection(self.env))

    def _row(self, envelope, name, number, amount):
        """One row of a table; ``number`` is None where there is nothing to count."""
        return {
            "name": name,
            "count": "" if number is None else count(self.env, number),
            "amount": exact_amount(self.env, amount, envelope.currency_id),
        }

    def _moment(self, moment):
        """A date and time in the user's time zone, "" for none."""
        return format_datetime(self.env, moment, tz=self._time_zone()) if moment else ""

    def _day(self, day):
        return format_date(self.env, day) if day else ""

    def _time_zone(self):
        return self.env.context.get("tz") or self.env.user.tz or "UTC"

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
            stages.append((self.env._("Address found"), *add_up(states, ADDRESSED), ""))
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
        for state, code, *what in sorted(
            figures["reasons"], key=lambda row: UNPAID.names.index(row[0])
        ):
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
