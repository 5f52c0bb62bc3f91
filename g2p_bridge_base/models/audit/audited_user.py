# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

#: What makes somebody another person, or lets him reach others; names and e-mail addresses are
#: those of his partner.
TOLD = (
    "login",
    "partner_id",
    "company_id",
    "company_ids",
    "active",
    "oauth_provider_id",
    "oauth_uid",
)
#: What somebody proves himself with: only that it was replaced is told.
SECRETS = ("password", "totp_secret")
NAMES = ("name", "email")


class AuditedUsers(models.Model):
    """Who takes over the account of somebody who decides about money leaves a record.

    That is everybody with a group of the bridge, and who may hand such groups out, before or
    after a change.
    """

    _inherit = "res.users"

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        users = super().create(vals_list)
        for user in users._who_decide():
            names = [name for name in TOLD if name in self._fields]
            lines = [f"{self._told_label(name)}: {user._told(name)}" for name in names]
            user._record_user("create", self._description, new_value="\n".join(lines))
        return users

    def write(self, vals):
        names = [name for name in TOLD if name in vals]
        secrets = [name for name in SECRETS if name in vals]
        if not names and not secrets:
            return super().write(vals)
        before = {user: {name: user._told(name) for name in names} for user in self}
        people = self._who_decide()
        result = super().write(vals)
        for user in people | self._who_decide():
            user._record_changes(before[user])
            for name in secrets:
                user._record_secret_of_user(name, vals[name])
        return result

    def unlink(self):
        for user in self._who_decide():
            user._record_user("delete", self._description, old_value=user.login)
        return super().unlink()

    # === Helpers ===

    def _who_decide(self):
        """:return: those of these users, archived ones too, who may decide or let others decide"""
        groups = self.env["g2p.bridge.group.members"]._groups()
        return self.filtered(lambda user: user.sudo().all_group_ids & groups)

    def _record_changes(self, before):
        for name, old in before.items():
            new = self._told(name)
            if new != (old or ""):
                self._record_user("change", self._told_label(name), old_value=old, new_value=new)

    def _record_secret_of_user(self, name, value):
        done = self.env._("replaced") if value else self.env._("removed")
        self._record_user("secret", self._told_label(name), new_value=done)

    def _record_user(self, action, what, **facts):
        self.env["g2p.bridge.audit"]._record_fact(action, self, what, **facts)

    def _told(self, name):
        """A value in words."""
        value = self.sudo().with_context(active_test=False)[name]
        if self._fields[name].relational:
            return ", ".join(value.mapped("display_name"))
        if self._fields[name].type == "boolean":
            return self.env._("yes") if value else self.env._("no")
        return str(value or "")

    @api.model
    def _told_label(self, name):
        if name == "totp_secret":
            return self.env._("Two-factor authentication")
        return self._fields[name]._description_string(self.env)


class AuditedPartner(models.Model):
    """By whose name a decision is known, and where the links to a new password go."""

    _inherit = "res.partner"

    # === CRUD ===

    def write(self, vals):
        names = [name for name in NAMES if name in vals]
        users = self._users_who_decide() if names else []
        # Asked of the partner: the user's own cache has the new value already.
        before = {user: {name: user.partner_id[name] for name in names} for user in users}
        result = super().write(vals)
        for user in users:
            user._record_changes(before[user])
        return result

    # === Helpers ===

    def _users_who_decide(self):
        users = self.env["res.users"].sudo().with_context(active_test=False)
        return users.search([("partner_id", "in", self.ids)])._who_decide()


class AuditedKeys(models.Model):
    """API keys, and devices that are trusted without the second factor, are as good as logins."""

    _inherit = "res.users.apikeys"

    # === CRUD ===

    def unlink(self):
        for key in self.sudo():
            self._record_key(key.user_id, key.name, self.env._("removed"))
        return super().unlink()

    # === Helpers ===

    def _generate(self, scope, name, expiration_date):
        key = super()._generate(scope, name, expiration_date)
        self._record_key(self.env.user, name, self.env._("made"))
        return key

    def _record_key(self, user, name, done):
        if user._who_decide():
            what = f"{self._description}: {name}"
            self.env["g2p.bridge.audit"]._record_fact("secret", user, what, new_value=done)
