# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..audit.audited_config import plain_words
from .change_subject import Line

#: Parameters of all addons of the bridge begin so.
PREFIX = "g2p_bridge"


class TwoPersonParameter(models.Model):
    """Settings that direct money are proposed by one person and confirmed by another.

    All parameters of the bridge count as such, but for those that a model names with the reason
    why one person may change them.
    """

    _name = "ir.config_parameter"
    _inherit = ["ir.config_parameter", "g2p.bridge.change.subject"]

    @api.model
    def _one_person_parameters(self):
        """:return: {key: why one person alone may change it}"""
        return {"g2p_bridge.audit_mail_to": "says who keeps the head of the audit trail"}

    @api.model
    def _directs_money(self, key):
        """Whether a parameter, by its key, is changed by two people."""
        return (key or "").startswith(PREFIX) and key not in self._one_person_parameters()

    def _direction_changed(self, changes):
        """Called after settings that direct money have changed, whoever wrote them.

        :param dict changes: {key: (former value, value)}; False where there is none
        """

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse_one_person(vals.get("key") for vals in vals_list)
        parameters = super().create(vals_list)
        self._tell_direction({}, parameters._directions())
        return parameters

    def write(self, vals):
        self._refuse_one_person([*self.mapped("key"), vals.get("key")])
        before = self._directions()
        result = super().write(vals)
        self._tell_direction(before, self._directions())
        return result

    def unlink(self):
        self._refuse_one_person(self.mapped("key"))
        before = self._directions()
        result = super().unlink()
        self._tell_direction(before, {})
        return result

    # Helpers

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

    # What a change asks of its subject

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


class TwoPersonSettings(models.TransientModel):
    """Saving Settings proposes what directs money, and writes the rest."""

    _inherit = "res.config.settings"

    g2p_bridge_change_notice = fields.Text(compute="_compute_g2p_bridge_change_notice")

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

    def action_g2p_bridge_open_changes(self):
        """Open the settings that wait for a confirmation."""
        waiting = self.env["g2p.bridge.change"]._waiting(self.env["ir.config_parameter"])
        return self.env["g2p.bridge.change"].browse(waiting.ids)._open()
