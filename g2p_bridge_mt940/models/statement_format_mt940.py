from dataclasses import asdict

from odoo import api, models

from ..lib import Slice, cut, read, scan


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

    @api.model
    def _cut(self, stream, piece, size):
        return [{**asdict(piece), "part": part} for part in cut(stream, piece, size)]

    @api.model
    def _read_part(self, stream, part):
        where = Slice(**{name: value for name, value in part.items() if name != "part"})
        return read(stream, where, part=tuple(part["part"]))
