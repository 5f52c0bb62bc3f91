# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from markupsafe import Markup
from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from ... import keys
from ...lib.frozen import Frozen
from ...secret import Secret

ADMIN = "g2p_bridge_base.group_admin"
#: Who sees full account numbers, here as elsewhere.
FULL = f"g2p_bridge_base.group_finance,{ADMIN}"


class Change(models.Model):
    """A change of what directs money, proposed by one person, that another one confirms.

    What is confirmed is exactly what was seen: a proposal never changes. Whoever changes his
    mind makes another one, which takes its place; and if the record itself changes meanwhile,
    the proposal is overtaken. The values are sealed, for a secret may be among them, and are
    erased as soon as somebody has decided.
    """

    _name = "g2p.bridge.change"
    _description = "Proposed Change"
    _inherit = ["g2p.bridge.frozen.mixin", "g2p.bridge.secret.mixin"]
    _order = "id desc"
    _archivable = False
    _frozen = (
        Frozen(
            "proposal",
            (
                "model",
                "res_id",
                "record_name",
                "company_id",
                "kind",
                "field_names",
                "summary",
                "proposer_id",
                "proposed_at",
            ),
            even_empty=True,
        ),
        Frozen(
            "decision",
            ("state", "decided_by_id", "decided_at", "reason"),
            "old.state <> 'waiting'",
            even_empty=True,
        ),
    )

    # === Fields ===

    model = fields.Char("Kind of Record", required=True, readonly=True)
    res_id = fields.Many2oneReference("Record ID", model_field="model", readonly=True)
    record_name = fields.Char("Record", readonly=True, help="The record's name at that time.")
    company_id = fields.Many2one("res.company", readonly=True, index=True, ondelete="restrict")
    kind = fields.Selection(
        [("create", "New record"), ("change", "Change"), ("setting", "Setting")],
        required=True,
        readonly=True,
    )
    content = Secret("Stored Values")
    field_names = fields.Char(readonly=True)
    summary = fields.Char("What", readonly=True)
    line_ids = fields.One2many("g2p.bridge.change.line", "change_id", "Values", readonly=True)
    proposer_id = fields.Many2one(
        "res.users", "Proposed By", required=True, readonly=True, ondelete="restrict"
    )
    proposed_at = fields.Datetime(required=True, readonly=True)
    maker_ids = fields.Many2many(
        "res.users",
        string="Who Had a Part",
        readonly=True,
        help="None of them may confirm it.",
    )
    state = fields.Selection(
        [
            ("waiting", "Waits"),
            ("confirmed", "Confirmed"),
            ("refused", "Refused"),
            ("withdrawn", "Withdrawn"),
            ("overtaken", "Overtaken"),
        ],
        default="waiting",
        required=True,
        readonly=True,
        index=True,
    )
    decided_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    decided_at = fields.Datetime(readonly=True)
    reason = fields.Text(readonly=True)
    can_confirm = fields.Boolean(compute="_compute_can_confirm")
    can_withdraw = fields.Boolean(compute="_compute_can_confirm")

    # === Constraints ===

    _waiting_subject = models.Index("(model, res_id) WHERE state = 'waiting'")

    # === Compute ===

    @api.depends("maker_ids", "state")
    @api.depends_context("uid")
    def _compute_can_confirm(self):
        decides = self.env.user.has_group(ADMIN)
        for change in self:
            waits = change.state == "waiting"
            change.can_confirm = waits and decides and change._may_confirm()
            change.can_withdraw = waits and self.env.user in change.sudo().maker_ids

    @api.depends("record_name", "summary")
    def _compute_display_name(self):
        for change in self:
            change.display_name = f"{change.record_name}: {change.summary}"

    # === Actions ===

    def action_confirm(self):
        """Carry out what somebody else has proposed."""
        self._check_decider()
        self.env["g2p.bridge.second.factor"]._demand(self)
        for change in self:
            change._confirm()
        return {"type": "ir.actions.act_window_close"}

    def action_ask_refuse(self):
        """Ask why it is refused."""
        self.ensure_one()
        self._check_decider()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refuse"),
            "res_model": "g2p.bridge.change.refuse",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_change_id": self.id},
        }

    def action_refuse(self, reason):
        """Turn proposals down.

        :param reason: why; whoever proposed it reads it
        :raises UserError: no reason
        """
        self._check_decider()
        reason = reason.strip() if isinstance(reason, str) else ""
        if not reason:
            raise UserError(self.env._("Give a reason: whoever proposed it reads it."))
        for change in self:
            change._check_waiting()
            change.sudo()._close("refused", self.env.user, reason)
            change._record(
                "refuse", self.env._("Refused: %s", change.summary), f": {reason}", reason=reason
            )
        return {"type": "ir.actions.act_window_close"}

    def action_withdraw(self):
        """Take back what one has proposed, or had a part in."""
        self._check_decider()
        for change in self:
            change._check_waiting()
            if not (self.env.su or change.can_withdraw):
                raise UserError(self.env._("Others have proposed this: refuse it, with a reason."))
            change.sudo()._close("withdrawn", self.env.user)
            change._record("withdraw", self.env._("Withdrawn: %s", change.summary))
        return {"type": "ir.actions.act_window_close"}

    def action_open_record(self):
        """Open what the change is about."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self.model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    # === Helpers ===

    @api.model
    def _propose(self, subject, values, kind="change"):
        """Keep a change until somebody else confirms it.

        What the same person has proposed for the record before is joined with it.

        :param subject: a record of a model that inherits ``g2p.bridge.change.subject``; empty
            for what is no record's
        :param dict values: what its ``_write_confirmed`` takes
        :return: the proposal, in superuser mode
        :raises UserError: somebody else's proposal for one of these fields waits; or the change
            itself is not possible
        """
        waiting = self._waiting(subject)
        own = waiting.filtered(lambda change: change.proposer_id == self.env.user)
        if not subject:  # settings are proposed by themselves, each time
            own = own.filtered(lambda change: set(values) & change._names())
        taken = (waiting - own).filtered(lambda change: set(values) & change._names())
        if taken:
            raise UserError(
                self.env._(
                    "%(what)s of %(record)s: %(who)s has proposed another value already. Confirm "
                    "or refuse that first.",
                    what=taken[0].summary,
                    record=taken[0].record_name,
                    who=taken[0].proposer_id.name,
                )
            )
        makers = self.env.user
        for change in own:
            values = {**change._content()["values"], **values}
            makers |= change.maker_ids
        lines = subject._try_change(values)
        before = subject._current_values(sorted(values))
        own._close("overtaken")
        return self._keep(subject, kind, values, before, lines, makers, tell=not own)

    @api.model
    def _propose_record(self, record):
        """Keep a new record, as it is now, until somebody else confirms it."""
        names = record._change_names()
        now = record._current_values(names)
        former = self._waiting(record)
        if former and former[0]._content()["before"] == now:
            return former
        # What somebody wrote before it was refused may still be in it.
        makers = self.env.user | self._all_of(record).maker_ids
        words = record._change_words(names)
        blank = dict.fromkeys(names, ("", ""))
        lines = [
            record._change_line(name, blank[name], words[name]) for name in names if words[name][0]
        ]
        former._close("overtaken")
        return self._keep(record, "create", {}, now, lines, makers, tell=not former)

    @api.model
    def _keep(self, subject, kind, values, before, lines, makers, tell):
        content = json.dumps({"values": values, "before": before}, default=str)
        what = ", ".join(line["label"] for line in lines)
        if kind == "create":
            what = self.env._("New: %s", subject._description)
        change = self.sudo().create(
            {
                "model": subject._name,
                "res_id": subject.id or 0,
                "record_name": subject.sudo().display_name or self.env._("Settings"),
                "company_id": subject.sudo()._change_company().id,
                "kind": kind,
                "content": content,
                "field_names": " ".join(sorted(values)),
                "summary": what,
                "proposer_id": self.env.uid,
                "proposed_at": fields.Datetime.now(),
                "maker_ids": [Command.set(makers.ids)],
                "line_ids": [Command.create(line) for line in lines],
            }
        )
        change.with_env(subject.env)._record("propose", self.env._("Proposed: %s", what))
        change._tell_proposer()
        if tell:
            change._mail_on_duty()
        return change

    @api.model
    def _waiting(self, subjects):
        """:return: the proposals about these records that wait, in superuser mode"""
        return self._all_of(subjects).filtered(lambda change: change.state == "waiting")

    @api.model
    def _all_of(self, subjects):
        ids = subjects.ids or [0]
        return self.sudo().search([("model", "=", subjects._name), ("res_id", "in", ids)])

    @api.model
    def _overtake(self, subjects, names=None):
        """The records have changed in these fields, or in any: what was proposed no longer fits."""
        waiting = self._waiting(subjects) if subjects or names else self.browse()
        if names is not None:
            waiting = waiting.filtered(lambda change: set(names) & change._names())
        for change in waiting:
            change.with_env(subjects.env)._record(
                "withdraw", self.env._("Overtaken, for it has changed: %s", change.summary)
            )
        waiting._close("overtaken")

    def _check_decider(self):
        self.check_access("read")
        if not (self.env.su or self.env.user.has_group(ADMIN)):
            raise AccessError(
                self.env._("Only administrators of the bridge decide about this. Ask one.")
            )

    def _may_confirm(self):
        """Whether this user had no part in it; who runs the server may confirm what nobody else
        can."""
        if self.env.su or keys.one_person():
            return True
        return self.env.user not in self.sudo().maker_ids

    def _check_waiting(self):
        if self.state != "waiting":
            raise UserError(
                self.env._(
                    "%s does not wait any more. Reload the page to see what became of it.",
                    self.display_name,
                )
            )

    def _confirm(self):
        self._check_waiting()
        own = self.sudo()
        if not self._may_confirm():
            raise AccessError(
                self.env._(
                    "You had a part in %s, so another administrator has to confirm it.",
                    self.display_name,
                )
            )
        subject, content = self._subject(), own._content()
        subject._check_may_confirm()
        if subject._current_values(sorted(content["before"])) != content["before"]:
            raise UserError(
                self.env._(
                    "%s has changed since this was proposed. Refuse it, and have it proposed "
                    "again.",
                    self.record_name,
                )
            )
        own._close("confirmed", self.env.user)
        subject.sudo()._write_confirmed(content["values"])
        if subject and not self.env.su:
            subject._check_change_reached()
        self._record("confirm", self.env._("Confirmed: %s", self.summary))

    def _subject(self):
        """:return: the record that is changed, as this user; empty for what is no record's"""
        if self.model not in self.env:
            raise UserError(self.env._("Nothing is left of %s.", self.record_name))
        subject = self.env[self.model].browse(self.res_id or ())
        if subject != subject.exists():
            raise UserError(self.env._("%s is gone. Refuse this.", self.record_name))
        return subject

    def _content(self):
        return json.loads(self.content)

    def _names(self):
        return set((self.field_names or "").split())

    def _close(self, state, user=None, reason=False):
        """End these proposals; what they would have written is erased."""
        self.write(
            {
                "state": state,
                "decided_by_id": user.id if user else False,
                "decided_at": fields.Datetime.now(),
                "reason": reason,
                "content": False,
            }
        )

    def _record(self, action, what, more="", **facts):
        """Tell it in the record's history and in the audit trail."""
        self.ensure_one()
        subject = self.env[self.model].browse(self.res_id or ()).exists()
        own = self.sudo()
        who = ", ".join(own.maker_ids.mapped("name"))
        log = subject._change_log() if subject else subject
        if log:
            body = f"{what}{more}"
            log.message_post(body=body)
        if action != "propose":
            what = self.env._("%(what)s (proposed by %(who)s)", what=what, who=who)
        self.env["g2p.bridge.audit"]._record_fact(
            action,
            subject or self,
            what,
            old_value=own._lines_in_words("before_masked"),
            new_value=own._lines_in_words("after_masked"),
            **facts,
        )

    def _lines_in_words(self, name):
        return "\n".join(f"{line.label}: {line[name]}" for line in self.line_ids if line[name])

    def _open(self):
        """:return: the action that shows these proposals"""
        action = self.env["ir.actions.act_window"]._for_xml_id("g2p_bridge_base.change_action")
        if len(self) == 1:
            return {
                **action,
                "res_id": self.id,
                "views": [(False, "form")],
                "target": "new",
            }
        return {**action, "domain": [("id", "in", self.ids)], "context": {}}

    def _others(self):
        """:return: the people who may confirm this proposal"""
        company = self.company_id
        return self.env.ref(ADMIN).all_user_ids.filtered(
            lambda user: (
                user.active
                and not user.share
                and user not in self.maker_ids
                and (not company or company in user.company_ids)
            )
        )

    def _tell_proposer(self):
        """Say at once, on the proposer's screen, what happens now."""
        if self._others():
            said = self.env._("It waits for another administrator, who has been told.")
        else:
            said = self.env._(
                "It waits for another administrator, but there is none who may confirm it: have "
                "one named."
            )
        self.env.user._bus_send(
            "simple_notification", {"type": "warning", "title": self.summary, "message": said}
        )

    def _mail_on_duty(self):
        """Tell those who may confirm, without any of the values."""
        partners = self._others().partner_id.filtered("email")
        if not partners:
            return
        url = f"{self.get_base_url()}/odoo/action-g2p_bridge_base.change_action/{self.id}"
        said = self.env._(
            "%(who)s has proposed a change of what directs money: %(record)s, %(what)s. It has no "
            "effect until you or another administrator confirms it.",
            who=self.env.user.name,
            record=self.record_name,
            what=self.summary,
        )
        self.env["mail.mail"].sudo().create(
            {
                "recipient_ids": [Command.set(partners.ids)],
                "subject": self.env._("G2P Bridge: %s waits for you", self.record_name),
                "body_html": Markup("<p>%s</p><p><a href='%s'>%s</a></p>") % (said, url, url),
                "auto_delete": True,
            }
        )


class ChangeLine(models.Model):
    """One field of a proposed change, in words."""

    _name = "g2p.bridge.change.line"
    _description = "Value of a Proposed Change"
    _inherit = ["g2p.bridge.frozen.mixin"]
    _order = "id"
    _archivable = False
    _frozen = (
        Frozen(
            "line",
            (
                "change_id",
                "name",
                "label",
                "before",
                "after",
                "before_masked",
                "after_masked",
            ),
            even_empty=True,
        ),
    )

    # === Fields ===

    change_id = fields.Many2one(
        "g2p.bridge.change", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="change_id.company_id")
    name = fields.Char("Field", required=True, readonly=True)
    label = fields.Char("Value", required=True, readonly=True)
    before = fields.Text("Now", readonly=True, groups=FULL)
    after = fields.Text("Then", readonly=True, groups=FULL)
    before_masked = fields.Text("Now, Masked", readonly=True)
    after_masked = fields.Text("Then, Masked", readonly=True)
