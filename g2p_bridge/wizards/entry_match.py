from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class EntryMatch(models.TransientModel):
    """A window in which a person says which payment an open line of a statement speaks of."""

    _name = "g2p.bridge.entry.match"
    _description = "Match a Statement Entry by Hand"

    entry_id = fields.Many2one(
        "g2p.bridge.statement.entry", required=True, readonly=True, ondelete="cascade"
    )
    statement_id = fields.Many2one(related="entry_id.statement_id")
    entry_sequence = fields.Integer(related="entry_id.entry_sequence")
    currency_id = fields.Many2one(related="entry_id.currency_id")
    mark = fields.Selection(related="entry_id.mark")
    amount = fields.Monetary(related="entry_id.amount")
    value_date = fields.Date(related="entry_id.value_date")
    error_reason = fields.Selection(related="entry_id.error_reason")
    customer_reference = fields.Char(related="entry_id.customer_reference")
    bank_reference = fields.Char(related="entry_id.bank_reference")
    beneficiary_name = fields.Char(related="entry_id.beneficiary_name")
    narratives = fields.Text(related="entry_id.narratives")
    archive_hint = fields.Text(readonly=True)
    suggestion_ids = fields.One2many("g2p.bridge.entry.match.suggestion", "match_id")
    disbursement_id = fields.Many2one(
        "g2p.bridge.disbursement",
        "Payment",
        help="Choose one of the suggestions, or look for it by its disbursement ID.",
    )
    obstacle = fields.Char(compute="_compute_obstacle", compute_sudo=True)
    reason = fields.Text(help="Why you are sure. It is kept in the history of the statement.")

    @api.depends("disbursement_id", "entry_id")
    def _compute_obstacle(self):
        for match in self:
            line = match.disbursement_id
            match.obstacle = match.entry_id._match_refusal(line) if line else False

    @api.model
    def _open(self, entry):
        """:return: the action that opens this window, with suggestions, for one line"""
        suggestions = entry.sudo()._suggest()
        match = self.create(
            {
                "entry_id": entry.id,
                "archive_hint": entry.sudo()._archive_hint(),
                "suggestion_ids": [
                    Command.create(
                        {"disbursement_id": line.id, "reason": reason, "obstacle": obstacle}
                    )
                    for line, reason, obstacle in suggestions
                ],
            }
        )
        return match._window()

    def _window(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Match by Hand"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def action_confirm(self):
        """Match the line with the chosen payment."""
        self.ensure_one()
        self.env["g2p.bridge.envelope"]._check_group("group_finance")
        self.entry_id.check_access("read")
        if not self.disbursement_id:
            raise UserError(self.env._("Choose the payment that the line speaks of."))
        self.disbursement_id.check_access("read")
        reason = (self.reason or "").strip()
        if not reason:
            raise UserError(self.env._("Give a reason: it is kept in the statement's history."))
        self.entry_id.sudo()._decide_match(self.disbursement_id.sudo(), reason)
        return True


class EntryMatchSuggestion(models.TransientModel):
    """A payment that the line may speak of, and why."""

    _name = "g2p.bridge.entry.match.suggestion"
    _description = "Suggestion for a Statement Entry"

    match_id = fields.Many2one("g2p.bridge.entry.match", required=True, ondelete="cascade")
    disbursement_id = fields.Many2one("g2p.bridge.disbursement", readonly=True)
    envelope_id = fields.Many2one(related="disbursement_id.envelope_id")
    beneficiary_name = fields.Char(related="disbursement_id.beneficiary_name")
    currency_id = fields.Many2one(related="disbursement_id.currency_id")
    disbursement_amount = fields.Monetary(related="disbursement_id.disbursement_amount")
    state = fields.Selection(related="disbursement_id.state")
    payment_date = fields.Date(related="disbursement_id.bank_batch_id.payment_date")
    reason = fields.Text("Why", readonly=True)
    obstacle = fields.Text("Why Not", readonly=True)

    def action_choose(self):
        """Put this payment into the window; nothing is matched before it is confirmed."""
        self.ensure_one()
        self.match_id.disbursement_id = self.disbursement_id
        return self.match_id._window()
