# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ...lib.account_masking import masked
from ...lib.tables.rows import MAX_SHOWN
from .import_sentences import SENTENCES, UNKNOWN_CODE

#: Columns whose values only finance and administrators see in full.
SECRET_COLUMNS = ("beneficiary_account", "beneficiary_phone_no", "beneficiary_email")


class FileImportError(models.Model):
    """One thing that is wrong in a file: where, what, and what to do."""

    _name = "g2p.bridge.import.error"
    _description = "Error in an Imported File"
    _inherit = ["g2p.bridge.own.fields"]
    _order = "import_id, id"
    _rec_name = "code"
    _log_access = False

    # === Fields ===

    import_id = fields.Many2one(
        "g2p.bridge.import", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="import_id.company_id")
    row_number = fields.Integer(
        "Row", readonly=True, help="As a spreadsheet counts; 0 is the file as a whole."
    )
    column = fields.Char(readonly=True)
    value = fields.Char(readonly=True, help="As found in the file, shortened.")
    code = fields.Char(readonly=True)
    message = fields.Text("What to Do", readonly=True)

    # === Helpers ===

    def _prepare_fault_vals(self, fault):
        """Values of the record that shows a fault of a file."""
        secret = fault.column in SECRET_COLUMNS
        return {
            "row_number": fault.row,
            "column": fault.column,
            "value": masked(fault.value) if secret else fault.value[:MAX_SHOWN],
            "code": fault.code,
            "message": self._sentence(fault),
        }

    def _sentence(self, fault):
        """What is wrong and what to do, in the language of the user."""
        if "message" in fault.details:
            return fault.details["message"]
        text = self.env._(SENTENCES.get(fault.code, UNKNOWN_CODE))
        quoted = {
            "code": fault.code,
            "row": fault.row,
            "column": fault.column,
            "value": fault.value,
            **fault.details,
        }
        if "names" in quoted:
            quoted["known"] = ", ".join(quoted["names"])
        return text % quoted
