# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import plaintext2html

from ...approval_floor import approval_floor
from ...lib.policy import STRICTNESS, strictest
from ..disbursement.account_seen import FORGET
from .envelope_states import MAY_LEAVE, PAST_HOLDING

APPROVAL_TYPE = "g2p_bridge.mail_activity_type_approval"
SENT_BACK_TYPE = "g2p_bridge.mail_activity_type_sent_back"
#: At most so many people are asked by a to-do of their own.
MOST_ASKED = 20
# Who has had a part in what makes former payments payable again: who handed in a statement that
# speaks of them and who confirmed it, who decided about their lines or their batch.
FORMER = """
    WITH former AS (
        SELECT id, bank_batch_id, state FROM g2p_bridge_disbursement WHERE id = ANY(%(ids)s)
    ), batches AS (
        SELECT DISTINCT bank_batch_id AS id FROM former WHERE bank_batch_id IS NOT NULL
    ), lines AS (
        SELECT e.statement_id, e.decided_by_id FROM former f
          JOIN g2p_bridge_statement_entry e ON e.disbursement_id = f.id
         UNION
        SELECT e.statement_id, e.decided_by_id FROM batches b
          JOIN g2p_bridge_statement_entry e ON e.bank_batch_id = b.id
    ), deciders AS (
        SELECT r.user_id FROM batches b
          JOIN g2p_bridge_bank_batch_decider_rel r ON r.bank_batch_id = b.id
    ), people AS (
        SELECT user_id FROM deciders
         UNION SELECT decided_by_id FROM lines
         UNION SELECT s.create_uid FROM g2p_bridge_statement s
                WHERE s.id IN (SELECT statement_id FROM lines) AND s.channel = 'person'
         UNION SELECT s.confirmed_by_id FROM g2p_bridge_statement s
                WHERE s.id IN (SELECT statement_id FROM lines)
    )
    SELECT EXISTS (SELECT FROM former WHERE state = 'reversed') OR EXISTS (SELECT FROM lines)
           OR EXISTS (SELECT FROM deciders),
           (SELECT array_agg(user_id) FROM people WHERE user_id IS NOT NULL)
"""


class EnvelopeApproval(models.Model):
    """The four eyes: an approver releases an envelope or sends it back with a reason.

    An envelope that was sent back can't be approved: it has to be amended, or submitted again
    with an answer, which brings it before the approvers again, or cancelled.

    Envelopes whose money goes another way than the approver knew go back to approval. What has
    begun is finished, where it began: a job reads the address that it calls before it claims its
    step. Nothing else of them leaves before somebody approves them again. Where no approval is
    asked for, they go on: two people have agreed to the change.

    Nobody who had a part in making a payment payable again releases its reissue.
    """

    _inherit = "g2p.bridge.envelope"

    # === Fields ===

    approved_by_id = fields.Many2one("res.users", readonly=True, tracking=True, copy=False)
    approved_at = fields.Datetime(readonly=True, copy=False)
    rejected_by_id = fields.Many2one("res.users", "Sent Back By", readonly=True, copy=False)
    rejected_at = fields.Datetime("Sent Back At", readonly=True, copy=False)
    rejection_reason = fields.Text("Sent Back Because", readonly=True, copy=False)
    can_review = fields.Boolean(compute="_compute_can_review")
    reapproval_reason = fields.Text(
        "Approval Taken Back Because",
        readonly=True,
        copy=False,
        help="What has changed since it was approved.",
    )
    pays_again = fields.Boolean(
        readonly=True,
        copy=False,
        help="It reissues what was paid once, or what became payable again by a person's word. "
        "Whatever the policy says, an approver has to release it who neither reissued it, nor "
        "handed in, confirmed or matched what makes it payable.",
    )

    # === Compute ===

    @api.depends("state", "maker_ids")
    @api.depends_context("uid")
    def _compute_can_review(self):
        approver = self.env.user.has_group("g2p_bridge_base.group_approver")
        for envelope in self:
            waits = approver and envelope.state == "to_approve"
            envelope.can_review = waits and not envelope.sudo()._is_own_work()

    # === Actions ===

    def action_open_approve(self, revisions=None):
        """Show an approver what is released, to confirm it.

        :param revisions: what he has seen of them already, see ``content_revisions``; by default
            what the window is about to show
        """
        action = self._open_review("approve", self.env._("Approve"))
        if revisions:
            action["context"]["default_revisions"] = json.dumps(revisions)
        return action

    def action_open_reject(self):
        """Ask an approver why these envelopes are sent back."""
        return self._open_review("reject", self.env._("Send Back"))

    def action_approve(self, comment=None, revisions=None):
        """Release complete envelopes. The maker is never the checker where policy says so.

        :param comment: what the approver adds, kept in the history
        :param revisions: {record ID as text: what the approver has seen of it}, of
            ``content_revisions`` or the preview; all of these envelopes or none are released
        :raises UserError: one is not what the approver has seen
        """
        seen = revisions if isinstance(revisions, dict) else {}
        if self.env.su and not seen:
            seen = self.content_revisions()
        envelopes = self._reviewable()
        self.env["g2p.bridge.second.factor"]._demand(self)
        for envelope in envelopes:
            revision = envelope._check_revision(seen.get(str(envelope.id)))
            envelope.write(
                {
                    "approved_by_id": self.env.uid,
                    "approved_at": fields.Datetime.now(),
                    "approved_revision": revision,
                }
            )
            envelope._log_decision(
                "approve",
                _sentence(self.env._("Approved"), comment),
                reason=comment,
                new_value=revision,
            )
        envelopes._note_accounts()
        envelopes._go_on()
        return True

    def action_reject(self, reason):
        """Send envelopes back to those who made them.

        :param reason: what has to be mended; the makers get it as a to-do
        :raises UserError: no reason
        """
        envelopes = self._reviewable()
        reason = self.env["g2p.bridge.audit"]._given_reason(reason)
        for envelope in envelopes:
            envelope.write(
                {
                    **envelope._unreviewed(),
                    "rejected_by_id": self.env.uid,
                    "rejected_at": fields.Datetime.now(),
                    "rejection_reason": reason,
                }
            )
            envelope._log_decision(
                "send_back", _sentence(self.env._("Sent back"), reason), reason=reason
            )
            envelope._ask_makers(reason)
        envelopes._go_on()
        return True

    # === Steps ===

    def _state_changed(self):
        """Ask the people who have something to do now, and take back what others were asked."""
        if self.state != "to_approve":
            self.activity_unlink([APPROVAL_TYPE])
        if self.state == "cancelled" or not self.rejected_by_id:
            self.activity_unlink([SENT_BACK_TYPE])
        if self.state == "to_approve":
            self._ask_approvers()
        if self.state in PAST_HOLDING:
            # What was seen of accounts is of no use once everything has left.
            self.env.cr.execute(FORGET, [self.ids])

    def _ask_approvers(self):
        group = self.env.ref("g2p_bridge_base.group_approver")
        approvers = group.all_user_ids.filtered(
            lambda user: self.company_id in user.company_ids and user.active
        )
        if self._approval() == "other":
            approvers -= self.maker_ids
        if not approvers:
            self._ask(
                self._responsible_user(),
                SENT_BACK_TYPE,
                self.env._("Nobody may approve this envelope: have an approver named."),
            )
        self._ask(approvers, APPROVAL_TYPE, self.env._("Approve or send back"))

    def _ask_makers(self, reason):
        officer = "g2p_bridge_base.group_officer"
        makers = self.maker_ids.filtered(
            lambda user: user.active and not user.share and user.has_group(officer)
        )
        self._ask(
            makers | self._responsible_user(),
            SENT_BACK_TYPE,
            self.env._("Sent back: amend or cancel it"),
            note=plaintext2html(reason),
        )

    @api.model
    def _reapprove_redirected(self, domain, what):
        """Bring approved envelopes of which something may still leave before the approvers again.

        :param domain: of these
        :param str what: what has changed, in words
        """
        approved = Domain("approved_by_id", "!=", False) & MAY_LEAVE.domain()
        found = self.sudo().search(Domain(domain) & approved)
        found = found.filtered(lambda envelope: envelope._approval() != "none")
        if not found:
            return
        found._lock_for_change()
        reason = self.env._(
            "%(what)s, changed by %(who)s", what=what, who=self.env.user.display_name
        )
        found.write({**found._unreviewed(), "reapproval_reason": reason})
        for envelope in found:
            said = self.env._("Not approved any more, for its money would go another way")
            envelope._log_decision("take_back", f"{said}: {reason}", reason=reason)
        found._go_on()

    def _add_makers_of(self, formers):
        """Remember who had a part in what this envelope pays again.

        :param formers: record IDs of the payments that are reissued by it
        """
        self.ensure_one()
        if not formers:
            return
        self.env.flush_all()
        self.env.cr.execute(FORMER, {"ids": list(formers)})
        again, people = self.env.cr.fetchone()
        vals = {"maker_ids": [Command.link(user) for user in people or ()]}
        if again and not self.pays_again:
            vals["pays_again"] = True
        self.write(vals)

    # === Helpers ===

    def _open_review(self, kind, title):
        self.env["res.users"]._g2p_bridge_check_role("approver")
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "g2p.bridge.envelope.review",
            "view_mode": "form",
            "target": "new",
            "context": {"default_kind": kind, "default_envelope_ids": self.ids},
        }

    def _reviewable(self):
        """These envelopes with full rights, for an approver who may judge all of them.

        :raises UserError: one does not wait for approval
        :raises AccessError: the user is no approver, or had a part in making one
        """
        self.env["res.users"]._g2p_bridge_check_role("approver")
        self.check_access("read")
        self.sudo()._lock_for_change()
        for envelope in self.sudo():
            if envelope.state != "to_approve":
                raise UserError(
                    self.env._(
                        "%s does not wait for approval. Reload the page to see where it stands.",
                        envelope.display_name,
                    )
                )
            if envelope._is_own_work():
                raise AccessError(
                    self.env._(
                        "You had a part in making %s, so another approver has to judge it.",
                        envelope.display_name,
                    )
                )
        return self.sudo()

    def _is_own_work(self):
        """Whether the policy keeps this user from judging the envelope."""
        return self._approval() == "other" and self.env.user in self.maker_ids

    def _approval(self):
        """Who has to release it: the stricter of the policy now and of that which it came under.

        Else one who may change the policy would pay alone what was declared under four eyes. What
        was paid once, or became payable again by a person's word, is never released by those who
        had a part in that.
        """
        again = "other" if self.pays_again else "none"
        return strictest(self.approval, self.program_id._policy().approval, again)

    def _lacks_approval(self):
        """Whether somebody has still to approve it, or to approve it again."""
        return self._approval() != STRICTNESS[0] and not self.approved_by_id

    @api.model
    def _needs_approval_domain(self):
        """Envelopes that nobody pays without an approval: see ``_approval``."""
        if approval_floor() != STRICTNESS[0]:
            return Domain.TRUE
        strict = Domain("approval", "in", STRICTNESS[1:]) | Domain("pays_again", "=", True)
        return strict | ~self._policy_domain("approval", STRICTNESS[0])

    @api.model
    def _anyone_approves_domain(self):
        """Envelopes that every approver may release, also their makers: see ``_approval``."""
        if approval_floor() == "other":
            return Domain.FALSE
        mild = self._policy_domain("approval", "any") | self._policy_domain("approval", "none")
        return Domain("approval", "!=", "other") & Domain("pays_again", "=", False) & mild

    def _unreviewed(self):
        """The values of an envelope that nobody has reviewed yet.

        What an approver has seen, or sent back, is not what would be paid after a change.
        """
        return {
            **self._unapproved(),
            "rejected_by_id": False,
            "rejected_at": False,
            "rejection_reason": False,
        }

    def _ask(self, users, activity_type, summary, note=""):
        asked = self.activity_search([activity_type]).user_id
        for user in (users - asked)[:MOST_ASKED]:
            self.activity_schedule(activity_type, summary=summary, note=note, user_id=user.id)

    def _awaits_reapproval(self):
        """Whether it was approved, and nobody has approved what would be paid now."""
        return bool(self.approved_revision) and self._lacks_approval()

    def _reapproval_refusal(self):
        """:return: why nothing of what was approved once may leave now, in words; or None"""
        if not self._awaits_reapproval():
            return None
        if self.rejected_by_id:
            return self.env._("The envelope was sent back: submit it again, or cancel it.")
        if not self.reapproval_reason:
            return self.env._("The envelope has to be approved again: its payments have changed.")
        return self.env._(
            "The envelope has to be approved again, for what directs its money has changed: %s.",
            self.reapproval_reason,
        )


def _sentence(what, comment):
    """What was done, and what the person said about it."""
    return f"{what}: {comment}" if comment else what
