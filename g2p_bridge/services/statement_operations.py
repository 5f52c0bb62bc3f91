# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..exceptions import BridgeError
from ..lib.statement import StatementFormatError

MAX_MEGABYTES = 300


class StatementOperations(models.AbstractModel):
    _inherit = "g2p.bridge.service"

    @api.model
    def upload_mt940(self, content, file_name="", sponsor_bank=None):
        """Receive a statement file; it is processed in the background.

        A statement of the same content is recognised, also from another file: nothing changes
        and the one that exists is given back. One that has the number of another and other
        content is kept; where it may be a correction, it waits for a person.

        :param bytes content: the file as received
        :param sponsor_bank: the bank that sent it, if it sent it itself
        :return: ``g2p.bridge.statement`` records, in the order of the file
        :raises BridgeError: STATEMENT_UPLOAD_ERROR: empty, too large, not text, not MT940
        """
        return self._receive_mt940(content, file_name, sponsor_bank).statements

    @api.model
    def _receive_mt940(self, content, file_name="", sponsor_bank=None):
        """As :meth:`upload_mt940`, and which statements were there before.

        :return: ``Reception``
        """
        # Not for officers: who makes payments does not hand in what proves them.
        service = self._operator("finance", "admin")
        return service._upload("mt940", content, file_name, sponsor_bank)

    @api.model
    def _upload(self, format_code, content, file_name, sponsor_bank):
        if not isinstance(content, bytes):
            raise self._upload_error(self.env._("it is not a file"))
        if not content:
            raise self._upload_error(self.env._("the file is empty"))
        self._check_statement_size(len(content))
        try:
            return self.env["g2p.bridge.statement"]._receive(
                format_code, content, file_name or "", sponsor_bank
            )
        except StatementFormatError as error:
            raise self._upload_error(str(error).rstrip(".")) from error

    @api.model
    def _check_statement_size(self, size):
        """:raises BridgeError: a file of so many bytes is not taken"""
        limit = self._max_statement_bytes()
        if size > limit:
            raise self._upload_error(
                self.env._(
                    "the file has %(size)s MB, the limit is %(limit)s MB",
                    size=-(-size // 2**20),
                    limit=limit // 2**20,
                )
            )

    @api.model
    def _max_statement_bytes(self):
        """The largest statement file that is taken, in bytes (parameter in megabytes)."""
        parameter = (
            self.env["ir.config_parameter"].sudo().get_param("g2p_bridge.max_statement_megabytes")
        )
        return int(parameter or MAX_MEGABYTES) * 2**20

    @api.model
    def _upload_error(self, reason):
        return BridgeError(
            "STATEMENT_UPLOAD_ERROR",
            self.env._("The statement was not taken: %s. Nothing was changed.", reason),
        )
