# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What systems and people ask of the bridge: the sender, officers, approvers, finance.

Each method chooses among what there is by a number, does nothing where there is nothing, and
lets the bridge refuse what it has to refuse.
"""

from datetime import timedelta
from decimal import Decimal

from ...lib.statement import CORRECTION
from .world import STEPS, Sent

WHY = "Because of the machine"
#: Buttons of an envelope, and what finance says of a line.
STEERS = (
    "approve",
    "approve",
    "send_back",
    "submit",
    "pause",
    "resume",
    "try_again",
    "resolve_again",
    "release_hold",
    "give_up",
    "leave_out",
    "correct",
)
DECISIONS = ("match", "not_ours", "reopen")


class People:
    def __init__(self, world):
        self.world, self.env = world, world.env
        self.service = self.env["g2p.bridge.service"]

    # The sender

    def declare(self, program, amounts, days):
        """Declare an envelope; its rows are kept to be sent.

        :param days: until its schedule date
        """
        self.world.cycles[program] += 1
        day = self.world.now.date() + timedelta(days=days)
        values = {
            "benefit_program_mnemonic": program,
            "disbursement_frequency": "Monthly",
            "cycle_code_mnemonic": f"C{self.world.cycles[program]}",
            **self._totals(amounts),
            "disbursement_currency_code": "USD",
            "disbursement_schedule_date": day.isoformat(),
        }
        reply = self.world.attempt(self.service.create_disbursement_envelope, values)
        if reply is None:
            return None
        envelope = self._find(reply["disbursement_envelope_id"])
        self.world.declared[envelope] = [
            {
                "disbursement_envelope_id": reply["disbursement_envelope_id"],
                "mis_reference_number": f"{program}{envelope.id}-{number}",
                # Every third is one whom the mapper does not know.
                "beneficiary_id": f"{'X' if number % 3 == 2 else 'ID'}{number}",
                "beneficiary_name": f"Person {number}",
                "disbursement_amount": amount,
                "narrative": "Grant",
            }
            for number, amount in enumerate(amounts)
        ]
        self.world.tally.envelopes += 1
        return envelope

    def send(self, envelope, count):
        """Send so many of the rows that were not sent yet."""
        rows = self.world.declared.get(envelope, [])[:count]
        answer = rows and self.world.attempt(self.service.create_disbursements, rows)
        if not answer:
            return
        del self.world.declared[envelope][: len(rows)]
        for row in answer:
            amount = Decimal(row["disbursement_amount"])
            self.world.sent[row["disbursement_id"]] = Sent(envelope.id, amount, row)
        self.world.tally.disbursements += len(rows)

    def send_again(self, n):
        """Send what was taken already: it has to be recognised."""
        sent = self._pick(n, [one for one in self.world.sent.values() if not one.cancelled])
        if sent:
            row = {key: value for key, value in sent.row.items() if key != "disbursement_id"}
            answer = self.world.attempt(self.service.create_disbursements, [row])
            if answer and answer[0]["disbursement_id"] not in self.world.sent:
                raise AssertionError("the same row became another disbursement")

    def amend(self, envelope, days):
        """Declare what was sent, and nothing more."""
        amounts = [
            one.amount
            for one in self.world.sent.values()
            if one.envelope == envelope.id and not one.cancelled
        ]
        day = self.world.now.date() + timedelta(days=days)
        values = {
            "disbursement_envelope_id": envelope.disbursement_envelope_id,
            **self._totals(amounts),
            "disbursement_schedule_date": day.isoformat(),
        }
        if amounts and self.world.attempt(self.service.amend_disbursement_envelope, values):
            self.world.declared[envelope] = []

    def cancel_envelope(self, envelope, reason=None):
        values = {"disbursement_envelope_id": envelope.disbursement_envelope_id}
        before = self._states(envelope)
        if self.world.attempt(self.service.cancel_disbursement_envelope, values, reason):
            self.world.declared[envelope] = []
            for one, state in before.items():
                # What the bank has refused, or what came to another end, is over already.
                if state in ("received", "resolved", "unresolved"):
                    self.world.sent[one].cancelled = True

    def cancel_lines(self, envelope, n):
        """Cancel one or two disbursements of an envelope."""
        ids = sorted(
            one
            for one, sent in self.world.sent.items()
            if sent.envelope == envelope.id and not sent.cancelled
        )
        chosen = ids[n % len(ids) :][: 1 + n % 2] if ids else []
        rows = [{"disbursement_id": one} for one in chosen]
        if rows and self.world.attempt(self.service.cancel_disbursements, rows):
            for one in chosen:
                self.world.sent[one].cancelled = True

    # Officers, approvers, finance

    def steer(self, what, n):
        """Press one button of one envelope."""
        envelope = self._pick(n, self.envelopes())
        if envelope:
            self.press(what, envelope)

    def press(self, what, envelope):
        self.world.attempt(getattr(self, f"_steer_{what}"), envelope)

    def _steer_approve(self, envelope):
        mine = envelope.with_user(self.world.case.approver)
        mine.action_approve(revisions=mine.content_revisions())

    def _steer_send_back(self, envelope):
        envelope.with_user(self.world.case.approver).action_reject(WHY)

    def _steer_submit(self, envelope):
        envelope._submit_again(WHY)

    def _steer_pause(self, envelope):
        envelope._pause(WHY)

    def _steer_resume(self, envelope):
        envelope._resume(WHY)

    def _steer_try_again(self, envelope):
        envelope.action_try_again()

    def _steer_resolve_again(self, envelope):
        envelope.action_resolve_again()

    def _steer_release_hold(self, envelope):
        envelope._release_hold(WHY)

    def _steer_give_up(self, envelope):
        for batch in (*envelope.mapper_batch_ids, *envelope.bank_batch_ids):
            if batch.state == "failed":
                batch._give_up_lines(WHY)

    def _steer_leave_out(self, envelope):
        envelope.disbursement_ids.filtered(
            lambda line: line.state == "unresolved" and not line.left_out
        )._leave_out(WHY)

    def _steer_correct(self, envelope):
        lines = envelope.disbursement_ids.filtered(lambda line: line.state == "unresolved")
        right = {line.id: f"R{line.beneficiary_id}" for line in lines}
        lines._correct_beneficiaries(right, WHY)
        envelope._resolve_again()

    def settle(self, n):
        step = self._pick(n, self.steps(("uncertain",)))
        if step is not None:
            self.settle_step(step)

    def settle_step(self, step):
        """Say what the bank says on the telephone of a step whose outcome is unknown.

        Nobody rings while the message may still be on its way.
        """
        self.world.bank.deliver()
        bank = self.world.bank
        if step._name == "g2p.bridge.bank.batch":
            self.world.attempt(step._settle, bank.has_batch(step.reference), WHY)
            return
        if step.kind == "block":
            hold = next((one for one in bank.holds if one.reference == step.reference), None)
            self.world.attempt(step._settle, bool(hold), WHY, hold and hold.name)
            return
        hold = bank.hold(step.envelope_id._funds_step("block").bank_reference)
        self.world.attempt(step._settle, step.reference in hold.release_references, WHY)

    def decide(self, n, what):
        """Finance decides about a line of a statement."""
        entry = self._pick(n, self.env["g2p.bridge.statement.entry"].search([], order="id"))
        # A true line for a whole batch is left alone: nobody could match it again.
        if entry and (what == "match" or not entry.batch_reference or self._is_noise(entry)):
            self.decide_about(entry, what)

    def decide_about(self, entry, what):
        if what == "match":
            line = entry.disbursement_id or self.env["g2p.bridge.disbursement"].search(
                [("disbursement_id", "=", entry.reference)]
            )
            if line:
                self.world.attempt(entry._decide_match, line, WHY)
        elif what == "not_ours":
            self.world.attempt(entry._decide_not_ours, WHY)
        else:
            self.world.attempt(entry._decide_reopen, WHY)

    def take_corrections(self):
        """What has the number of another statement is another one: this bank corrects none."""
        kept = self.env["g2p.bridge.statement"].search(
            [("state", "=", "failed"), ("latest_error_code", "=", CORRECTION)]
        )
        if kept:
            self.world.attempt(kept._decide_another, WHY)
        return bool(kept)

    # What there is

    def envelopes(self):
        return self.env["g2p.bridge.envelope"].browse(
            sorted(envelope.id for envelope in self.world.declared)
        )

    def envelope(self, n):
        return self._pick(n, self.envelopes())

    def steps(self, states):
        """Every step in one of these states, in a fixed order."""
        self.world.settle_caches()
        return [
            step
            for model in STEPS
            for step in self.env[model].search([("state", "in", states)], order="id")
        ]

    def _is_noise(self, entry):
        return not self.world.paper.line_of(entry).is_true

    def _pick(self, n, things):
        return things[n % len(things)] if things else None

    def _totals(self, amounts):
        return {
            "number_of_beneficiaries": len(amounts),
            "number_of_disbursements": len(amounts),
            "total_disbursement_amount": sum(map(Decimal, amounts)),
        }

    def _find(self, envelope_id):
        return self.env["g2p.bridge.envelope"].search(
            [("disbursement_envelope_id", "=", envelope_id)]
        )

    def _states(self, envelope):
        self.world.settle_caches()
        return {line.disbursement_id: line.state for line in envelope.disbursement_ids}
