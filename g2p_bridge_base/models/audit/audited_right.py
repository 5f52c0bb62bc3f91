# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import wraps

from odoo import api, models

from ...ours import is_own_model

#: Models of addons that need not be there.
OPTIONAL = ("base.automation", "auth.passkey.key")
#: What scheduled actions write about themselves at each run.
RUNS = {"nextcall", "lastcall", "failure_count", "first_failure_date"}
#: What a view keeps beside what it shows.
PASSING = {"arch_prev", "arch_fs", "arch_updated", "warning_info", "invalid_locators"}


class AuditedRight(models.AbstractModel):
    """What decides who may do what, or runs code in anybody's name.

    Whoever may write such records can do more than he seems to, so each change by a person is
    kept, of whatever model. What addons bring along is loaded before a database is ready, and
    is what their files say: that does not flood the trail.
    """

    _name = "g2p.bridge.audited.right"
    _description = "Audited Right"
    _inherit = ["g2p.bridge.audited.config"]

    def _audited(self):
        return self if self.env.registry.ready else self.browse()

    def _told_value(self, field):
        if field.name == "code":  # what is run is what readers have to see
            return self.code, self.code or ""
        return super()._told_value(field)


class AccessLine(models.Model):
    _name = "ir.model.access"
    _inherit = ["g2p.bridge.audited.right", "ir.model.access"]


class Rule(models.Model):
    _name = "ir.rule"
    _inherit = ["g2p.bridge.audited.right", "ir.rule"]


class ServerAction(models.Model):
    _name = "ir.actions.server"
    _inherit = ["g2p.bridge.audited.right", "ir.actions.server"]


class ScheduledAction(models.Model):
    _name = "ir.cron"
    _inherit = ["g2p.bridge.audited.right", "ir.cron"]

    @api.model
    def _unaudited_names(self):
        return super()._unaudited_names() | RUNS


class Field(models.Model):
    """Fields that people add: computed ones run code, related ones show what has no rights."""

    _name = "ir.model.fields"
    _inherit = ["g2p.bridge.audited.right", "ir.model.fields"]


class View(models.Model):
    """What people see before they decide: the views of the bridge."""

    _name = "ir.ui.view"
    _inherit = ["g2p.bridge.audited.right", "ir.ui.view"]

    def _audited(self):
        return super()._audited().filtered(lambda view: is_own_model(view.sudo().model))

    @api.model
    def _unaudited_names(self):
        return super()._unaudited_names() | PASSING


class Default(models.Model):
    """Values that the bridge's forms begin with."""

    _name = "ir.default"
    _inherit = ["g2p.bridge.audited.right", "ir.default"]

    def _audited(self):
        return super()._audited().filtered(lambda line: is_own_model(line.sudo().field_id.model))


class Module(models.Model):
    _inherit = "ir.module.module"

    def write(self, vals):
        """Addons bring code and rights: who installs, upgrades or removes one is kept."""
        before = {module: module.state for module in self} if "state" in vals else {}
        result = super().write(vals)
        if self.env.registry.ready:
            for module, state in before.items():
                if module.state != state:
                    self.env["g2p.bridge.audit"]._record_fact(
                        "change",
                        module,
                        self.env._("Addon %s", module.name),
                        old_value=state,
                        new_value=module.state,
                    )
        return result


class OptionalRights(models.AbstractModel):
    """The same for models of addons that the bridge does not need, where they are installed."""

    _name = "g2p.bridge.audited.optional"
    _description = "Audited Rights of Other Addons"

    def _register_hook(self):
        super()._register_hook()
        for name in OPTIONAL:
            model_class = self.env.registry.get(name)
            if model_class and not hasattr(model_class, "_g2p_bridge_told"):
                model_class._g2p_bridge_told = True
                for method in ("create", "write", "unlink"):
                    setattr(model_class, method, _told(method, getattr(model_class, method)))


def _told(name, origin):
    """A method of a model, and a record of its being called in a database that is ready."""

    @wraps(origin)
    def method(self, *args, **kwargs):
        touched = [] if name == "create" or not self.env.registry.ready else list(self)
        if name == "unlink":
            _record(touched, "delete")
        result = origin(self, *args, **kwargs)
        if name == "write":
            _record(touched, "change")
        if name == "create" and self.env.registry.ready:
            _record(result, "create")
        return result

    return method


def _record(records, action):
    for record in records:
        record.env["g2p.bridge.audit"]._record_fact(action, record, record._description)
