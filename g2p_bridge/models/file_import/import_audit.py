import hashlib
from base64 import b64decode

from odoo import api, models


class ImportAudit(models.Model):
    """A file decides who is paid: who chose it, had it checked and imported is kept, and which."""

    _inherit = "g2p.bridge.import"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        for record, vals in zip(records, vals_list, strict=True):
            record._record_import(self.env._("File chosen"), new_value=_digest(vals.get("file")))
        return records

    def write(self, vals):
        result = super().write(vals)
        if "file" in vals or "envelope_id" in vals:
            for record in self:
                record._record_import(
                    self.env._("Another file, or another envelope, chosen"),
                    new_value=_digest(vals.get("file")),
                )
        return result

    def unlink(self):
        for record in self:
            record._record_import(self.env._("Deleted"))
        return super().unlink()

    def _start(self, check_only):
        result = super()._start(check_only)
        said = self.env._("Check started") if check_only else self.env._("Import started")
        for record in self:
            record._record_import(said)
        return result

    def _import(self, *args):
        vals = super()._import(*args)
        self._record_import(vals["message"], new_value=self.file_sha256)
        return vals

    def _write_shown(self, vals):
        super()._write_shown(vals)
        if vals.get("state") in ("valid", "invalid", "failed"):
            self._record_import(vals["message"], new_value=self.file_sha256)

    def _record_import(self, what, **facts):
        """Keep what was done with the file; of the file itself its SHA-256."""
        envelope = self.sudo().envelope_id.display_name
        self.env["g2p.bridge.audit"]._record_fact("import", self, f"{envelope}: {what}", **facts)


def _digest(file):
    """SHA-256 of a file as forms send it."""
    return hashlib.sha256(b64decode(file)).hexdigest() if file else ""
