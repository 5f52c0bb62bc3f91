# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang

#: What each kind of decision is about.
SUBJECTS = {
    "cancel_envelope": "g2p.bridge.envelope",
    "bank_confirms": "g2p.bridge.bank.batch",
    "bank_denies": "g2p.bridge.bank.batch",
    "funds_confirmed": "g2p.bridge.funds.step",
    "funds_denied": "g2p.bridge.funds.step",
    "give_up_batch": "g2p.bridge.bank.batch",
    "give_up_resolution": "g2p.bridge.mapper.batch",
    "leave_out": "g2p.bridge.disbursement",
    "entry_not_ours": "g2p.bridge.statement.entry",
    "entry_reopen": "g2p.bridge.statement.entry",
}
#: What moves no money on and proves none: no second factor is asked for. All else asks for it.
WITHOUT_PROOF = {
    *("cancel_envelope", "give_up_resolution", "leave_out", "cancel_disbursements"),
    *("submit_envelope", "start_envelope", "pause_envelope", "resume_envelope"),
    *("archive_envelope", "bring_back_envelope", "accept_archive"),
}
#: Subjects that are few enough to be listed one by one.
LISTED = ("g2p.bridge.bank.batch", "g2p.bridge.funds.step")


class Decision(models.TransientModel):
    """A decision about money that a person takes, with the reason for the audit trail."""

    _name = "g2p.bridge.decision"
    _description = "Decision"

    kind = fields.Selection(
        [
            ("cancel_envelope", "Cancel the envelope"),
            ("bank_confirms", "The bank confirms that it has the batch"),
            ("bank_denies", "The bank denies that it has the batch: send it again"),
            ("funds_confirmed", "The bank confirms that it has done it"),
            ("funds_denied", "The bank denies that it has done it: ask it again"),
            ("give_up_batch", "Give the refused batch up: its payments count as rejected"),
            ("give_up_resolution", "Leave the batch's beneficiaries out as unresolved"),
            ("leave_out", "Leave unresolved beneficiaries out"),
            ("entry_not_ours", "Mark statement entries as not ours"),
            ("entry_reopen", "Take statement entries up again"),
        ],
        required=True,
        readonly=True,
    )
    res_model = fields.Char(required=True, readonly=True)
    res_ids = fields.Char(required=True, readonly=True)
    reason = fields.Text(required=True)
    hold_reference = fields.Char(
        "Reference of the Hold", help="The bank's own name for the hold that it confirms."
    )
    line_ids = fields.One2many("g2p.bridge.decision.line", "decision_id")
    subject = fields.Char("About", compute="_compute_subject")

    @api.depends("res_model", "res_ids", "kind")
    def _compute_subject(self):
        for decision in self:
            records = decision._records()
            names = ", ".join(records[:3].mapped("display_name"))
            more = len(records) - 3
            decision.subject = (
                self.env._("%(names)s and %(more)s more", names=names, more=more)
                if more > 0
                else names
            )

    @api.model
    def default_get(self, fields_list):
        """List the steps that are decided about."""
        values = super().default_get(fields_list)
        model = values.get("res_model") or self.env.context.get("default_res_model")
        if "line_ids" in fields_list and model in LISTED:
            ids = values.get("res_ids") or self.env.context.get("default_res_ids")
            steps = self.env[model].browse(_numbers(ids))
            values["line_ids"] = [Command.create(_line_values(step)) for step in steps]
        return values

    @api.model
    def _open(self, records, kind, title):
        """:return: the action that asks a person to decide this about the records"""
        records.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_kind": kind,
                "default_res_model": records._name,
                "default_res_ids": ",".join(map(str, records.ids)),
            },
        }

    def action_confirm(self):
        """Carry the decision out. Each kind checks who may take it."""
        self.ensure_one()
        if self.res_model != SUBJECTS[self.kind]:
            raise UserError(self.env._("This decision can't be taken about %s.", self.res_model))
        if not self.reason.strip():
            raise UserError(self.env._("Give a reason: it is kept in the history."))
        records = self._records()
        records.check_access("read")
        if self.kind not in WITHOUT_PROOF:
            self.env["g2p.bridge.second.factor"]._demand(records)
        getattr(self, f"_decide_{self.kind}")(records)
        return True

    def _records(self):
        """What is decided about."""
        if self.res_model not in SUBJECTS.values():
            return self.env["g2p.bridge.envelope"]
        return self.env[self.res_model].browse(_numbers(self.res_ids)).exists()

    def _decide_cancel_envelope(self, envelopes):
        for envelope in envelopes:
            service = self.env["g2p.bridge.service"].with_company(envelope.company_id)
            service.cancel_disbursement_envelope(
                {"disbursement_envelope_id": envelope.disbursement_envelope_id},
                reason=self.reason,
            )

    def _decide_bank_confirms(self, batches):
        self._settle(batches, True)

    def _decide_bank_denies(self, batches):
        self._settle(batches, False)

    def _settle(self, batches, taken):
        self.env["g2p.bridge.envelope"]._check_group("group_finance")
        for batch in batches.sudo():
            if taken:
                batch._settle(True, self._signed_reason())
            else:
                batch._deny(self._signed_reason())
        # Only now: the first who decides has to be the first to hold the batch.
        batches.sudo()._add_decider()

    def _decide_funds_confirmed(self, steps):
        self.env["g2p.bridge.envelope"]._check_group("group_finance")
        references = {line.res_id: line.hold_reference for line in self.line_ids}
        for step in steps.sudo():
            # One reference is the name of one hold: it is never taken for several.
            shared = self.hold_reference if len(steps) == 1 else None
            step._settle(True, self._signed_reason(), references.get(step.id) or shared)

    def _decide_funds_denied(self, steps):
        self.env["g2p.bridge.envelope"]._check_group("group_finance")
        for step in steps.sudo():
            step._settle(False, self._signed_reason())

    def _decide_give_up_batch(self, batches):
        self.env["g2p.bridge.envelope"]._check_group("group_finance")
        for batch in batches.sudo():
            batch._give_up_lines(self._signed_reason())
        batches.sudo()._add_decider()

    def _decide_give_up_resolution(self, batches):
        self.env["g2p.bridge.envelope"]._check_group("group_officer")
        for batch in batches.sudo():
            batch._give_up_lines(self._signed_reason())

    def _decide_leave_out(self, lines):
        self.env["g2p.bridge.envelope"]._check_group("group_officer")
        lines.sudo()._leave_out(self._signed_reason())

    def _decide_entry_not_ours(self, entries):
        self.env["g2p.bridge.envelope"]._check_group("group_finance")
        entries.sudo()._decide_not_ours(self.reason.strip())

    def _decide_entry_reopen(self, entries):
        self.env["g2p.bridge.envelope"]._check_group("group_finance")
        entries.sudo()._decide_reopen(self.reason.strip())

    def _signed_reason(self):
        return f"{self.reason} ({self.env.user.name})"


class DecisionLine(models.TransientModel):
    """One of the steps that a decision is about."""

    _name = "g2p.bridge.decision.line"
    _description = "Subject of a Decision"

    decision_id = fields.Many2one("g2p.bridge.decision", required=True, ondelete="cascade")
    res_id = fields.Integer(required=True, readonly=True)
    name = fields.Text("Step", readonly=True)
    amount = fields.Char(readonly=True)
    reference = fields.Text(
        "Our Reference", readonly=True, help="What the bank knows it by: ask for this."
    )
    takes_hold = fields.Boolean(readonly=True)
    hold_reference = fields.Char(help="The bank's own name for the hold that it confirms.")


def _numbers(text):
    """The record IDs in a text like ``1,2,3``."""
    return [int(number) for number in (text or "").split(",") if number.isdigit()]


def _line_values(step):
    """What a person is shown of a step."""
    is_batch = step._name == "g2p.bridge.bank.batch"
    amount = step.line_amount if is_batch else step.amount
    return {
        "res_id": step.id,
        "name": "\n".join((step.display_name, *_where_to_look(step))),
        "amount": formatLang(step.env, amount, currency_obj=step.currency_id),
        "reference": step.reference,
        "takes_hold": not is_batch and step.kind == "block",
    }


def _where_to_look(step):
    """What of a call the bank has to be asked by, where it does not know our reference."""
    if step.attempts and step.begun_at:
        yield step.env._(
            "Account %(account)s, sent %(when)s",
            account=step.envelope_id.sponsor_bank_account_masked,
            when=step._step_called_at(),
        )
