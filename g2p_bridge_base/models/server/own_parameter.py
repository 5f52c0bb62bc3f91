# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ...ours import LIKE_OURS, is_own_parameter

#: By it Odoo signs sessions and the links for new passwords: who has it is anybody.
SIGNING = "database.secret"
#: What keys begin with that decide who gets into Odoo, and which server its mails lead to.
ENTRANCE = ("database.", "web.base.url", "base.", "auth_", "mail.")
#: The parameters that nobody reads either; as :func:`is_kept`.
KEPT = Domain("key", "=like", LIKE_OURS) | Domain("key", "=", SIGNING)


def is_kept(key):
    """Whether the value of a parameter is neither to be had nor to be changed by people."""
    return is_own_parameter(key) or key == SIGNING


class OwnParameter(models.Model):
    """Parameters of the bridge belong to the server and its administrators.

    Odoo gives the whole model to these alone, but an addon may open it to others, as OpenG2P's
    registry opens it to everybody, portal users among them. So the bridge does not rely on access
    lines here: nobody else finds, reads or writes its own parameters, nor the one that Odoo
    signs with; nor writes those that decide who gets in. The server itself (superuser mode) goes
    on. How administrators change what directs money is another matter: ``two_person_setting``.
    """

    _inherit = "ir.config_parameter"

    # CRUD

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
        self._refuse_strangers("create", [vals.get("key") for vals in vals_list])
        parameters = super().create(vals_list)
        # A default may have named it.
        self._refuse_strangers("create", parameters.sudo().mapped("key"))
        return parameters

    def write(self, vals):
        self.check_access("write")
        if "key" in vals:  # none of theirs becomes one of ours
            self._refuse_strangers("write", [vals["key"]])
        return super().write(vals)

    def unlink(self):
        self.check_access("unlink")
        return super().unlink()

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

    # Helpers

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


class OwnSettings(models.TransientModel):
    """The same parameters, as Settings show them."""

    _inherit = "res.config.settings"

    @api.model
    def default_get(self, fields_list):
        """Odoo tells their values to whoever asks by this, whatever rights he has."""
        values = super().default_get(fields_list)
        if self.env["ir.config_parameter"]._is_administered():
            return values
        return {name: value for name, value in values.items() if not is_own_parameter(name)}
