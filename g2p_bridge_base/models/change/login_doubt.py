# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup
from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError

#: What lets somebody sign in as a person.
LOGIN_NAMES = {
    *("login", "password", "new_password", "partner_id", "totp_secret"),
    *("oauth_provider_id", "oauth_uid"),
}
#: Of these, what can be compared: writing it as it was changes nothing.
READABLE = {"login", "partner_id"}
CONFIRMED = "bridge_login_is_own"


class LoginDoubt(models.Model):
    """Who signs in by what another person has set may be that other person.

    Whoever may write users could otherwise sign in as an approver and approve in that name. So
    from then on such a user decides nothing, until the person proves the second factor that was
    set up before, or an administrator of the bridge who had no part in it confirms that the
    person has the login to himself. Until then no second factor can be set up: it would prove
    nothing. A new password by the link that Odoo mails to the person raises no doubt.
    """

    _inherit = "res.users"

    # === Fields ===

    bridge_login_set_by_id = fields.Many2one("res.users", groups=fields.NO_ACCESS, copy=False)
    bridge_login_set_at = fields.Datetime(groups=fields.NO_ACCESS, copy=False)
    bridge_login_is_own = fields.Boolean(
        "Login Is the Person's Own",
        compute="_compute_bridge_login_is_own",
        inverse="_inverse_bridge_login_is_own",
        groups=fields.NO_ACCESS,
    )

    # === Compute ===

    @api.depends("bridge_login_set_at")
    def _compute_bridge_login_is_own(self):
        for user in self:
            user.bridge_login_is_own = not user.bridge_login_set_at

    def _inverse_bridge_login_is_own(self):
        self.filtered(CONFIRMED).write(
            {"bridge_login_set_by_id": False, "bridge_login_set_at": False}
        )

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        users = super().create(vals_list)
        for user, vals in zip(users, vals_list, strict=True):
            if (vals.get("password") or vals.get("new_password")) and user._is_set_by_another():
                user._doubt_login()
        return users

    def write(self, vals):
        touched = LOGIN_NAMES & set(vals)
        before = {user: user.sudo()._login_told() for user in self} if touched else {}
        result = super().write(vals)
        for user, told in before.items():
            changed = touched - READABLE or told != user.sudo()._login_told()
            if changed and user._is_set_by_another(touched):
                user._doubt_login()
        return result

    # === Helpers ===

    def _is_set_by_another(self, names=None):
        """Whether another person writes this, and not the bridge, Odoo or the person's own hand."""
        if self.id == self.env.uid or self.env.uid == SUPERUSER_ID:
            return False
        # Odoo removes a second factor in superuser mode, whoever asks for it.
        of_odoo = self.env.su and names != {"totp_secret"}
        return not of_odoo and self.sudo(False)._needs_second_person()

    def _login_told(self):
        return {name: self[name] for name in READABLE}

    def _doubt_login(self, former_email=None):
        """Let this user decide nothing for now, and say so to the person.

        :param former_email: where the person was reached before, if that was changed
        """
        user = self.sudo()
        user.write(
            {
                "bridge_login_set_by_id": self.env.uid,
                "bridge_login_set_at": fields.Datetime.now(),
            }
        )
        if user._has_bridge_role():
            user.sudo(False)._ask_about_login()
            user._tell_of_login(former_email)

    def _has_bridge_role(self):
        """Whether this user has rights in the bridge, by whatever group."""
        return bool(self.sudo().bridge_role_ids)

    def _ask_about_login(self):
        """Have another administrator confirm that the person has the login to himself."""
        changes = self.env["g2p.bridge.change"]
        former = changes._waiting(self).filtered(lambda change: CONFIRMED in change._names())
        changes._overtake(self, {CONFIRMED})
        change = changes._propose(self, {CONFIRMED: True}, "login")
        change.maker_ids |= former.maker_ids

    def _tell_of_login(self, former_email):
        said = self.env._(
            "%s has changed how you sign in to the bridge. If you did not ask for it, tell an "
            "administrator at once. Until it is confirmed that you have the login to yourself, "
            "you can decide nothing.",
            self.bridge_login_set_by_id.name,
        )
        for email in filter(None, {self.partner_id.email, former_email}):
            self.env["mail.mail"].sudo().create(
                {
                    "email_to": email,
                    "subject": self.env._("G2P Bridge: your login was changed"),
                    "body_html": Markup("<p>%s</p>") % said,
                    "auto_delete": True,
                }
            )
        # The mail above is enough: no second one about the to-do.
        self.partner_id.with_context(mail_activity_quick_update=True).activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("Your login was changed"),
            note=Markup("<p>%s</p>") % said,
            user_id=self.id,
        )

    def _login_doubt_words(self):
        """:return: why this user decides nothing, and what to do; None if there is no doubt"""
        if not self.bridge_login_set_at or not self.sudo(False)._needs_second_person():
            return None
        if self.totp_enabled:
            return self.env._(
                "%s has changed how you sign in. Nothing was done yet: enter a code of the "
                "authenticator app that you had before, then you can decide again.",
                self.bridge_login_set_by_id.name,
            )
        return self.env._(
            "%s has changed how you sign in, so it is not certain that this is you. Nothing was "
            "done: set a new password that only you know, and ask another administrator of the "
            "bridge to confirm that your login is your own.",
            self.bridge_login_set_by_id.name,
        )

    def _own_login_proved(self):
        """The second factor that was there before tells that it is the person."""
        if self.bridge_login_set_at:
            self.env["g2p.bridge.audit"]._record_fact(
                "change",
                self,
                self._fields[CONFIRMED]._description_string(self.env),
                old_value=self.env._("changed by %s", self.bridge_login_set_by_id.name),
                new_value=self.env._("proved by the person's second factor"),
            )
            self.bridge_login_is_own = True
            self.env["g2p.bridge.change"]._overtake(self, {CONFIRMED})

    def _totp_try_setting(self, secret, code):
        words = self.sudo()._login_doubt_words()
        if words:
            raise UserError(words)
        return super()._totp_try_setting(secret, code)

    def _write_confirmed(self, values):
        """Who gets a role and has a login that another has set is asked about as well."""
        super()._write_confirmed(values)
        if not self._is_trial() and self.bridge_login_set_at and self._has_bridge_role():
            self.with_user(self.bridge_login_set_by_id)._ask_about_login()

    @api.model
    def _change_names(self):
        return [*super()._change_names(), CONFIRMED]

    def _change_words(self, names):
        words = super()._change_words([name for name in names if name != CONFIRMED])
        if CONFIRMED in names:
            setter = self.sudo().bridge_login_set_by_id.name
            said = (
                self.env._("set by %s", setter)
                if self.sudo().bridge_login_set_at
                else self.env._("the person has it to himself")
            )
            words[CONFIRMED] = (said, said)
        return words


class Partner(models.Model):
    """Odoo mails the link to a new password to whatever address stands here."""

    _inherit = "res.partner"

    def write(self, vals):
        if "email" not in vals:
            return super().write(vals)
        before = {partner: partner.email for partner in self.sudo()}
        result = super().write(vals)
        for partner, email in before.items():
            users = partner.with_context(active_test=False).user_ids.with_env(self.env)
            for user in users if partner.email != email else ():
                if user._is_set_by_another():
                    user._doubt_login(email)
        return result
