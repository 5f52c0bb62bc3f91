# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class StatementFormat(models.AbstractModel):
    """The contract between reconciliation and any statement format.

    A format's addon inherits this model as ``g2p.bridge.statement.format.<code>``. Lines are
    read while they travel into the database, so no method may query or write.
    """

    _name = "g2p.bridge.statement.format"
    _description = "Statement Format"

    @api.model
    def _scan(self, stream, encoding="", most=0):
        """Find the statements of a file without reading their entries.

        :param stream: seekable binary stream
        :param encoding: in which texts are to be read; empty: the format finds it out. What a
            statement is known by does not depend on it
        :param most: how many statements a file may have; 0: as many as it has
        :return: list of :class:`..lib.statement.Head`, in the file's order
        :raises StatementFormatError: the file is not of this format, or has more statements; then
            no more of it than these was looked at
        """
        raise NotImplementedError(f"{self._name} does not implement _scan")

    @api.model
    def _read(self, stream, piece):
        """Read one statement found by ``_scan``.

        :return: ``lib.statement.Statement``, its entries lazy
        :raises StatementFormatError: also while the entries are read
        """
        raise NotImplementedError(f"{self._name} does not implement _read")

    @api.model
    def _cut(self, stream, piece, size):
        """Find the parts of a long statement, which are then read side by side.

        A format that does not say otherwise is read in one go.

        :param piece: a statement found by ``_scan``
        :param size: bytes that a part should have
        :return: one value that JSON can hold for each part, in order
        """
        return []

    @api.model
    def _read_part(self, stream, part, encoding=""):
        """Read one part found by ``_cut``.

        :param encoding: as for ``_scan``, whatever it was when the statement was cut
        :return: ``lib.statement.Statement`` of the whole, but only the part's entries, numbered
            from 1
        :raises StatementFormatError: with the text that ``_read`` would give
        """
        raise NotImplementedError(f"{self._name} does not implement _read_part")
