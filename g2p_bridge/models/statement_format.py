from odoo import api, models


class StatementFormat(models.AbstractModel):
    """The contract between reconciliation and any statement format.

    A format's addon inherits this model as ``g2p.bridge.statement.format.<code>``.
    """

    _name = "g2p.bridge.statement.format"
    _description = "Statement Format"

    @api.model
    def _scan(self, stream):
        """Find the statements of a file without reading their entries.

        :param stream: seekable binary stream
        :return: list of slices with ``account_number``, ``statement_number``,
            ``sequence_number`` and ``reference``
        :raises StatementFormatError: the file is not of this format
        """
        raise NotImplementedError(f"{self._name} does not implement _scan")

    @api.model
    def _read(self, stream, piece):
        """Read one statement found by ``_scan``.

        :return: ``lib.statement.Statement``, its entries lazy
        :raises StatementFormatError: also while the entries are read
        """
        raise NotImplementedError(f"{self._name} does not implement _read")
