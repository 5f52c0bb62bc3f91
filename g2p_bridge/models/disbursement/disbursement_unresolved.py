# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...identifiers import refusal_of
from ...services.checks import is_text
from .account_seen import HELD
from .disbursement_states import UNRESOLVED

#: Disbursements that a note in an envelope's history names one by one.
MAX_NAMED = 20


class DisbursementUnresolved(models.Model):
    """What people do about payments for which there is no usable address, or which are held.

    An approver sees in the preview which accounts several people share, and which are others than
    in the earlier cycle. What is resolved only after the approval he can't have seen: as the
    program's policy says, such a payment is unresolved in spite of its address, until an approver
    releases it or an officer leaves it out. The hold of its money stays so long.
    """

    _inherit = "g2p.bridge.disbursement"

    # === Fields ===

    can_release = fields.Boolean(compute="_compute_can_release")

    # === Compute ===

    @api.depends("state", "reason_code", "reissue_ids")
    @api.depends_context("uid")
    def _compute_can_release(self):
        approver = self.env.user.has_group("g2p_bridge_base.group_approver")
        for line in self:
            held = line.state in UNRESOLVED and line.reason_code in HELD
            line.can_release = approver and held and not line.reissue_ids

    # === Actions ===

    def action_correct_beneficiary(self):
        """Open the window in which the beneficiary IDs of these are corrected."""
        self.env["res.users"]._g2p_bridge_check_role("officer")
        self.check_access("read")
        return self.env["g2p.bridge.beneficiary.correct"]._open(self)

    def action_resolve_again(self):
        """Ask the mapper once more for these beneficiaries."""
        self.env["res.users"]._g2p_bridge_check_role("officer")
        self.check_access("read")
        self.sudo()._resolve_again()
        return True

    def action_resolve_envelopes_again(self):
        """Ask the mapper once more for all unresolved beneficiaries of these envelopes."""
        self.env["res.users"]._g2p_bridge_check_role("officer")
        self.check_access("read")
        self.envelope_id.action_resolve_again()
        return True

    def action_leave_out(self):
        """Ask why the envelopes go on without these unresolved beneficiaries."""
        self.env["res.users"]._g2p_bridge_check_role("officer")
        return self.env["g2p.bridge.decision"]._open(
            self, "leave_out", self.env._("Leave Beneficiaries Out")
        )

    def action_release_held(self):
        """Ask why these payments are made to their accounts all the same."""
        self._check_releasable()
        return self.env["g2p.bridge.decision"]._open(
            self, "release_held", self.env._("Release Held Payments")
        )

    # === Steps ===

    def _correct_beneficiaries(self, right_ids, reason):
        """Ask for other IDs from now on: for all of these or none. What the sender wrote is kept.

        An envelope that was approved is no longer, as long as its money is not touched: the
        approver did not see these IDs. After that, only a new envelope pays the corrected ones.

        :param dict right_ids: the ID of each beneficiary, by the record ID of the disbursement
        :raises UserError: an ID is none, or one of these payments can't be changed any more
        """
        envelopes = self.envelope_id
        envelopes._lock_as_maker()
        self._lock_unresolved()
        changes = {line: (line.beneficiary_id, line._right_id(right_ids[line.id])) for line in self}
        self.env.cr.execute(
            "UPDATE g2p_bridge_disbursement d SET beneficiary_id = r.right_id,"
            " beneficiary_id_received ="
            " NULLIF(COALESCE(d.beneficiary_id_received, d.beneficiary_id), r.right_id)"
            " FROM unnest(%s::integer[], %s::text[]) AS r(id, right_id) WHERE d.id = r.id",
            [self.ids, [right for _former, right in changes.values()]],
        )
        self.invalidate_recordset()
        for envelope in envelopes:
            if envelope.approved_by_id and envelope._takes_corrections():
                envelope.write(envelope._unapproved())
            own = [line for line in self if line.envelope_id == envelope]
            texts = [f"{line.disbursement_id}: {' → '.join(changes[line])}" for line in own]
            title = self.env._("Beneficiary IDs corrected: %s", reason)
            envelope._log_decision(
                "correct",
                _titled_list(title, texts),
                what=title,
                old_value="\n".join(f"{line.disbursement_id}: {changes[line][0]}" for line in own),
                new_value="\n".join(f"{line.disbursement_id}: {changes[line][1]}" for line in own),
                reason=reason,
                lines=[line.disbursement_id for line in own],
            )
        envelopes._go_on()

    def _resolve_again(self):
        """Put these lines into new mapper batches: all of them or none."""
        envelopes = self.envelope_id
        envelopes._lock_as_maker()
        self._lock_unresolved()
        for envelope in envelopes:
            lines = self.filtered(lambda line, envelope=envelope: line.envelope_id == envelope)
            refusal = envelope._resolve_again_refusal(lines)
            if refusal:
                raise UserError(refusal)
            envelope._ask_mapper_again(envelope._lines_to_ask_again(lines.ids))
        envelopes._go_on()

    def _leave_out(self, reason):
        """Let the envelopes go on without these lines: all of them or none."""
        self.envelope_id._add_maker()
        self._lock_unresolved()
        self.env.cr.execute(
            "UPDATE g2p_bridge_disbursement SET left_out = TRUE WHERE id = ANY(%s)", [self.ids]
        )
        self.env["g2p.bridge.disbursement"].invalidate_model()
        for batch in self.mapper_batch_id:
            batch._count_results()
        for envelope in self.envelope_id:
            lines = self.filtered(lambda line, envelope=envelope: line.envelope_id == envelope)
            title = self.env._(
                "Unresolved beneficiaries left out (%(count)s): %(reason)s",
                count=len(lines),
                reason=reason,
            )
            envelope._log_decision(
                "leave_out",
                lines._note(title),
                what=title,
                reason=reason,
                lines=lines.mapped("disbursement_id"),
            )
        self.envelope_id._enqueue_advance()

    def _release_held(self, reason):
        """Pay these by new batches of their envelopes: all of them or none.

        :raises UserError: one of them is not held any more, or its envelope can't pay it
        """
        envelopes = self.envelope_id
        envelopes._lock_for_change()
        self._lock_unresolved()
        for line in self:
            if line.reason_code not in HELD:
                raise UserError(
                    self.env._(
                        "%s is not held because of its account: it has no usable address.",
                        line.disbursement_id,
                    )
                )
        for envelope in envelopes:
            lines = self.filtered(lambda line, envelope=envelope: line.envelope_id == envelope)
            envelope._release_lines(lines, reason)
        envelopes._go_on()

    # === Helpers ===

    def _right_id(self, value):
        """:raises UserError: this is no ID, or the one that is there already"""
        value = value.strip() if isinstance(value, str) else ""
        if not is_text(value):
            raise UserError(self.env._("Enter the beneficiary ID, at most 255 characters."))
        refusal = refusal_of(self.env, self.env._("The beneficiary ID"), value)
        if refusal:
            raise UserError(refusal)
        if value == self.beneficiary_id:
            raise UserError(self.env._("%s is the beneficiary ID already.", value))
        return value

    def _lock_unresolved(self):
        """Let nobody else decide about these lines meanwhile.

        The rows are written, not only locked: a reissue at the same time, or a question to the
        mapper, starts over.

        :raises UserError: one of them is not unresolved any more, or was reissued
        """
        self.envelope_id._check_at_hand()
        self.env.cr.execute(
            "UPDATE g2p_bridge_disbursement SET state = state WHERE id = ANY(%s)", [self.ids]
        )
        self.env.invalidate_all()
        for line in self:
            if line.state not in UNRESOLVED:
                raise UserError(
                    self.env._(
                        "%(line)s is %(state)s. This can only be done while it is unresolved.",
                        line=line.disbursement_id,
                        state=line._state_label().lower(),
                    )
                )
        reissued = self.search([("reissue_of_id", "in", self.ids)], limit=1)
        if reissued:
            raise UserError(
                self.env._(
                    "%(line)s was reissued as %(new)s, so nothing is changed here any more.",
                    line=reissued.reissue_of_id.disbursement_id,
                    new=reissued.disbursement_id,
                )
            )

    def _note(self, title):
        """A title and these disbursements, for an envelope's history."""
        items = [f"{line.disbursement_id} · {line.beneficiary_id}" for line in self[:MAX_NAMED]]
        if len(self) > MAX_NAMED:
            items.append(self.env._("and %s more", len(self) - MAX_NAMED))
        return _titled_list(title, items)

    def _check_releasable(self):
        """:raises AccessError: the user is no approver, or had a part in making an envelope"""
        self.env["res.users"]._g2p_bridge_check_role("approver")
        self.check_access("read")
        for envelope in self.sudo().envelope_id:
            if envelope._is_own_work():
                raise AccessError(
                    self.env._(
                        "You had a part in making %s, so another approver has to judge it.",
                        envelope.display_name,
                    )
                )


def _titled_list(title, items):
    lines = Markup().join(Markup("<li>%s</li>") % item for item in items)
    return Markup("<p>%s</p><ul>%s</ul>") % (title, lines)
