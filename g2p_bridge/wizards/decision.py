# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections.abc import Callable
from dataclasses import dataclass

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang

ENVELOPE = "g2p.bridge.envelope"
DISBURSEMENT = "g2p.bridge.disbursement"
MAPPER_BATCH = "g2p.bridge.mapper.batch"
BANK_BATCH = "g2p.bridge.bank.batch"
FUNDS_STEP = "g2p.bridge.funds.step"
STATEMENT = "g2p.bridge.statement"
ENTRY = "g2p.bridge.statement.entry"
#: Subjects that are few enough to be listed one by one.
LISTED = (BANK_BATCH, FUNDS_STEP)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of decision.

    :param model: what it is about
    :param role: who may take it; None: what carries it out asks for more than a role, so it gets
        the records with the user's own rights, else with full ones
    :param decide: carries it out: a function of the records and the reason
    :param proof: whether a second factor is asked for: for all that moves money on or proves it
    """

    model: str
    role: str | None
    decide: Callable
    proof: bool = True


class Decision(models.TransientModel):
    """A decision about money that a person takes, with the reason for the audit trail."""

    _name = "g2p.bridge.decision"
    _description = "Decision"

    # === Fields ===

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
            ("submit_envelope", "Submit for approval again"),
            ("start_envelope", "Start before the schedule date"),
            ("pause_envelope", "Pause the envelope"),
            ("resume_envelope", "Let the envelope go on"),
            ("release_hold", "Give up what has not left and release its money"),
            ("cancel_disbursements", "Cancel disbursements"),
            ("release_held", "Pay held payments all the same"),
            ("archive_envelope", "Move the payments to the archive"),
            ("bring_back_envelope", "Bring the payments back from the archive"),
            ("accept_archive", "Accept the rows as they are"),
            ("statement_another", "It is another statement: process it"),
            ("statement_leave", "Leave the statement: nothing of it is processed"),
            ("statement_account", "Choose the account of the statement"),
            ("statement_confirm", "Confirm what another person has handed in"),
            ("statement_difference", "What differs from the bank's statement was looked into"),
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
    program_id = fields.Many2one(
        "g2p.bridge.program",
        "Paid from This Account",
        help="A program that is paid from the account of the statement.",
    )

    # === Compute ===

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

    # === CRUD ===

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

    # === Actions ===

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
        """Carry the decision out, for who may take it."""
        self.ensure_one()
        kind = self._decisions()[self.kind]
        if self.res_model != kind.model:
            raise UserError(self.env._("This decision can't be taken about %s.", self.res_model))
        reason = self.env["g2p.bridge.audit"]._given_reason(self.reason)
        records = self._records()
        records.check_access("read")
        if kind.role:
            self.env["res.users"]._g2p_bridge_check_role(kind.role)
        if kind.proof:
            self.env["g2p.bridge.second.factor"]._demand(records)
        kind.decide(records.sudo() if kind.role else records, reason)
        return True

    # === Helpers ===

    def _decisions(self):
        """Every kind of decision, for other addons to add theirs.

        :return: {kind: :class:`Kind`}
        """
        return {
            "cancel_envelope": Kind(ENVELOPE, None, self._cancel_envelopes, proof=False),
            "submit_envelope": Kind(
                ENVELOPE, "officer", lambda own, why: own._submit_again(why), proof=False
            ),
            "start_envelope": Kind(
                ENVELOPE, "officer", lambda own, why: own._start(why), proof=False
            ),
            "pause_envelope": Kind(
                ENVELOPE, "officer", lambda own, why: own._pause(why), proof=False
            ),
            "resume_envelope": Kind(
                ENVELOPE, "officer", lambda own, why: own._resume(why), proof=False
            ),
            "release_hold": Kind(ENVELOPE, "finance", lambda own, why: own._release_hold(why)),
            "archive_envelope": Kind(
                ENVELOPE, "admin", lambda own, why: own._archive(why), proof=False
            ),
            "bring_back_envelope": Kind(
                ENVELOPE, "admin", lambda own, why: own._bring_back(why), proof=False
            ),
            "accept_archive": Kind(
                "g2p.bridge.archive.run",
                "admin",
                lambda own, why: own._accept(why),
                proof=False,
            ),
            "leave_out": Kind(DISBURSEMENT, "officer", self._leave_lines_out, proof=False),
            "cancel_disbursements": Kind(DISBURSEMENT, None, self._cancel_lines, proof=False),
            "release_held": Kind(DISBURSEMENT, None, self._release_lines),
            "give_up_resolution": Kind(MAPPER_BATCH, "officer", self._give_up, proof=False),
            "give_up_batch": Kind(BANK_BATCH, "finance", self._give_up_at_bank),
            "bank_confirms": Kind(BANK_BATCH, "finance", self._confirm_batches),
            "bank_denies": Kind(BANK_BATCH, "finance", self._deny_batches),
            "funds_confirmed": Kind(FUNDS_STEP, "finance", self._confirm_steps),
            "funds_denied": Kind(FUNDS_STEP, "finance", self._deny_steps),
            "entry_not_ours": Kind(ENTRY, "finance", lambda own, why: own._decide_not_ours(why)),
            "entry_reopen": Kind(ENTRY, "finance", lambda own, why: own._decide_reopen(why)),
            "statement_another": Kind(
                STATEMENT, "finance", lambda own, why: own._decide_another(why)
            ),
            "statement_leave": Kind(STATEMENT, "finance", lambda own, why: own._decide_leave(why)),
            "statement_confirm": Kind(
                STATEMENT, "finance", lambda own, why: own._decide_confirm(why)
            ),
            "statement_difference": Kind(
                STATEMENT, "finance", lambda own, why: own._decide_difference(why)
            ),
            "statement_account": Kind(STATEMENT, "finance", self._choose_account),
        }

    def _records(self):
        """What is decided about."""
        if self.res_model not in {kind.model for kind in self._decisions().values()}:
            return self.env[ENVELOPE]
        return self.env[self.res_model].browse(_numbers(self.res_ids)).exists()

    def _cancel_envelopes(self, envelopes, reason):
        for envelope in envelopes:
            service = self.env["g2p.bridge.service"].with_company(envelope.company_id)
            service.cancel_disbursement_envelope(
                {"disbursement_envelope_id": envelope.disbursement_envelope_id}, reason=reason
            )

    def _cancel_lines(self, lines, reason):
        envelope = lines.envelope_id[:1]
        self.env["g2p.bridge.service"].with_company(envelope.company_id).cancel_disbursements(
            [{"disbursement_id": line.disbursement_id} for line in lines]
        )
        title = self.env._(
            "Disbursements cancelled (%(count)s): %(reason)s", count=len(lines), reason=reason
        )
        envelope.sudo()._log_decision(
            "cancel",
            lines._note(title),
            what=title,
            reason=reason,
            lines=lines.mapped("disbursement_id"),
        )

    def _release_lines(self, lines, reason):
        lines._check_releasable()
        lines.sudo()._release_held(reason)

    def _leave_lines_out(self, lines, reason):
        lines._leave_out(self._signed(reason))

    def _give_up(self, batches, reason):
        for batch in batches:
            batch._give_up_lines(self._signed(reason))

    def _give_up_at_bank(self, batches, reason):
        self._give_up(batches, reason)
        batches._add_decider()

    def _confirm_batches(self, batches, reason):
        for batch in batches:
            batch._settle(True, self._signed(reason))
        # Only now: the first who decides has to be the first to hold the batch.
        batches._add_decider()

    def _deny_batches(self, batches, reason):
        for batch in batches:
            batch._deny(self._signed(reason))
        batches._add_decider()

    def _confirm_steps(self, steps, reason):
        references = {line.res_id: line.hold_reference for line in self.line_ids}
        for step in steps:
            # One reference is the name of one hold: it is never taken for several.
            shared = self.hold_reference if len(steps) == 1 else None
            step._settle(True, self._signed(reason), references.get(step.id) or shared)

    def _deny_steps(self, steps, reason):
        for step in steps:
            step._settle(False, self._signed(reason))

    def _choose_account(self, statements, reason):
        if not self.program_id:
            raise UserError(self.env._("Choose a program that is paid from this account."))
        self.program_id.check_access("read")
        statements._decide_account(self.program_id.sudo(), reason)

    def _signed(self, reason):
        return f"{reason} ({self.env.user.name})"


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
