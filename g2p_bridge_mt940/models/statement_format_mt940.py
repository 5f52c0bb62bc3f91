from odoo import api, models

from ..lib import read, scan


class StatementFormatMt940(models.AbstractModel):
    """MT940, as ``lib`` reads it."""

    _name = "g2p.bridge.statement.format.mt940"
    _inherit = "g2p.bridge.statement.format"
    _description = "MT940 Statement Format"

    @api.model
    def _scan(self, stream):
        return scan(stream)

    @api.model
    def _read(self, stream, piece):
        return read(stream, piece)
