# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...ours import is_own_parameter
from ..audit.audited_config import plain_words
from ..change.change_subject import Line


class ResConfigSettings(models.TransientModel):
    """Saving Settings proposes what directs money, and writes the rest."""

    _inherit = "res.config.settings"

    # === Fields ===

    g2p_bridge_change_notice = fields.Text(compute="_compute_g2p_bridge_change_notice")

    # === Compute ===

    def _compute_g2p_bridge_change_notice(self):
        waiting = self.env["g2p.bridge.change"]._waiting(self.env["ir.config_parameter"])
        lines = [
            self.env._(
                "%(what)s: proposed by %(who)s. It waits for another administrator.",
                what=change.summary,
                who=change.proposer_id.name,
            )
            for change in waiting
        ]
        self.g2p_bridge_change_notice = "\n".join(lines) or False

    # === CRUD ===

    @api.model
    def default_get(self, fields_list):
        """Odoo tells their values to whoever asks by this, whatever rights he has."""
        values = super().default_get(fields_list)
        if self.env["ir.config_parameter"]._is_administered():
            return values
        return {name: value for name, value in values.items() if not is_own_parameter(name)}

    @api.private
    def set_values(self):
        parameters = self.env["ir.config_parameter"]
        if not parameters._needs_second_person():
            return super().set_values()
        values, lines = self._take_g2p_bridge_proposals()
        result = super().set_values()
        if values:
            subject = parameters.with_context(g2p_bridge_setting_lines=lines)
            self.env["g2p.bridge.change"]._propose(subject, values, kind="setting")
        return result

    # === Actions ===

    def action_g2p_bridge_open_changes(self):
        """Open the settings that wait for a confirmation."""
        waiting = self.env["g2p.bridge.change"]._waiting(self.env["ir.config_parameter"])
        return self.env["g2p.bridge.change"].browse(waiting.ids)._open()

    # === Helpers ===

    def _take_g2p_bridge_proposals(self):
        """Set what directs money back to what it is.

        :return: tuple ({key: value that is proposed}, {key: its line})
        """
        parameters = self.env["ir.config_parameter"]
        now = self.new(self.default_get(list(self.fields_get())))
        values, lines = {}, {}
        for name, key in self._get_classified_fields()["config"]:
            if not parameters._directs_money(key) or self[name] == now[name]:
                continue
            field = self._fields[name]
            values[key] = self._g2p_bridge_parameter(field)
            label = field._description_string(self.env)
            before, after = plain_words(now, field), plain_words(self, field)
            lines[key] = Line(key, label, before, after)
            self[name] = now[name]
        return values, lines

    def _g2p_bridge_parameter(self, field):
        """The value of a field as Odoo keeps it as a parameter; False: it keeps none."""
        value = self[field.name]
        if field.type == "char":
            return (value or "").strip() or False
        if field.type == "many2one":
            return str(value.id) if value else False
        return str(value) if value else False
