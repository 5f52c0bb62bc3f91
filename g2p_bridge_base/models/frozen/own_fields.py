# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError
from odoo.models import MAGIC_COLUMNS


class OwnFieldsMixin(models.AbstractModel):
    """Fields that the bridge's own code writes, and nobody else, whichever way they come.

    What is read-only on the screens of such a model is so for every call from outside too. A
    value that is sent along is refused. ``default_…`` in the context of a call, and defaults
    that users keep for themselves, are passed over: they would also count where the bridge
    makes a record in a user's name.
    """

    _name = "g2p.bridge.own.fields"
    _description = "Fields of the Bridge's Own"

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_own_fields("create", vals)
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_own_fields("write", vals)
        result = super().write(vals)
        links = (self._fields[name] for name in vals if name in self._fields)
        if not self.env.su and any(field.type == "many2one" for field in links):
            self._check_still_reached()
        return result

    def copy_data(self, default=None):
        """A copy is a new record: it begins as new records do."""
        copies = super().copy_data(default)
        own = set() if self.env.su else self._own_fields()
        return [{name: vals[name] for name in vals if name not in own} for vals in copies]

    @api.model
    def default_get(self, fields_list):
        own = self._own_fields() & set(fields_list)
        values = super().default_get([name for name in fields_list if name not in own])
        for name in own:
            field = self._fields[name]
            if field.default:
                value = field.convert_to_cache(field.default(self), self, validate=False)
                values[name] = field.convert_to_write(value, self)
        return values

    # === Helpers ===

    def _check_still_reached(self):
        """Nobody plants a record on another company, where its people would find it as theirs.

        :raises AccessError: what was written has moved it out of the user's companies
        """
        companies = self.env.user.company_ids.ids
        self.with_context(allowed_company_ids=companies).check_access("write")

    @api.model
    def _own_fields(self):
        """:return: set of the names of fields that only the bridge's own code writes"""
        return {
            name
            for name, field in self._fields.items()
            if field.readonly and name not in MAGIC_COLUMNS
        }

    def _refuse_own_fields(self, operation, vals):
        """:raises UserError: somebody gives what is not people's to give"""
        touched = set() if self.env.su else self._own_fields() & set(vals)
        if touched:
            self.check_access(operation)
            raise UserError(
                self.env._(
                    "%(fields)s of a %(kind)s can't be given: the bridge keeps it by itself. "
                    "Leave it out, or use the buttons of the form.",
                    fields=", ".join(
                        self._fields[name]._description_string(self.env) or name
                        for name in sorted(touched)
                    ),
                    kind=self._description,
                )
            )
