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


class EnvelopeTimeline(models.Model):
    """Who did what and when, newest first: read from what is kept anyway, never stored.

    Thousands of batches are told as one line for each way in which they ended.
    """

    _inherit = "g2p.bridge.envelope"

    timeline = fields.Json(compute="_compute_timeline")

    def _compute_timeline(self):
        for envelope in self:
            envelope.timeline = envelope.sudo()._timeline() if envelope.id else False

    def _timeline(self):
        """:return: list of dicts: ``at`` (UTC), ``kind``, ``icon``, ``text``, ``who``, ``level``"""
        events = [
            *self._told_declaration(),
            *self._told_messages(),
            *self._told_arrivals(),
            *self._told_imports(),
            *self._told_funds(),
            *self._told_batches(),
            *self._told_statements(),
        ]
        # Of what happened in one second, the later kind is the newer one.
        rank = {kind: number for number, kind in enumerate(ICONS)}
        events.sort(key=lambda event: (event["at"], rank[event["kind"]]), reverse=True)
        for number, event in enumerate(events):
            event["id"] = number
            event["at"] = fields.Datetime.to_string(event["at"])
        return events

    def _told(self, kind, at, text, who=None, level=""):
        return {
            "kind": kind,
            "icon": ICONS[kind],
            "at": at,
            "text": text,
            "who": who.name if who else "",
            "level": level,
        }

    def _told_declaration(self):
        text = self.env._("Declared for the cycle %s", self.cycle_code_mnemonic)
        return [self._told("declared", self.receipt_time_stamp, text, self.create_uid)]

    def _told_messages(self):
        """What people said and decided, and what they changed of the declaration."""
        messages = self.env["mail.message"].search(
            [
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("message_type", "in", ("comment", "notification")),
            ],
            order="id desc",
            limit=MOST_MESSAGES,
        )
        # Said by the mail system in the language of whoever declared it.
        created = self.with_context(lang=self.create_uid.lang)._creation_message()
        for message in messages:
            author = message.author_id
            body = html2plaintext(message.body or "").strip()
            if body and body != created:
                yield self._told("said", message.date, body, author)
            for text in filter(None, map(self._told_change, message.tracking_value_ids)):
                yield self._told("amended", message.date, text, author)

    def _told_change(self, value):
        """A change of the declaration in words; None for what other lines tell better."""
        name, field = value.field_id.name, value.field_id.field_description
        if name == "total_disbursement_amount":
            before, after = (
                amount and self._money(amount)
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

    def _told_arrivals(self):
        count, first, last, lines, amount = self.env.execute_query(
            SQL(
                "SELECT COUNT(*), MIN(create_date), MAX(create_date), SUM(line_count),"
                " SUM(line_amount)::text FROM g2p_bridge_bank_batch WHERE envelope_id = %s",
                self.id,
            )
        )[0]
        if not count or not lines:
            return []
        text = self.env._(
            "Disbursements received: %(lines)s (%(amount)s), in bank batches: %(count)s",
            lines=self._count(lines),
            amount=self._money(Decimal(amount)),
            count=self._count(count),
        )
        return [self._told("received", last or first, text)]

    def _told_imports(self):
        for file in self.import_ids.filtered("finished_at")[:MOST_STATEMENTS]:
            state = dict(file._fields["state"]._description_selection(self.env))[file.state]
            text = self.env._(
                "File %(name)s: %(state)s. Rows: %(rows)s",
                name=file.file_name,
                state=state,
                rows=self._count(file.imported_count or file.row_count),
            )
            level = "danger" if file.state in ("invalid", "failed") else ""
            yield self._told("imported", file.finished_at, text, file.started_by_id, level)

    def _told_funds(self):
        words = {
            "done": self.env._("done"),
            "failed": self.env._("failed"),
            "uncertain": self.env._("outcome unknown"),
            "pending": self.env._("tried, and to be tried again"),
            "in_progress": self.env._("the bank is being asked"),
            "cancelled": self.env._("cancelled"),
        }
        for step in self.funds_step_ids.filtered("latest_timestamp"):
            kind = dict(step._fields["kind"]._description_selection(self.env))[step.kind]
            text = f"{kind}: {words[step.state]}"
            if step.state == "done" and step.amount:
                text += f", {self._money(step.amount)}"
            elif step.state != "done" and step.problem:
                text += f". {step.problem}"
            yield self._told("funds", step.latest_timestamp, text, None, _level(step.state))

    def _told_batches(self):
        """Batches of both kinds, one line for each state that they are in."""
        groups = self.env["g2p.bridge.mapper.batch"]._read_group(
            [("envelope_id", "=", self.id), ("latest_timestamp", "!=", False)],
            ["state"],
            ["__count", "resolved_count:sum", "unresolved_count:sum", "latest_timestamp:max"],
        )
        for state, count, resolved, unresolved, last in groups:
            text = self._told_state("g2p.bridge.mapper.batch", state, count)
            if state == "done":
                text += self.env._(
                    ". Resolved: %(resolved)s, unresolved: %(unresolved)s",
                    resolved=self._count(resolved),
                    unresolved=self._count(unresolved),
                )
            yield self._told("resolved", last, text, None, _level(state))
        groups = self.env["g2p.bridge.bank.batch"]._read_group(
            [("envelope_id", "=", self.id), ("latest_timestamp", "!=", False)],
            ["state"],
            ["__count", "shipped_count:sum", "shipped_amount:sum", "latest_timestamp:max"],
        )
        for state, count, shipped, amount, last in groups:
            text = self._told_state("g2p.bridge.bank.batch", state, count)
            if state == "done":
                text += self.env._(
                    ". Payments shipped: %(count)s (%(amount)s)",
                    count=self._count(shipped),
                    amount=self._money(amount),
                )
            yield self._told("shipped", last, text, None, _level(state))

    def _told_state(self, model, state, count):
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
        return f"{kind}: {self._count(count)} {words[state]}"

    def _told_statements(self):
        totals = self.env["g2p.bridge.statement.total"].search(
            [("envelope_id", "=", self.id)], order="statement_id desc", limit=MOST_STATEMENTS
        )
        for total in totals:
            statement = total.statement_id
            text = self.env._(
                "Statement %(statement)s. Payments proved: %(paid)s (%(amount)s)",
                statement=statement.display_name,
                paid=self._count(total.reconciled_count),
                amount=self._money(total.reconciled_amount),
            )
            if total.reversed_count:
                text += self.env._(", came back: %s", self._count(total.reversed_count))
            yield self._told("statement", statement.upload_timestamp, text)


def _level(state):
    """How much a line stands out."""
    return {"failed": "danger", "uncertain": "warning", "pending": "warning"}.get(state, "")
