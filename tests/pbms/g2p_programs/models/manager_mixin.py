# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The two halves of each manager: the record in the program, and the source that it refers to."""

from odoo import api, fields, models


class ManagerMixin(models.AbstractModel):
    _name = "g2p.manager.mixin"
    _description = "Manager Mixin"
    _rec_name = "manager_ref_id"

    manager_id = fields.Integer("Manager ID")
    manager_ref_id = fields.Reference(
        string="Manager", selection="_selection_manager_ref_id", required=True
    )

    @api.model
    def _selection_manager_ref_id(self):
        """[(model, label)]; an addon with another manager appends its own."""
        return []

    def open_manager_form(self):
        """Opens the form of the manager that this record refers to, in a dialog."""
        self.ensure_one()
        manager = self.manager_ref_id
        action = manager.get_formview_action()
        action["name"] = manager.display_name
        action["views"] = [(manager.get_manager_view_id(), "form")]
        action["target"] = "new"
        return action


class ManagerSourceMixin(models.AbstractModel):
    _name = "g2p.manager.source.mixin"
    _description = "Manager Data Source Mixin"

    def unlink(self):
        """Removes the records that refer to these managers too."""
        references = [f"{self._name},{manager.id}" for manager in self]
        for name in self.env.registry["g2p.manager.mixin"]._inherit_children:
            self.env[name].search([("manager_ref_id", "in", references)]).unlink()
        return super().unlink()

    def get_manager_view_id(self):
        """ID of the first form view of this manager's model."""
        domain = [("model", "=", self._name), ("type", "=", "form"), ("mode", "=", "primary")]
        return self.env["ir.ui.view"].sudo().search(domain, limit=1).id
