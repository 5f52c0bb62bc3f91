# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup
from odoo import api, fields, models

GROUP = "g2p_bridge_base.group_"


class ProgramReadiness(models.Model):
    """What is still missing before a first envelope of a program can be paid."""

    _inherit = "g2p.bridge.program"

    # === Fields ===

    readiness = fields.Selection(
        [("ready", "Ready"), ("incomplete", "Something is missing")],
        compute="_compute_missing",
        compute_sudo=True,
        help="Whether an envelope of this program can be paid with everything as it is now.",
    )
    missing = fields.Html(compute="_compute_missing", compute_sudo=True, sanitize=False)
    policy_words = fields.Html(
        "Policies in Settings", compute="_compute_policy_words", compute_sudo=True, sanitize=False
    )

    # === Compute ===

    @api.depends(
        "company_id",
        "is_confirmed",
        "sponsor_bank_id.is_confirmed",
        "mapper_id.is_confirmed",
        "sponsor_bank_id.environment",
        "sponsor_bank_id.connector",
        "sponsor_bank_id.base_url",
        "sponsor_bank_id.active",
        "sponsor_bank_account_number",
        "currency_id.active",
        "id_mapper_resolution_required",
        "mapper_id.environment",
        "mapper_id.base_url",
        "mapper_id.active",
        "responsible_id.active",
        "own_policies",
        "approval",
        "start",
    )
    @api.depends_context("lang")
    def _compute_missing(self):
        for program in self:
            sentences = program._missing()
            program.readiness = "incomplete" if sentences else "ready"
            items = Markup().join(Markup("<li>%s</li>") % text for text in sentences)
            program.missing = items and Markup("<ul class='mb-0 ps-3'>%s</ul>") % items

    @api.depends_context("lang")
    def _compute_policy_words(self):
        policy = self._default_policy()
        choices = (
            (self.env._("Approval"), "approval"),
            (self.env._("Start"), "start"),
            (self.env._("Unresolved beneficiaries"), "unresolved"),
            (self.env._("Found out after the approval"), "odd_accounts"),
        )
        lines = []
        for label, name in choices:
            options = dict(self._fields[name]._description_selection(self.env))
            lines.append((label, options[getattr(policy, name)]))
        days = policy.disbursement_sla_days
        notice = (
            self.env._("%s days before the schedule date", days) if days else self.env._("none")
        )
        lines.append((self.env._("Notice"), notice))
        rows = Markup().join(Markup("<li>%s: <b>%s</b></li>") % line for line in lines)
        self.policy_words = Markup("<ul class='mb-0 ps-3'>%s</ul>") % rows

    # === Helpers ===

    def _missing(self):
        """:return: list of sentences, each naming what to mend and where"""
        self.ensure_one()
        restored = self.env["g2p.bridge.restore"]._refusal()
        waits = [self.env._("Another administrator has to confirm this program.")]
        return [
            *([restored] if restored else []),
            *([] if self.is_confirmed else waits),
            *self._missing_of_bank(),
            *self._missing_of_mapper(),
            *self._missing_of_people(),
        ]

    def _missing_of_bank(self):
        bank = self.sponsor_bank_id
        if not bank:
            yield self.env._("Choose a sponsor bank.")
            return
        if not (self.sponsor_bank_account_number or "").strip():
            yield self.env._("Enter the account that is debited.")
        if self.currency_id and not self.currency_id.active:
            yield self.env._("The currency %s is not active.", self.currency_id.name)
        yield from self._missing_of_endpoint(bank)

    def _missing_of_mapper(self):
        if not self.id_mapper_resolution_required:
            return
        if not self.mapper_id:
            yield self.env._("Choose an ID mapper, or do without one.")
            return
        yield from self._missing_of_endpoint(self.mapper_id)

    def _missing_of_endpoint(self, endpoint):
        """:param endpoint: sponsor bank or ID mapper"""
        if not endpoint.active:
            yield self.env._("%s is archived.", endpoint.name)
        if not endpoint.is_confirmed:
            yield self.env._("Another administrator has to confirm %s.", endpoint.name)
        for gap in endpoint._gaps():
            yield f"{endpoint.name}: {gap}"
        if endpoint.environment == "disabled":
            yield self.env._("%s is disabled. Test its connection, then enable it.", endpoint.name)

    def _missing_of_people(self):
        policy = self._policy()
        officers, approvers = self._people("officer"), self._people("approver")
        if not self.responsible_id.active:
            yield self.env._("Name a responsible person: somebody has to get the to-dos.")
        if policy.start == "manual" and not officers:
            yield self.env._("No user is an officer, but an officer has to start each envelope.")
        if policy.approval != "none" and not approvers:
            yield self.env._("No user is an approver, but each envelope needs an approval.")
        elif policy.approval == "other" and len(approvers) == 1 and officers == approvers:
            yield self.env._(
                "%s is the only approver and the only officer, but nobody may approve their own "
                "envelopes. Name another approver.",
                approvers.name,
            )

    def _people(self, role):
        """:return: users of this program's company that have a role"""
        return self.env.ref(f"{GROUP}{role}").all_user_ids.filtered(
            lambda user: user.active and not user.share and self.company_id in user.company_ids
        )
