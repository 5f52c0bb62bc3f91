# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ...ours import LIKE_OURS, is_own_model
from .opened_model import GIVEN

#: The names that the bridge's addons have given to their records.
OWN_NAMES = Domain("module", "=like", LIKE_OURS)


class ServerCode(models.AbstractModel):
    """What the server runs, or goes by, in everybody's name.

    Odoo gives such models to its administrators alone; an addon may open them to others, as
    OpenG2P's opens fields and views to its program managers. The records that matter here stay
    with those to whom Odoo gives them: neither changed, nor made, nor made of others.
    """

    _name = "g2p.bridge.server.code"
    _description = "What the Server Runs"

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._refuse_server_code()
        return records

    def write(self, vals):
        self._refuse_server_code()
        result = super().write(vals)
        self._refuse_server_code()
        return result

    def unlink(self):
        self._refuse_server_code()
        return super().unlink()

    # === Helpers ===

    def _runs_on_server(self):
        """Whether the server runs or goes by this record, so that it is not for everybody."""
        raise NotImplementedError

    def _is_given_server_code(self):
        """Whether Odoo itself lets this user change such records."""
        return self.env.su or any(map(self.env.user.has_group, GIVEN[self._name].groups))

    def _refuse_server_code(self):
        """:raises AccessError: this user is not to change one of these records"""
        if self._is_given_server_code():
            return
        if any(record._runs_on_server() for record in self.sudo()):
            raise AccessError(
                self.env._(
                    "The server runs this “%(kind)s” for everybody, or the bridge goes by it. It "
                    "is for administrators of the server alone, whatever rights another addon "
                    "gives. Ask one of them.",
                    kind=self._description,
                )
            )


class Field(models.Model):
    """Fields that run code, or show by the server's rights what somebody may not read."""

    _name = "ir.model.fields"
    _inherit = ["g2p.bridge.server.code", "ir.model.fields"]

    def _runs_on_server(self):
        return bool(self.compute or self.related) or is_own_model(self.model)


class View(models.Model):
    """Templates that the server renders with all rights, and what people see of the bridge."""

    _name = "ir.ui.view"
    _inherit = ["g2p.bridge.server.code", "ir.ui.view"]

    def _runs_on_server(self):
        view = self
        while view:
            if view.type == "qweb" or view.key or is_own_model(view.model):
                return True
            view = view.inherit_id
        return False


class ExternalName(models.Model):
    """What the groups and other records of the bridge are looked up by: for nobody at all."""

    _name = "ir.model.data"
    _inherit = ["g2p.bridge.server.code", "ir.model.data"]

    def _is_given_server_code(self):
        return self.env.su

    def _runs_on_server(self):
        return bool(self.filtered_domain(OWN_NAMES))
