# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ...ours import is_own_parameter, is_secret_parameter


class ConfigParameter(models.Model):
    """Settings of the bridge are parameters; who changes one, on whatever way, is kept."""

    _inherit = "ir.config_parameter"

    @api.model_create_multi
    def create(self, vals_list):
        parameters = super().create(vals_list)
        parameters._record_settings({}, parameters._settings())
        return parameters

    def write(self, vals):
        before = self._settings()
        result = super().write(vals)
        self._record_settings(before, self._settings())
        return result

    def unlink(self):
        self._record_settings(self._settings(), {})
        return super().unlink()

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
