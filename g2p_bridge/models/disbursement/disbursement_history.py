# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from odoo.addons.g2p_bridge_bank_connector.lib.entry import BACK

from ...lib.reasons import reason_words
from .disbursement_states import LEAVING, LEFT

#: Lines that count for nothing come after all that do.
MANY = 1 << 16


class DisbursementHistory(models.Model):
    """What became of one payment, read from its batches and the lines of statements."""

    _inherit = "g2p.bridge.disbursement"

    # === Fields ===

    life = fields.Json(compute="_compute_life", compute_sudo=True)

    # === Compute ===

    @api.depends("state", "reason_code", "entry_ids", "mapper_batch_id", "bank_batch_id")
    @api.depends_context("lang")
    def _compute_life(self):
        """The steps in their order, each a dict for the widget that shows them.

        ``title``, ``tone`` (done, wait, bad, muted), ``moment`` or ``day`` (ISO, UTC),
        ``text``, and ``links``: [{model, id, name}].
        """
        for line in self:
            steps = [
                line._history_received(),
                line._history_resolved(),
                line._history_shipped(),
                *line._history_of_entries(),
                *line._history_end(),
            ]
            line.life = [step for step in steps if step]

    # === Helpers ===

    def _history_received(self):
        of = self.reissue_of_id
        return {
            "title": self.env._("Received"),
            "tone": "done",
            "moment": _iso(self.receipt_time_stamp),
            "text": self.env._("In place of an earlier payment.") if of else "",
            "links": [self._link_to_envelope(), *([_link_to_line(of)] if of else [])],
        }

    def _history_resolved(self):
        batch = self.mapper_batch_id
        if not batch:
            return None
        link = _link(batch, self.env._("Mapper batch %s", batch.display_name))
        asked = {"moment": _iso(batch.latest_timestamp), "links": [link]}
        if self.state == "unresolved":
            text = self.reason_text
            if self.left_out:
                text = self.env._("%s Left out by a decision.", text)
            return {**asked, "title": self.env._("Unresolved"), "tone": "bad", "text": text}
        if self.account_type:
            return {
                **asked,
                "title": self.env._("Resolved"),
                "tone": "done",
                "text": self.financial_address,
            }
        waits = self.state == "received"
        return waits and {
            "title": self.env._("To be resolved"),
            "tone": "wait",
            "text": batch.problem or "",
            "links": [link],
        }

    def _history_shipped(self):
        batch = self.bank_batch_id
        link = _link(batch, self.env._("Bank batch %s", batch.display_name))
        handed = {"moment": _iso(batch.latest_timestamp), "links": [link]}
        if self.state in LEFT:
            text = batch.bank_reference or ""
            return {**handed, "title": self.env._("Shipped"), "tone": "done", "text": text}
        if self.state == "rejected":
            title = self.env._("Rejected")
            return {**handed, "title": title, "tone": "bad", "text": self.reason_text}
        if self.state == "resolved" and batch.state == "uncertain":
            text = self.env._("It is not known whether the bank has taken its batch.")
            return {**handed, "title": self.env._("Uncertain"), "tone": "bad", "text": text}
        if self.state not in LEAVING:
            return None
        title = self.env._("To be shipped")
        return {"title": title, "tone": "wait", "links": [link], "text": ""}

    def _history_of_entries(self):
        """Each line of a statement that speaks of this payment, in their order."""
        whole = self.bank_batch_id.entry_ids.filtered(lambda entry: entry.outcome == "matched")
        lines = self.entry_ids | whole
        for entry in lines.sorted(lambda e: (e.ordinal or MANY, e.mark in BACK, e.id)):
            yield self._history_of_entry(entry)
        if self.state == "shipped":
            yield {"title": self.env._("To be found on a statement"), "tone": "wait", "text": ""}

    def _history_of_entry(self, entry):
        matched, back = entry.outcome == "matched", entry.mark in BACK
        title = self.env._("Named by a line")
        text = reason_words(self.env, entry.error_reason)
        if matched:
            text = reason_words(self.env, entry.reversal_reason) if back else ""
            title = entry._history_title()
        if matched and entry.bank_batch_id:
            text = self.env._("By the line that books its whole batch.")
        elif entry.decision == "matched" and matched:
            by_hand = self.env._("Matched by hand by %s.", entry.decided_by_id.name)
            text = f"{text} {by_hand}".strip()
        return {
            "title": title,
            "tone": "bad" if not matched or back else "done",
            "day": _iso(entry.value_date),
            "text": text,
            "links": [
                _link(entry.statement_id),
                _link(entry, self.env._("Line %s", entry.entry_sequence)),
            ],
        }

    def _history_end(self):
        if self.state == "cancelled":
            yield {
                "title": self.env._("Cancelled"),
                "tone": "muted",
                "moment": _iso(self.cancellation_time_stamp),
                "text": "",
            }
        for line in self.reissue_ids:
            yield {
                "title": self.env._("Reissued"),
                "tone": "done",
                "moment": _iso(line.receipt_time_stamp),
                "text": line._state_label(),
                "links": [_link(line), line._link_to_envelope()],
            }

    def _link_to_envelope(self):
        envelope = self.envelope_id
        return _link(envelope, self.env._("Envelope %s", envelope.display_name))

    def _state_label(self):
        return dict(self._fields["state"]._description_selection(self.env)).get(self.state, "")

    @api.model
    def formatted_read_group(self, domain, groupby=(), aggregates=(), **kwargs):
        """Groups by reason are headed by words, not codes."""
        groups = super().formatted_read_group(domain, groupby, aggregates, **kwargs)
        if "reason_code" in groupby:
            for group in groups:
                code = group["reason_code"]
                group["reason_code"] = code and reason_words(self.env, code)
        return groups


def _link(record, name=None):
    return {"model": record._name, "id": record.id, "name": name or record.display_name}


def _link_to_line(line):
    """A link to another disbursement, in the archive if it is there."""
    if not line.exists():
        line = line.env["g2p.bridge.disbursement.archive"].browse(line.id)
    return _link(line)


def _iso(value):
    return value.isoformat() if value else None
