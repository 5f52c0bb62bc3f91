from odoo import api, fields, models

from odoo.addons.g2p_bridge_bank_connector.lib.entry import BACK

from ...lib.reasons import reason_words

#: Lines that count for nothing come after all that do.
MANY = 1 << 16


class DisbursementLife(models.Model):
    """What became of one payment, told from its batches and the lines of statements."""

    _inherit = "g2p.bridge.disbursement"

    can_reissue = fields.Boolean(compute="_compute_can_reissue")
    life = fields.Json(compute="_compute_life", compute_sudo=True)

    @api.depends("state", "bank_batch_id.state", "reissue_ids")
    def _compute_can_reissue(self):
        archived = self._reissued_in_archive()
        for line in self:
            final = line.state in ("reversed", "rejected") or (
                line.state == "unresolved" and line.bank_batch_id.state in ("done", "cancelled")
            )
            line.can_reissue = final and not line.reissue_ids and line.id not in archived

    def _reissued_in_archive(self):
        """:return: record IDs of those of these whose reissue is archived"""
        reissues = self.env["g2p.bridge.disbursement.archive"].sudo()
        return set(reissues.search([("reissue_of_id", "in", self.ids)]).mapped("reissue_of_id").ids)

    @api.depends("state", "reason_code", "entry_ids", "mapper_batch_id", "bank_batch_id")
    @api.depends_context("lang")
    def _compute_life(self):
        """The steps in their order, each a dict for the widget that shows them.

        ``title``, ``tone`` (done, wait, bad, muted), ``moment`` or ``day`` (ISO, UTC),
        ``text``, and ``links``: [{model, id, name}].
        """
        for line in self:
            steps = [
                line._life_received(),
                line._life_resolved(),
                line._life_shipped(),
                *line._life_of_entries(),
                *line._life_end(),
            ]
            line.life = [step for step in steps if step]

    def _life_received(self):
        of = self.reissue_of_id
        return {
            "title": self.env._("Received"),
            "tone": "done",
            "moment": _iso(self.receipt_time_stamp),
            "text": self.env._("In place of an earlier payment.") if of else "",
            "links": [self._link_to_envelope(), *([_link_to_line(of)] if of else [])],
        }

    def _life_resolved(self):
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

    def _life_shipped(self):
        batch = self.bank_batch_id
        link = _link(batch, self.env._("Bank batch %s", batch.display_name))
        told = {"moment": _iso(batch.latest_timestamp), "links": [link]}
        if self.state in ("shipped", "reconciled", "reversed"):
            text = batch.bank_reference or ""
            return {**told, "title": self.env._("Shipped"), "tone": "done", "text": text}
        if self.state == "rejected":
            title = self.env._("Rejected")
            return {**told, "title": title, "tone": "bad", "text": self.reason_text}
        if self.state == "resolved" and batch.state == "uncertain":
            text = self.env._("It is not known whether the bank has taken its batch.")
            return {**told, "title": self.env._("Uncertain"), "tone": "bad", "text": text}
        if self.state not in ("received", "resolved"):
            return None
        title = self.env._("To be shipped")
        return {"title": title, "tone": "wait", "links": [link], "text": ""}

    def _life_of_entries(self):
        """Each line of a statement that speaks of this payment, in their order."""
        whole = self.bank_batch_id.entry_ids.filtered(lambda entry: entry.outcome == "matched")
        lines = self.entry_ids | whole
        for entry in lines.sorted(lambda e: (e.ordinal or MANY, e.mark in BACK, e.id)):
            yield self._life_of_entry(entry)
        if self.state == "shipped":
            yield {"title": self.env._("To be found on a statement"), "tone": "wait", "text": ""}

    def _life_of_entry(self, entry):
        matched, back = entry.outcome == "matched", entry.mark in BACK
        title = self.env._("Named by a line")
        text = reason_words(self.env, entry.error_reason)
        if matched:
            text = reason_words(self.env, entry.reversal_reason) if back else ""
            title = entry._life_title()
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

    def _life_end(self):
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
