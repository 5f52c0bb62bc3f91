from odoo import api, models

PREFIX = "g2p_bridge."


class ConfigParameter(models.Model):
    """Settings of the bridge are parameters; who changes one, on whatever way, is kept."""

    _inherit = "ir.config_parameter"

    @api.model_create_multi
    def create(self, vals_list):
        parameters = super().create(vals_list)
        for parameter in parameters.filtered(_is_ours):
            parameter._record_setting("", parameter.value)
        return parameters

    def write(self, vals):
        before = {parameter: parameter.value for parameter in self.filtered(_is_ours)}
        result = super().write(vals)
        for parameter in self.filtered(_is_ours):
            old = before.get(parameter, "")
            if old != parameter.value:
                parameter._record_setting(old, parameter.value)
        return result

    def unlink(self):
        for parameter in self.filtered(_is_ours):
            parameter._record_setting(parameter.value, "")
        return super().unlink()

    def _record_setting(self, old, new):
        self.env["g2p.bridge.audit"]._record_fact(
            "change", self, self.env._("Setting %s", self.key), old_value=old, new_value=new
        )


def _is_ours(parameter):
    return (parameter.key or "").startswith(PREFIX)
