# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...ours import LIKE_OURS, is_own_parameter, is_secret_parameter
from ..change.change_subject import Line

#: By it Odoo signs sessions and the links for new passwords: who has it is anybody.
SIGNING = "database.secret"
#: What keys begin with that decide who gets into Odoo, and which server its mails lead to.
ENTRANCE = ("database.", "web.base.url", "base.", "auth_", "mail.")
#: The parameters that nobody reads either; as :func:`is_kept`.
KEPT = Domain("key", "=like", LIKE_OURS) | Domain("key", "=", SIGNING)


def is_kept(key):
    """Whether the value of a parameter is neither to be had nor to be changed by people."""
    return is_own_parameter(key) or key == SIGNING


class IrConfigParameter(models.Model):
    """Settings of the bridge are parameters: who gets at them, changes them, and is remembered.

    **They belong to the server and its administrators.** Odoo gives the whole model to these
    alone, but an addon may open it to others, as OpenG2P's registry opens it to everybody, portal
    users among them. So the bridge does not rely on access lines here: nobody else finds, reads or
    writes its own parameters, nor the one that Odoo signs with; nor writes those that decide who
    gets in. The server itself (superuser mode) goes on.

    **What directs money is proposed by one person and confirmed by another.** All parameters of
    the bridge count as such, but for those that a model names with the reason why one person may
    change them.

    **Who changes one, on whatever way, is kept** in the audit trail.
    """

    _name = "ir.config_parameter"
    _inherit = ["ir.config_parameter", "g2p.bridge.change.subject"]

    # === CRUD ===

    @api.model
    def get_param(self, key, default=False):
        if is_kept(key):
            self._refuse_strangers("read", [key])
        return super().get_param(key, default)

    @api.model
    def set_param(self, key, value):
        self._refuse_strangers("write", [key])
        return super().set_param(key, value)

    @api.model_create_multi
    def create(self, vals_list):
        keys = [vals.get("key") for vals in vals_list]
        self._refuse_strangers("create", keys)
        self._refuse_one_person(keys)
        parameters = super().create(vals_list)
        parameters._record_settings({}, parameters._settings())
        self._tell_direction({}, parameters._directions())
        # A default may have named it.
        self._refuse_strangers("create", parameters.sudo().mapped("key"))
        return parameters

    def write(self, vals):
        self.check_access("write")
        if "key" in vals:  # none of theirs becomes one of ours
            self._refuse_strangers("write", [vals["key"]])
        self._refuse_one_person([*self.mapped("key"), vals.get("key")])
        settings, directions = self._settings(), self._directions()
        result = super().write(vals)
        self._record_settings(settings, self._settings())
        self._tell_direction(directions, self._directions())
        return result

    def unlink(self):
        self.check_access("unlink")
        self._refuse_one_person(self.mapped("key"))
        directions = self._directions()
        self._record_settings(self._settings(), {})
        result = super().unlink()
        self._tell_direction(directions, {})
        return result

    @api.model
    def _search(self, domain, *args, **kwargs):
        if not self._is_administered():
            domain = Domain(domain) & ~KEPT
        return super()._search(domain, *args, **kwargs)

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if self._is_administered():
            return result
        refused, error = result or (self.browse(), None)
        kept = (self - refused).filtered(lambda row: row._is_guarded(operation, row.sudo().key))
        if not kept:
            return result
        return refused | kept, error or (lambda: self._guarded_error(kept.sudo().mapped("key")))

    # === Helpers ===

    @api.model
    def _is_administered(self):
        """Whether this is the server itself, or an administrator to whom Odoo gives the model."""
        return self.env.su or self.env.user.has_group("base.group_system")

    @api.model
    def _is_guarded(self, operation, key):
        return is_kept(key) or operation != "read" and (key or "").startswith(ENTRANCE)

    @api.model
    def _refuse_strangers(self, operation, keys):
        """:raises AccessError: one of these keys is not for who asks"""
        guarded = [key for key in keys if self._is_guarded(operation, key)]
        if guarded and not self._is_administered():
            raise self._guarded_error(guarded)

    @api.model
    def _guarded_error(self, keys):
        return AccessError(
            self.env._(
                "%s: this is for the administrators of the server alone, whatever rights another "
                "addon gives to System Parameters. Ask one of them.",
                ", ".join(sorted(keys)),
            )
        )

    @api.model
    def _one_person_parameters(self):
        """:return: {key: why one person alone may change it}"""
        return {"g2p_bridge.audit_mail_to": "says who keeps the head of the audit trail"}

    @api.model
    def _directs_money(self, key):
        """Whether a parameter, by its key, is changed by two people."""
        return is_own_parameter(key) and key not in self._one_person_parameters()

    def _direction_changed(self, changes):
        """Called after settings that direct money have changed, whoever wrote them.

        :param dict changes: {key: (former value, value)}; False where there is none
        """

    def _directions(self):
        """:return: {key: value} of those of these parameters that direct money"""
        return {one.key: one.value for one in self.sudo() if self._directs_money(one.key)}

    @api.model
    def _tell_direction(self, before, after):
        changes = {
            key: (before.get(key, False), after.get(key, False))
            for key in {*before, *after}
            if before.get(key, False) != after.get(key, False)
        }
        if changes:
            parameters = self.env["ir.config_parameter"]
            self.env["g2p.bridge.change"]._overtake(parameters, set(changes))
            parameters._direction_changed(changes)

    @api.model
    def _refuse_one_person(self, keys):
        """:raises UserError: a person changes beside the screens what two people change"""
        if not self._needs_second_person():
            return
        for key in filter(self._directs_money, keys):
            raise UserError(
                self.env._(
                    "%s directs money, so it is not changed here: propose another value in the "
                    "bridge's Settings, and have another administrator confirm it.",
                    key,
                )
            )

    def _proposed_values(self, vals):
        current = self._current_values(vals)
        return {key: value for key, value in vals.items() if value != current[key]}

    def _current_values(self, names):
        parameters = self.env["ir.config_parameter"].sudo()
        return {key: parameters.get_param(key) for key in names}

    def _write_confirmed(self, values):
        for key, value in values.items():
            self.sudo().set_param(key, value)

    def _try_change(self, values):
        """There is nothing to try: Settings have checked it, and the lines are told by them."""
        told = self.env.context.get("g2p_bridge_setting_lines", {})
        return [told.get(key) or self._raw_line(key, values[key]) for key in sorted(values)]

    def _check_change_reached(self):
        return

    def _check_may_confirm(self):
        """Administrators of the bridge confirm settings, whether or not they may open them."""

    def _change_company(self):
        return self.env["res.company"]

    def _raw_line(self, key, value):
        now = self.env["ir.config_parameter"].sudo().get_param(key)
        return Line(key, key, str(now or ""), str(value or ""))

    def _settings(self):
        """{key: (parameter, value)} of those that are the bridge's."""
        return {
            parameter.key: (parameter, parameter.value)
            for parameter in self
            if is_own_parameter(parameter.key)
        }

    def _record_settings(self, before, after):
        """Keep what differs: one that has got another name is one less and one more."""
        for key in sorted({*before, *after}):
            subject = (after.get(key) or before[key])[0]
            old, new = (settings[key][1] if key in settings else "" for settings in (before, after))
            if old == new:
                continue
            if is_secret_parameter(key):
                old, new = (self.env._("a secret") if value else "" for value in (old, new))
            self.env["g2p.bridge.audit"]._record_fact(
                "change", subject, self.env._("Setting %s", key), old_value=old, new_value=new
            )
