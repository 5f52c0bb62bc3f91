import json

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import plaintext2html

from ...approval_floor import approval_floor
from ...lib.policy import strictest

APPROVAL_TYPE = "g2p_bridge.mail_activity_type_approval"
SENT_BACK_TYPE = "g2p_bridge.mail_activity_type_sent_back"
#: At most so many people are asked by a to-do of their own.
MOST_ASKED = 20


class EnvelopeReview(models.Model):
    """The four eyes: an approver releases an envelope or sends it back with a reason.

    An envelope that was sent back can't be approved: it has to be amended, or submitted again
    with an answer, which brings it before the approvers again, or cancelled.
    """

    _inherit = "g2p.bridge.envelope"

    approved_by_id = fields.Many2one("res.users", readonly=True, tracking=True, copy=False)
    approved_at = fields.Datetime(readonly=True, copy=False)
    rejected_by_id = fields.Many2one("res.users", "Sent Back By", readonly=True, copy=False)
    rejected_at = fields.Datetime("Sent Back At", readonly=True, copy=False)
    rejection_reason = fields.Text("Sent Back Because", readonly=True, copy=False)
    can_review = fields.Boolean(compute="_compute_can_review")

    @api.depends("state", "maker_ids")
    @api.depends_context("uid")
    def _compute_can_review(self):
        approver = self.env.user.has_group("g2p_bridge_base.group_approver")
        for envelope in self:
            waits = approver and envelope.state == "to_approve"
            envelope.can_review = waits and not envelope.sudo()._is_own_work()

    # Buttons

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
            envelope._put_on_record(
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
        reason = self._reason(reason)
        for envelope in envelopes:
            envelope.write(
                {
                    **envelope._unreviewed(),
                    "rejected_by_id": self.env.uid,
                    "rejected_at": fields.Datetime.now(),
                    "rejection_reason": reason,
                }
            )
            envelope._put_on_record(
                "send_back", _sentence(self.env._("Sent back"), reason), reason=reason
            )
            envelope._ask_makers(reason)
        envelopes._go_on()
        return True

    # Helpers

    def _open_review(self, kind, title):
        self._check_group("group_approver")
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
        self._check_group("group_approver")
        self.check_access("read")
        self.sudo()._take_turn()
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

        Whoever may change the policy would else pay alone what was declared under four eyes. What
        was paid once, or became payable again by a person's word, is never released by those who
        had a part in that.
        """
        again = "other" if self.pays_again else "none"
        return strictest(self.approval, self.program_id._policy().approval, again)

    @api.model
    def _anyone_approves_domain(self):
        """Envelopes that every approver may release, whoever has made them: see ``_approval``."""
        if approval_floor() == "other":
            return Domain.FALSE
        mild = self._policy_domain("approval", "any") | self._policy_domain("approval", "none")
        return Domain("approval", "!=", "other") & Domain("pays_again", "=", False) & mild

    def _unreviewed(self):
        """The values of an envelope that nobody has judged yet.

        What an approver has seen, or sent back, is not what would be paid after a change.
        """
        return {
            **self._unapproved(),
            "rejected_by_id": False,
            "rejected_at": False,
            "rejection_reason": False,
        }

    def _reason(self, text):
        """:raises UserError: the reason is empty"""
        text = text.strip() if isinstance(text, str) else ""
        if not text:
            raise UserError(self.env._("Give a reason: it is kept in the envelope's history."))
        return text

    def _state_changed(self):
        """Ask those whose turn it is, and no longer ask those whose turn has passed."""
        if self.state != "to_approve":
            self.activity_unlink([APPROVAL_TYPE])
        if self.state == "cancelled" or not self.rejected_by_id:
            self.activity_unlink([SENT_BACK_TYPE])
        if self.state == "to_approve":
            self._ask_approvers()

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

    def _ask(self, users, activity_type, summary, note=""):
        asked = self.activity_search([activity_type]).user_id
        for user in (users - asked)[:MOST_ASKED]:
            self.activity_schedule(activity_type, summary=summary, note=note, user_id=user.id)


def _sentence(what, comment):
    """What was done, and what the person said about it."""
    return f"{what}: {comment}" if comment else what
