from odoo import api, fields, models

from odoo.addons.g2p_bridge_bank_connector.lib.entry import BACK, OUT

from ..lib.statement import CORRECTION, UNKNOWN_ACCOUNT


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
        for statement in self:
            sentences = list(statement._result_sentences())
            statement.result_text = "\n".join(sentences)
            warning = statement.has_warnings and self.env._("Warning: %s", statement.warnings)
            statement.full_result_text = "\n".join([*sentences, *([warning] if warning else [])])

    def _result_sentences(self):
        """What people want to know of it, the most important thing first."""
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
        for count, one, many in self._counted():
            if count:
                yield one if count == 1 else many % count
        if not self.entry_count:
            yield self.env._("It has no lines.")

    def _counted(self):
        """(how many, the sentence for one, the sentence for more) of each kind of line."""
        return [
            (
                self.error_count,
                self.env._("1 line is open: a person has to match it, or say that it is not ours."),
                self.env._(
                    "%s lines are open: a person has to match them, or say that they are not ours."
                ),
            ),
            (
                self.matched_count,
                self.env._("1 payment is proved."),
                self.env._("%s payments are proved."),
            ),
            (
                self.reversed_count,
                self.env._("1 payment came back."),
                self.env._("%s payments came back."),
            ),
            (
                self.not_ours_count,
                self.env._("1 line is not ours."),
                self.env._("%s lines are not ours."),
            ),
        ]

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
        return {**action, "domain": [("entry_ids.statement_id", "=", self.id)]}

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
