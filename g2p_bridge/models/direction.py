# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..lib.policy import CONTROLS, DEFAULTS, PARAMETER_PREFIX

#: What of a bank or a mapper only starts or stops the work.
SWITCHES = {"active", "environment", "is_confirmed"}
#: What of a bank says how its statements come in, or what it is asked for after a lost answer.
HARMLESS = {
    "code",
    "lacks_idempotent_block",
    "lacks_payment_status",
    "lacks_release_funds",
    "statement_address",
    "statement_numbering",
    "statement_token",
}
#: The policies that envelopes are run by at each moment, whatever they were declared under.
LIVE = set(CONTROLS) - {"disbursement_sla_days"}
#: States of envelopes of which something may still leave.
UNDER_WAY = ("scheduled", "funding", "shipping")


class DirectedEnvelope(models.Model):
    """Envelopes whose money goes another way than the approver knew go back to approval.

    What has begun is finished, where it began: a job reads the address that it calls before it
    claims its step. Nothing else of them leaves before somebody approves them again. Where no
    approval is asked for, they go on: two people have agreed to the change.
    """

    _inherit = "g2p.bridge.envelope"

    reapproval_reason = fields.Text(
        "Approval Taken Back Because",
        readonly=True,
        copy=False,
        help="What has changed since it was approved.",
    )

    @api.model
    def _take_back_approval(self, domain, what):
        """Bring approved envelopes of which something may still leave before the approvers again.

        :param domain: of these
        :param str what: what has changed, in words
        """
        approved = [("approved_by_id", "!=", False), ("state", "in", UNDER_WAY)]
        found = self.sudo().search(Domain(domain) & Domain(approved))
        found = found.filtered(lambda envelope: envelope._approval() != "none")
        if not found:
            return
        found._take_turn()
        reason = self.env._(
            "%(what)s, changed by %(who)s", what=what, who=self.env.user.display_name
        )
        found.write({**found._unreviewed(), "reapproval_reason": reason})
        for envelope in found:
            said = self.env._("Not approved any more, for its money would go another way")
            envelope._put_on_record("take_back", f"{said}: {reason}", reason=reason)
        found._go_on()

    def _awaits_reapproval(self):
        """Whether it was approved, and nobody has approved what would be paid now."""
        lost = self.approved_revision and not self.approved_by_id
        return bool(lost) and self._approval() != "none"

    def _unapproved(self):
        return {**super()._unapproved(), "reapproval_reason": False}

    def _waiting_for_approval(self):
        sentence = super()._waiting_for_approval()
        if not (self.reapproval_reason and self._awaits_reapproval()):
            return sentence
        why = self.env._("What directs its money has changed: %s.", self.reapproval_reason)
        return f"{sentence} {why}"

    def _shipping_refusal(self):
        refusal = super()._shipping_refusal()
        if refusal or not self._awaits_reapproval():
            return refusal
        if self.rejected_by_id:
            return self.env._("The envelope was sent back: submit it again, or cancel it.")
        if not self.reapproval_reason:
            return self.env._("The envelope has to be approved again: its payments have changed.")
        return self.env._(
            "The envelope has to be approved again, for what directs its money has changed: %s.",
            self.reapproval_reason,
        )

    def _read_state(self):
        state = super()._read_state()
        if state == "shipping" and self._awaits_reapproval() and not self.rejected_by_id:
            return "to_approve"
        return state


class DirectedBank(models.Model):
    """A sponsor bank that programs are paid by: what becomes of their envelopes."""

    _inherit = "g2p.bridge.sponsor.bank"

    @api.constrains("company_id")
    def _check_company_of_users(self):
        for bank in self:
            _check_stays(bank, "sponsor_bank_id")

    def _direction_changed(self, names):
        super()._direction_changed(names)
        domain = [("sponsor_bank_id", "in", self.ids)]
        _reconsider(self, domain, names - SWITCHES - HARMLESS)
        self.env["g2p.bridge.envelope"]._unfinished(domain)._enqueue_advance()


class DirectedByMapper(models.Model):
    """An ID mapper that programs ask: what becomes of their envelopes."""

    _inherit = "g2p.bridge.mapper"

    @api.constrains("company_id")
    def _check_company_of_users(self):
        for mapper in self:
            _check_stays(mapper, "mapper_id")

    def _direction_changed(self, names):
        super()._direction_changed(names)
        # Whoever is resolved already is paid as the approver has seen it.
        to_come = [
            "|",
            ("mapper_batch_ids.state", "not in", ("done", "cancelled")),
            ("mapper_batch_ids.undecided_count", ">", 0),
        ]
        domain = [("mapper_id", "in", self.ids)]
        _reconsider(self, domain, names - SWITCHES, to_come)
        self.env["g2p.bridge.envelope"]._unfinished(domain)._enqueue_advance()


class DirectedProgram(models.Model):
    """A program whose policies say how envelopes go on."""

    _inherit = "g2p.bridge.program"

    @api.constrains("company_id")
    def _check_company_of_envelopes(self):
        for program in self:
            _check_stays(program, "program_id", models=("g2p.bridge.envelope",))

    def _direction_changed(self, names):
        super()._direction_changed(names)
        live = names & (LIVE | {"own_policies"})
        for program in self:
            counts = program.own_policies or "own_policies" in live
            _reconsider(program, [("program_id", "=", program.id)], live if counts else set())


class DirectingParameter(models.Model):
    """The policies of Settings, which count for all programs without their own."""

    _inherit = "ir.config_parameter"

    @api.model
    def _one_person_parameters(self):
        """What says how work is cut and how often it is tried, and who is told; not where money
        goes, and not who has to agree."""
        cut = self.env._("how the work is cut, and how often it is tried")
        steps = ("resolve", "check", "block", "ship", "release", "statement")
        names = [f"{step}_{what}" for step in steps for what in ("attempts", "delay")]
        names += [
            "mapper_batch_size",
            "bank_batch_size",
            "max_statement_megabytes",
            "max_import_megabytes",
            "max_import_rows",
            "statement_part_megabytes",
            "stall_minutes",
            "duty_emails",
        ]
        own = {f"{PARAMETER_PREFIX}{name}": cut for name in names}
        return {**super()._one_person_parameters(), **own}

    def _direction_changed(self, changes):
        super()._direction_changed(changes)
        names = set()
        for name in LIVE:
            default = str(getattr(DEFAULTS, name))
            old, new = changes.get(f"{PARAMETER_PREFIX}{name}", (False, False))
            if (old or default) != (new or default):
                names.add(name)
        if names:
            labels = _labels(self.env["g2p.bridge.program"], names)
            self.env["g2p.bridge.envelope"]._take_back_approval(
                [("program_id.own_policies", "=", False)],
                self.env._("Settings: %s", labels),
            )


def _reconsider(record, domain, names, concerned=()):
    """Have envelopes go back to approval, where these fields say another way.

    :param domain: of the envelopes of this record
    :param concerned: and of those that the change concerns
    """
    if names:
        what = record.env._(
            "%(record)s: %(fields)s", record=record.display_name, fields=_labels(record, names)
        )
        record.env["g2p.bridge.envelope"]._take_back_approval(
            Domain(domain) & Domain(list(concerned)), what
        )


def _labels(model, names):
    return ", ".join(
        model._fields[name]._description_string(model.env) or name for name in sorted(names)
    )


def user_elsewhere(record, model, field):
    """:return: a record of another company that is linked to this one by a field; none, or one"""
    found = record.env[model].sudo().with_context(active_test=False)
    return found.search(
        [(field, "in", record.ids), ("company_id", "!=", record.company_id.id)], limit=1
    )


def _check_stays(record, field, models=("g2p.bridge.program", "g2p.bridge.envelope")):
    """:raises ValidationError: another company's money would go by this record"""
    for model in models:
        other = user_elsewhere(record, model, field)
        if other:
            raise ValidationError(
                record.env._(
                    "%(record)s can't move to another company: %(user)s of %(company)s depends "
                    "on it. Make another one for that company.",
                    record=record.display_name,
                    user=other.display_name,
                    company=other.company_id.display_name,
                )
            )
