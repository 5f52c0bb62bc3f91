# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import format_date, format_datetime

from ..formats import count, exact_amount


class EnvelopeSummary(models.AbstractModel):
    """The envelope summary: one envelope on paper, to be signed and filed.

    It says nothing that is not in the database at the moment of printing, and every amount
    with all of its digits.
    """

    _name = "report.g2p_bridge.envelope_summary"
    _description = "Envelope Summary"

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
        figures = envelope._figures()
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

    # Helpers

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
