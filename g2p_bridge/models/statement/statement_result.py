from odoo import api, fields, models

from odoo.addons.g2p_bridge_bank_connector.lib.entry import BACK, OUT

from ...lib.statement import CORRECTION, UNKNOWN_ACCOUNT
from ..matching_sql import BACK as MARKS_BACK

#: Matched lines for whole batches, and the payments that they prove.
WHOLE_BATCHES = f"""
    SELECT statement_id, mark IN {MARKS_BACK}, COUNT(*), SUM(payment_count)::bigint
      FROM g2p_bridge_statement_entry
     WHERE statement_id = ANY(%s) AND bank_batch_id IS NOT NULL AND outcome = 'matched'
     GROUP BY 1, 2
"""


class StatementResult(models.Model):
    """What came of a statement, in words and with a way to each of its lists."""

    _inherit = "g2p.bridge.statement"

    result_text = fields.Text("Result", compute="_compute_result_text")
    full_result_text = fields.Text("Result and Warnings", compute="_compute_result_text")
    waits_for = fields.Selection(
        [("decision", "A decision"), ("account", "Its account")],
        compute="_compute_waits_for",
        help="What a person has to say before anything of it is processed.",
    )

    @api.depends("state", "latest_error_code")
    def _compute_waits_for(self):
        kinds = {CORRECTION: "decision", UNKNOWN_ACCOUNT: "account"}
        for statement in self:
            failed = statement.state == "failed"
            statement.waits_for = failed and kinds.get(statement.latest_error_code)

    @api.depends("state", "entry_count", "latest_error_message", "warnings", "has_warnings")
    @api.depends_context("lang")
    def _compute_result_text(self):
        whole = self._whole_batches()
        for statement in self:
            sentences = list(statement._result_sentences(whole.get(statement.id, {})))
            statement.result_text = "\n".join(sentences)
            warning = statement.has_warnings and self.env._("Warning: %s", statement.warnings)
            statement.full_result_text = "\n".join([*sentences, *([warning] if warning else [])])

    def _whole_batches(self):
        """:return: {record ID: {whether money came back: (lines for whole batches, payments)}}"""
        self.env.flush_all()
        self.env.cr.execute(WHOLE_BATCHES, [self.ids])
        found = {}
        for statement_id, back, *counts in self.env.cr.fetchall():
            found.setdefault(statement_id, {})[back] = counts
        return found

    def _result_sentences(self, whole):
        """What people want to know of it, the most important thing first.

        :param whole: the lines for whole batches, as of :meth:`_whole_batches`
        """
        if self.waits_for:
            yield self.env._("It waits: %s", self.latest_error_message)
            return
        if self.state == "failed":
            yield self.env._("It was not processed: %s", self.latest_error_message or "")
            return
        if self.state == "cancelled":
            yield self.env._("Nothing of it is processed: finance has decided so.")
            return
        if self.state != "done":
            yield self.env._("It is being processed.")
            return
        if self.error_count:
            yield self._open_words()
        yield from self._proved_words(*whole.get(False, (0, 0)))
        yield from self._returned_words(*whole.get(True, (0, 0)))
        if self.not_ours_count:
            many = self.env._("%s lines are not ours.", self.not_ours_count)
            yield self.env._("1 line is not ours.") if self.not_ours_count == 1 else many
        if not self.entry_count:
            yield self.env._("It has no lines.")

    def _open_words(self):
        if self.error_count == 1:
            return self.env._(
                "1 line is open: a person has to match it, or say that it is not ours."
            )
        return self.env._(
            "%s lines are open: a person has to match them, or say that they are not ours.",
            self.error_count,
        )

    def _proved_words(self, lines, payments):
        """What left, and how much of it by how many lines for whole batches."""
        count = self.matched_count - lines + payments
        if count:
            many = self.env._("%s payments are proved.", count)
            yield self.env._("1 payment is proved.") if count == 1 else many
        if lines:
            yield self._whole_words(lines, payments)

    def _returned_words(self, lines, payments):
        """What came back, and how much of it by how many lines for whole batches."""
        count = self.reversed_count - lines + payments
        if count:
            many = self.env._("%s payments came back.", count)
            yield self.env._("1 payment came back.") if count == 1 else many
        if lines:
            yield self._whole_words(lines, payments)

    def _whole_words(self, lines, payments):
        if lines == 1:
            return self.env._("Of these, %s by one line for their whole batch.", payments)
        return self.env._(
            "Of these, %(payments)s by %(lines)s lines for whole batches.",
            payments=payments,
            lines=lines,
        )

    def action_open_matched(self):
        return self._open_entries([("outcome", "=", "matched"), ("mark", "in", OUT)])

    def action_open_reversals(self):
        return self._open_entries([("outcome", "=", "matched"), ("mark", "in", BACK)])

    def action_open_not_ours(self):
        return self._open_entries([("outcome", "=", "not_ours")])

    def action_open_disbursements(self):
        """Open the payments that lines of this statement speak of."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("g2p_bridge.disbursement_action")
        own = fields.Domain("entry_ids.statement_id", "=", self.id)
        proved = [("statement_id", "=", self.id), ("outcome", "=", "matched")]
        whole = fields.Domain("bank_batch_id.entry_ids", "any", proved)
        return {**action, "domain": list(own | whole)}

    def action_open(self):
        """Open the statement itself."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }
