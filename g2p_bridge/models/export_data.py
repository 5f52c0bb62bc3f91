# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..lib.tables.formula_text import defuse, restore

OURS = "g2p.bridge."


class ExportData(models.AbstractModel):
    """The list export and import of Odoo, for the records of the bridge.

    Odoo writes texts that begin with = into workbooks as formulas. What names and narratives
    hold was written by others: no text of ours becomes one, and an import takes back what
    the export has added.
    """

    _inherit = "base"

    def export_data(self, fields_to_export):
        result = super().export_data(fields_to_export)
        if self._name.startswith(OURS):
            result["datas"] = [[_cell(value, defuse) for value in row] for row in result["datas"]]
        return result

    @api.model
    def load(self, fields, data):
        if self._name.startswith(OURS):
            data = [[_cell(value, restore) for value in row] for row in data]
        return super().load(fields, data)


def _cell(value, change):
    return change(value) if isinstance(value, str) else value
