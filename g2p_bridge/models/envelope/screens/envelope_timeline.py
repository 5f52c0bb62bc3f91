# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import fields, models
from odoo.tools import SQL, format_date, html2plaintext

#: At most so many lines of what people did or said, and of statements.
MOST_MESSAGES, MOST_STATEMENTS = 80, 40
#: What is told, in the order in which it happens.
ICONS = {
    "declared": "fa-file-text-o",
    "amended": "fa-pencil",
    "received": "fa-inbox",
    "imported": "fa-upload",
    "said": "fa-comment-o",
    "resolved": "fa-address-book-o",
    "funds": "fa-lock",
    "shipped": "fa-paper-plane-o",
    "statement": "fa-check-square-o",
}


class EnvelopeTimeline(models.AbstractModel):
    """Who did what and when, newest first: read from what is kept anyway, never stored.

    Thousands of batches are one line for each way in which they ended.
    """

    _name = "g2p.bridge.envelope.timeline"
    _description = "Timeline of an Envelope"

    def _of(self, envelope):
        """:return: list of dicts: ``at`` (UTC), ``kind``, ``icon``, ``text``, ``who``, ``level``"""
        events = [
            *self._declaration(envelope),
            *self._messages(envelope),
            *self._arrivals(envelope),
            *self._imports(envelope),
            *self._funds(envelope),
            *self._batches(envelope),
            *self._statements(envelope),
        ]
        # Of what happened in one second, the later kind is the newer one.
        rank = {kind: number for number, kind in enumerate(ICONS)}
        events.sort(key=lambda event: (event["at"], rank[event["kind"]]), reverse=True)
        for number, event in enumerate(events):
            event["id"] = number
            event["at"] = fields.Datetime.to_string(event["at"])
        return events

    def _event(self, kind, at, text, who=None, level=""):
        return {
            "kind": kind,
            "icon": ICONS[kind],
            "at": at,
            "text": text,
            "who": who.name if who else "",
            "level": level,
        }

    def _declaration(self, envelope):
        text = self.env._("Declared for the cycle %s", envelope.cycle_code_mnemonic)
        return [self._event("declared", envelope.receipt_time_stamp, text, envelope.create_uid)]

    def _messages(self, envelope):
        """What people said and decided, and what they changed of the declaration."""
        messages = self.env["mail.message"].search(
            [
                ("model", "=", envelope._name),
                ("res_id", "=", envelope.id),
                ("message_type", "in", ("comment", "notification")),
            ],
            order="id desc",
            limit=MOST_MESSAGES,
        )
        # Said by the mail system in the language of whoever declared it.
        created = envelope.with_context(lang=envelope.create_uid.lang)._creation_message()
        for message in messages:
            author = message.author_id
            body = html2plaintext(message.body or "").strip()
            if body and body != created:
                yield self._event("said", message.date, body, author)
            for text in filter(
                None, (self._change(envelope, value) for value in message.tracking_value_ids)
            ):
                yield self._event("amended", message.date, text, author)

    def _change(self, envelope, value):
        """A change of the declaration in words; None for what other lines tell better."""
        name, field = value.field_id.name, value.field_id.field_description
        if name == "total_disbursement_amount":
            before, after = (
                amount and envelope._money(amount)
                for amount in (value.old_value_float, value.new_value_float)
            )
        elif name in ("number_of_disbursements", "number_of_beneficiaries"):
            before, after = value.old_value_integer, value.new_value_integer
        elif name == "disbursement_schedule_date":
            before, after = (
                day and format_date(self.env, day)
                for day in (value.old_value_datetime, value.new_value_datetime)
            )
        elif name == "approved_by_id" and not value.new_value_integer:
            return self.env._("The approval is taken back: the envelope was changed")
        else:
            return None
        if not before:  # declared just now
            return None
        return self.env._(
            "%(field)s: from %(before)s to %(after)s", field=field, before=before, after=after
        )

    def _arrivals(self, envelope):
        count, first, last, lines, amount = self.env.execute_query(
            SQL(
                "SELECT COUNT(*), MIN(create_date), MAX(create_date), SUM(line_count),"
                " SUM(line_amount)::text FROM g2p_bridge_bank_batch WHERE envelope_id = %s",
                envelope.id,
            )
        )[0]
        if not count or not lines:
            return []
        text = self.env._(
            "Disbursements received: %(lines)s (%(amount)s), in bank batches: %(count)s",
            lines=envelope._count(lines),
            amount=envelope._money(Decimal(amount)),
            count=envelope._count(count),
        )
        return [self._event("received", last or first, text)]

    def _imports(self, envelope):
        for file in envelope.import_ids.filtered("finished_at")[:MOST_STATEMENTS]:
            state = dict(file._fields["state"]._description_selection(self.env))[file.state]
            text = self.env._(
                "File %(name)s: %(state)s. Rows: %(rows)s",
                name=file.file_name,
                state=state,
                rows=envelope._count(file.imported_count or file.row_count),
            )
            level = "danger" if file.state in ("invalid", "failed") else ""
            yield self._event("imported", file.finished_at, text, file.started_by_id, level)

    def _funds(self, envelope):
        words = {
            "done": self.env._("done"),
            "failed": self.env._("failed"),
            "uncertain": self.env._("outcome unknown"),
            "pending": self.env._("tried, and to be tried again"),
            "in_progress": self.env._("the bank is being asked"),
            "cancelled": self.env._("cancelled"),
        }
        for step in envelope.funds_step_ids.filtered("latest_timestamp"):
            kind = dict(step._fields["kind"]._description_selection(self.env))[step.kind]
            text = f"{kind}: {words[step.state]}"
            if step.state == "done" and step.amount:
                text += f", {envelope._money(step.amount)}"
            elif step.state != "done" and step.problem:
                text += f". {step.problem}"
            yield self._event("funds", step.latest_timestamp, text, None, _level(step.state))

    def _batches(self, envelope):
        """Batches of both kinds, one line for each state that they are in."""
        groups = self.env["g2p.bridge.mapper.batch"]._read_group(
            [("envelope_id", "=", envelope.id), ("latest_timestamp", "!=", False)],
            ["state"],
            ["__count", "resolved_count:sum", "unresolved_count:sum", "latest_timestamp:max"],
        )
        for state, count, resolved, unresolved, last in groups:
            text = self._state_words(envelope, "g2p.bridge.mapper.batch", state, count)
            if state == "done":
                text += self.env._(
                    ". Resolved: %(resolved)s, unresolved: %(unresolved)s",
                    resolved=envelope._count(resolved),
                    unresolved=envelope._count(unresolved),
                )
            yield self._event("resolved", last, text, None, _level(state))
        groups = self.env["g2p.bridge.bank.batch"]._read_group(
            [("envelope_id", "=", envelope.id), ("latest_timestamp", "!=", False)],
            ["state"],
            ["__count", "shipped_count:sum", "shipped_amount:sum", "latest_timestamp:max"],
        )
        for state, count, shipped, amount, last in groups:
            text = self._state_words(envelope, "g2p.bridge.bank.batch", state, count)
            if state == "done":
                text += self.env._(
                    ". Payments shipped: %(count)s (%(amount)s)",
                    count=envelope._count(shipped),
                    amount=envelope._money(amount),
                )
            yield self._event("shipped", last, text, None, _level(state))

    def _state_words(self, envelope, model, state, count):
        is_bank = model == "g2p.bridge.bank.batch"
        words = {
            "done": self.env._("taken by the bank") if is_bank else self.env._("answered"),
            "failed": self.env._("failed"),
            "uncertain": self.env._("outcome unknown"),
            "pending": self.env._("tried, and to be tried again"),
            "open": self.env._("being filled"),
            "in_progress": self.env._("under way"),
            "waiting": self.env._("asked, the mapper will call back"),
            "cancelled": self.env._("cancelled"),
        }
        kind = self.env._("Bank batches") if is_bank else self.env._("Mapper batches")
        return f"{kind}: {envelope._count(count)} {words[state]}"

    def _statements(self, envelope):
        totals = self.env["g2p.bridge.statement.total"].search(
            [("envelope_id", "=", envelope.id)], order="statement_id desc", limit=MOST_STATEMENTS
        )
        for total in totals:
            statement = total.statement_id
            text = self.env._(
                "Statement %(statement)s. Payments proved: %(paid)s (%(amount)s)",
                statement=statement.display_name,
                paid=envelope._count(total.reconciled_count),
                amount=envelope._money(total.reconciled_amount),
            )
            if total.reversed_count:
                text += self.env._(", came back: %s", envelope._count(total.reversed_count))
            yield self._event("statement", statement.upload_timestamp, text)


def _level(state):
    """How much a line stands out."""
    return {"failed": "danger", "uncertain": "warning", "pending": "warning"}.get(state, "")
