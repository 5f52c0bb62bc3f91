# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import AccessError

from ...ours import is_own_model

#: Of files that the bridge keeps: of a text Odoo would put the words, names and account numbers
#: among them, into a column of the database; of none, it would guess.
MIME_TYPE = "application/x-g2p-bridge"


class FrozenFile(models.Model):
    """Files that are the value of a field of the bridge's records: kept by those records alone.

    Whoever may write such a record would else replace, add, publish, move or delete its file
    behind its back, through the list of attachments. Only the bridge's own code touches them;
    people give a file to the record, which says when it may be another one.
    """

    _inherit = "ir.attachment"

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        """People add no file to those that the bridge keeps, of which no word is indexed."""
        context = self.env.context
        checked = []
        for vals in vals_list:
            model = vals.get("res_model", context.get("default_res_model"))
            if vals.get("res_field", context.get("default_res_field")) and is_own_model(model):
                if not self.env.su:
                    raise self._kept_error()
                vals = {**vals, "mimetype": vals.get("mimetype") or MIME_TYPE}
            checked.append(vals)
        return super().create(checked)

    def write(self, vals):
        """Nobody makes a file of his own one of the bridge's, and no word of those is indexed."""
        if ("datas" in vals or "raw" in vals) and self._kept_by_bridge():
            vals = {**vals, "mimetype": vals.get("mimetype") or MIME_TYPE}
        result = super().write(vals)
        if not self.env.su and self._kept_by_bridge():
            raise self._kept_error()
        return result

    def _check_access(self, operation):
        """Files that the bridge keeps are read by whoever may read their field, and no more."""
        result = super()._check_access(operation)
        if self.env.su:
            return result
        refused, error = result or (self.browse(), None)
        kept = (self - refused)._kept_by_bridge()
        if operation == "read":
            # Of Odoo's administrators nobody would ask that.
            kept = kept.filtered(lambda file: not file._is_field_readable())
        return (refused | kept, error or self._kept_error) if kept else result

    # === Helpers ===

    def _kept_by_bridge(self):
        """Those of these that are the value of a field of the bridge's records."""
        rows = self.sudo()
        return self.browse(row.id for row in rows if row.res_field and is_own_model(row.res_model))

    def _kept_error(self):
        return AccessError(
            self.env._(
                "This is a file that the bridge keeps, so it is not read or changed as an "
                "attachment. Use the record that it belongs to."
            )
        )

    def _is_field_readable(self):
        row = self.sudo()
        model = self.env.get(row.res_model)
        field = model is not None and model._fields.get(row.res_field)
        return bool(field) and model._has_field_access(field, "read")
