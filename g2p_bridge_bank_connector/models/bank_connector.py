# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..lib.values import Capabilities


class BankConnector(models.AbstractModel):
    """The contract between the bridge and any bank.

    No method can be called from outside (each moves money or could): overrides stay private.

    A bank's addon inherits this model as ``g2p.bridge.bank.connector.<code>``. Every
    method raises only the three errors of the base's ``lib/errors.py``; a connector that lacks a
    method fails loudly with NotImplementedError.
    """

    _name = "g2p.bridge.bank.connector"
    _description = "Bank Connector"

    #: Whether no real money ever moves, whatever is asked. Only simulations say so.
    is_simulation = False

    @property
    def bank(self):
        """The sponsor bank record that this call is for (see `sponsor_bank._get_connector`)."""
        return self.env["g2p.bridge.sponsor.bank"].browse(self.env.context["sponsor_bank_id"])

    @api.private
    @api.model
    def capabilities(self):
        """What banks with this connector can do at most; the record of a bank may say less.

        The bridge goes by the record, and never asks a bank for what that lacks.

        :return: :class:`Capabilities`; the minimum unless overridden
        """
        return Capabilities()

    @api.private
    @api.model
    def test_connection(self):
        """Reach the bank without any effect.

        :return: a sentence for the administrator who clicked "Test connection"
        :raises ConnectorError: what went wrong, in words
        """
        raise NotImplementedError(self._missing("test_connection"))

    @api.private
    @api.model
    def check_funds(self, account_number, currency, amount):
        """Ask whether the account covers ``amount`` beyond what is already blocked.

        :param str currency: ISO 4217 code
        :param Decimal amount: in major units
        :return: :class:`FundsCheck`
        :raises Rejected: the question itself is refused (unknown account, wrong currency)
        """
        raise NotImplementedError(self._missing("check_funds"))

    @api.private
    @api.model
    def block_funds(self, account_number, currency, amount, reference):
        """Put a hold on ``amount``. The same ``reference`` again returns the same hold.

        :param str reference: ours, made once per hold
        :return: :class:`FundsBlock`
        :raises Rejected: no hold was made, the code says why
        """
        raise NotImplementedError(self._missing("block_funds"))

    @api.private
    @api.model
    def release_funds(self, block_reference, reference):
        """Give back what the hold has left. Needs the capability ``release_funds``.

        :param str block_reference: the bank's name for the hold
        :param str reference: ours, made once per release; again: the same release
        :return: Decimal amount given back by this release
        """
        raise NotImplementedError(self._missing("release_funds"))

    @api.private
    @api.model
    def initiate_payment(self, batch_reference, payments):
        """Hand a batch of payments to the bank.

        :param str batch_reference: ours, made once per batch, never changes
        :param list payments: of :class:`Payment`, at least one
        :return: :class:`Acknowledgement`, possibly with single payments rejected
        :raises Rejected: nothing of the batch was taken
        """
        raise NotImplementedError(self._missing("initiate_payment"))

    @api.private
    @api.model
    def get_payment_status(self, batch_reference):
        """What became of a batch. Needs the capability ``payment_status``.

        :return: :class:`PaymentStatus`
        """
        raise NotImplementedError(self._missing("get_payment_status"))

    # What a line of a statement says.
    #
    # Called for each line while all of them travel into the database: these methods must
    # neither query nor write.

    @api.private
    @api.model
    def retrieve_disbursement_id(self, entry):
        """Find the disbursement that a statement line speaks of.

        :param entry: :class:`..lib.entry.Entry`, with every text and reference of the line
        :return: the disbursement_id, or "" if the line names none
        """
        raise NotImplementedError(self._missing("retrieve_disbursement_id"))

    @api.private
    @api.model
    def retrieve_batch_reference(self, entry):
        """Find the batch of payments that a statement line books as one.

        Asked of lines that name no disbursement.

        :param entry: :class:`..lib.entry.Entry`
        :return: our batch_reference or the bank's own name for the batch, or ""
        """
        return entry.batch_reference

    @api.private
    @api.model
    def retrieve_beneficiary_name(self, entry):
        """:return: the beneficiary's name as the bank wrote it, or "" """
        raise NotImplementedError(self._missing("retrieve_beneficiary_name"))

    @api.private
    @api.model
    def retrieve_reversal_reason(self, entry):
        """Find why a payment came back; asked of lines by which money comes.

        :return: a code or a text, or ""
        """
        raise NotImplementedError(self._missing("retrieve_reversal_reason"))

    def _missing(self, method):
        return f"{self._name} does not implement {method}"
