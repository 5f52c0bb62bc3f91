# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import fields

from odoo import api, models

from ..lib import Slice, cut, read, scan

#: What a part does not have to know of its statement, and JSON cannot hold.
_OF_THE_HEAD = ("statement_date", "opening_balance", "closing_balance", "digest")
_OF_THE_PLACE = [one.name for one in fields(Slice) if one.name not in _OF_THE_HEAD]


class StatementFormatMt940(models.AbstractModel):
    """MT940, as ``lib`` reads it."""

    _name = "g2p.bridge.statement.format.mt940"
    _inherit = "g2p.bridge.statement.format"
    _description = "MT940 Statement Format"

    @api.model
    def _scan(self, stream, encoding="", most=0):
        return scan(stream, encoding, most)

    @api.model
    def _read(self, stream, piece):
        return read(stream, piece)

    @api.model
    def _cut(self, stream, piece, size):
        place = {name: getattr(piece, name) for name in _OF_THE_PLACE}
        return [{**place, "part": part} for part in cut(stream, piece, size)]

    @api.model
    def _read_part(self, stream, part, encoding=""):
        where = Slice(**{name: value for name, value in part.items() if name != "part"})
        return read(stream, where, tuple(part["part"]), encoding)
