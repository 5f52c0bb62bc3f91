# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..formats import money_words


class EntryMatch(models.TransientModel):
    """A window in which a person says what an open line of a statement speaks of.

    That is a payment, or a bank batch all payments of which the line books as one.
    """

    _name = "g2p.bridge.entry.match"
    _description = "Match a Statement Entry by Hand"

    # === Fields ===

    entry_id = fields.Many2one(
        "g2p.bridge.statement.entry", required=True, readonly=True, ondelete="cascade"
    )
    statement_id = fields.Many2one(related="entry_id.statement_id")
    entry_sequence = fields.Integer(related="entry_id.entry_sequence")
    currency_id = fields.Many2one(related="entry_id.currency_id")
    mark = fields.Selection(related="entry_id.mark")
    amount = fields.Monetary(related="entry_id.amount")
    value_date = fields.Date(related="entry_id.value_date")
    entry_date = fields.Date(related="entry_id.entry_date")
    transaction_type = fields.Char(related="entry_id.transaction_type")
    error_reason = fields.Selection(related="entry_id.error_reason")
    help_text = fields.Text(related="entry_id.help_text")
    missing_text = fields.Text(related="entry_id.missing_text")
    left_out_text = fields.Char(related="entry_id.left_out_text")
    customer_reference = fields.Char(related="entry_id.customer_reference")
    bank_reference = fields.Char(related="entry_id.bank_reference")
    end_to_end_id = fields.Char(related="entry_id.end_to_end_id")
    instruction_id = fields.Char(related="entry_id.instruction_id")
    batch_reference = fields.Char(related="entry_id.batch_reference")
    batch_count = fields.Integer(related="entry_id.batch_count")
    reason_code = fields.Char(related="entry_id.reason_code")
    reason_code_text = fields.Char(related="entry_id.reason_code_text")
    reversal_text = fields.Char(related="entry_id.reversal_text")
    counterparty_name = fields.Char(related="entry_id.counterparty_name")
    counterparty_account = fields.Char(related="entry_id.counterparty_account")
    beneficiary_name = fields.Char(related="entry_id.beneficiary_name")
    supplementary_details = fields.Text(related="entry_id.supplementary_details")
    narratives = fields.Text(related="entry_id.narratives")
    archive_hint = fields.Text(readonly=True)
    suggestion_ids = fields.One2many("g2p.bridge.entry.match.suggestion", "match_id")
    disbursement_id = fields.Many2one(
        "g2p.bridge.disbursement",
        "Payment",
        help="Choose one of the suggestions, or look for it by its disbursement ID.",
    )
    bank_batch_id = fields.Many2one(
        "g2p.bridge.bank.batch",
        "Whole Batch",
        help="The bank batch all payments of which the line books as one.",
    )
    known_text = fields.Text("What Is Known", compute="_compute_choice")
    other_entry_ids = fields.Many2many("g2p.bridge.statement.entry", compute="_compute_choice")
    obstacle = fields.Char(compute="_compute_choice")
    meaning = fields.Text("What It Means", compute="_compute_choice")
    warning = fields.Text(compute="_compute_choice")
    reason = fields.Text(help="Why you are sure. It is kept in the history of the statement.")

    # === Compute ===

    @api.depends("disbursement_id", "bank_batch_id", "entry_id")
    @api.depends_context("lang")
    def _compute_choice(self):
        """What there is to know of the choice; nothing of what this user may not read."""
        for match in self:
            chosen = match.disbursement_id or match.bank_batch_id
            shown = chosen if chosen and chosen.has_access("read") else chosen.browse()
            entry, about = match.entry_id.sudo(), shown.sudo()
            match.other_entry_ids = match._other_lines(shown)
            match.obstacle = match.known_text = match.meaning = match.warning = False
            if not shown:
                continue
            match.known_text = match._known_words(entry, about)
            match.obstacle = match._refusal(entry, about)
            if not match.obstacle:
                match.meaning = match._meaning_words(entry, about)
                match.warning = "\n".join(match._warning_words(entry, about))

    @api.onchange("disbursement_id")
    def _onchange_disbursement_id(self):
        if self.disbursement_id:
            self.bank_batch_id = False

    @api.onchange("bank_batch_id")
    def _onchange_bank_batch_id(self):
        if self.bank_batch_id:
            self.disbursement_id = False

    # === Actions ===

    def action_confirm(self):
        """Match the line with what was chosen."""
        self.ensure_one()
        self.env["res.users"]._g2p_bridge_check_role("finance")
        self.entry_id.check_access("read")
        payment, batch = self.disbursement_id, self.bank_batch_id
        if not payment and not batch:
            raise UserError(self.env._("Choose the payment that the line speaks of."))
        if payment and batch:
            raise UserError(self.env._("Choose a payment or a whole batch, not both."))
        (payment or batch).check_access("read")
        reason = self.env["g2p.bridge.audit"]._given_reason(self.reason)
        self.env["g2p.bridge.second.factor"]._demand(self.statement_id)
        entry = self.entry_id.sudo()
        if batch:
            entry._decide_match_whole(batch.sudo(), reason)
        else:
            entry._decide_match(payment.sudo(), reason)
        return True

    # === Helpers ===

    @api.model
    def _open(self, entry):
        """:return: the action that opens this window, with suggestions, for one line"""
        rows = [
            *(("disbursement_id", *row) for row in entry.sudo()._suggest()),
            *(("bank_batch_id", *row) for row in entry.sudo()._suggest_batches()),
        ]
        match = self.create(
            {
                "entry_id": entry.id,
                "archive_hint": entry.sudo()._archive_hint(),
                "suggestion_ids": [
                    Command.create({name: about.id, "reason": reason, "obstacle": obstacle})
                    for name, about, reason, obstacle in rows
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

    def _other_lines(self, chosen):
        payments, batches = self.env["g2p.bridge.disbursement"], self.env["g2p.bridge.bank.batch"]
        if chosen._name == batches._name:
            return self.entry_id._lines_of(payments, chosen)
        return self.entry_id._lines_of(chosen, batches)

    def _refusal(self, entry, about):
        if about._name == "g2p.bridge.bank.batch":
            return entry._whole_refusal(about)
        return entry._match_refusal(about)

    def _known_words(self, entry, about):
        """The choice in words: how much, to whom, what became of it."""
        known = self._facts(entry, about)
        if about._name == "g2p.bridge.bank.batch":
            return self.env._(
                "%(batch)s: %(payments)s of %(total)s have left, on %(day)s.",
                batch=about.display_name,
                payments=entry._counted_words(known.batch_count),
                total=money_words(known.batch_currency, known.batch_total),
                day=_day(self.env, about.payment_date),
            )
        texts = [
            self.env._(
                "%(payment)s: %(money)s to %(name)s. It is %(state)s.",
                payment=known.payment,
                money=money_words(known.paid_currency, known.paid),
                name=about.beneficiary_name or about.name_from_mapper or about.beneficiary_id,
                state=entry._state_words(known.state),
            )
        ]
        if about.bank_batch_id.payment_date:
            day = _day(self.env, about.bank_batch_id.payment_date)
            texts.append(self.env._("It was handed to the bank for %s.", day))
        if known.reissue:
            texts.append(entry._reissue_words(known))
        return " ".join(texts)

    def _meaning_words(self, entry, about):
        """What confirming means for the choice."""
        if about._name == "g2p.bridge.bank.batch":
            payments = entry._counted_words(self._facts(entry, about).batch_count)
            if entry._is_back():
                return self.env._(
                    "The whole batch came back: %s count as reversed, once another person of "
                    "finance has confirmed it.",
                    payments,
                )
            return self.env._("The whole batch was debited: %s count as reconciled.", payments)
        if entry._is_back():
            return self.env._(
                "The payment came back: it counts as reversed, and can be reissued, once another "
                "person of finance has confirmed it."
            )
        return self.env._("The payment was made: it counts as reconciled.")

    def _warning_words(self, entry, about):
        """What a person has to be sure of before confirming, one sentence after the other."""
        if about._name == "g2p.bridge.bank.batch":
            return
        known = self._facts(entry, about)
        gap = known.paid - known.amount
        if gap:
            amounts = {
                "gap": money_words(known.currency, gap),
                "own": money_words(known.currency, known.amount),
                "paid": money_words(known.paid_currency, known.paid),
            }
            yield self.env._(
                "You accept that only %(own)s of %(paid)s came back. The whole payment counts as "
                "reversed, and a reissue pays %(paid)s again. The %(gap)s that are missing are "
                "spent: the bridge does not claim them back.",
                **amounts,
            )
        if known.reissue and not entry._is_back():
            yield self.env._(
                "You say that this payment was made as well as its reissue %(reissue)s, which is "
                "%(state)s: if both are paid, the person has the money twice. Stop the reissue if "
                "it has not left, or claim the money back. If it comes back, that line is matched "
                "by itself.",
                reissue=known.reissue,
                state=entry._state_words(known.reissue_state),
            )
        if entry.disbursement_id and entry.disbursement_id != about:
            yield self.env._(
                "The line names %(named)s, not %(chosen)s.",
                named=entry.disbursement_id.display_name,
                chosen=about.display_name,
            )

    def _facts(self, entry, about):
        is_batch = about._name == "g2p.bridge.bank.batch"
        return entry._known(**{"batch" if is_batch else "payment": about})[entry.id]


class EntryMatchSuggestion(models.TransientModel):
    """A payment, or a whole batch, that the line may speak of, and why."""

    _name = "g2p.bridge.entry.match.suggestion"
    _description = "Suggestion for a Statement Entry"

    # === Fields ===

    match_id = fields.Many2one("g2p.bridge.entry.match", required=True, ondelete="cascade")
    disbursement_id = fields.Many2one("g2p.bridge.disbursement", readonly=True)
    bank_batch_id = fields.Many2one("g2p.bridge.bank.batch", "Whole Batch", readonly=True)
    subject = fields.Text("Payment", compute="_compute_subject", compute_sudo=True)
    envelope_id = fields.Many2one(
        "g2p.bridge.envelope", compute="_compute_subject", compute_sudo=True
    )
    beneficiary_name = fields.Char(related="disbursement_id.beneficiary_name")
    currency_id = fields.Many2one(related="match_id.currency_id")
    amount = fields.Monetary(compute="_compute_subject", compute_sudo=True)
    state = fields.Selection(related="disbursement_id.state")
    payment_date = fields.Date(compute="_compute_subject", compute_sudo=True)
    reason = fields.Text("Why", readonly=True)
    obstacle = fields.Text("Why Not", readonly=True)

    # === Compute ===

    @api.depends("disbursement_id", "bank_batch_id")
    def _compute_subject(self):
        for suggestion in self:
            payment, batch = suggestion.disbursement_id, suggestion.bank_batch_id
            suggestion.subject = payment.display_name or self.env._(
                "Whole batch %(batch)s (%(payments)s)",
                batch=batch.display_name,
                payments=batch.envelope_id._payments(batch.line_count),
            )
            suggestion.envelope_id = (payment or batch).envelope_id
            suggestion.amount = payment.disbursement_amount or batch.line_amount
            suggestion.payment_date = (payment.bank_batch_id or batch).payment_date

    # === Actions ===

    def action_choose(self):
        """Put this into the window; nothing is matched before it is confirmed."""
        self.ensure_one()
        chosen = {
            "disbursement_id": self.disbursement_id.id,
            "bank_batch_id": self.bank_batch_id.id,
        }
        self.match_id.write(chosen)
        return self.match_id._window()


def _day(env, day):
    """A date whose month is a word: 12/01 is read in two ways."""
    return format_date(env, day, date_format="medium")
