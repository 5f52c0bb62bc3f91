# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class MapperConnector(models.AbstractModel):
    """The contract between the bridge and any ID mapper.

    A mapper's addon inherits this model as ``g2p.bridge.mapper.connector.<code>`` and adds
    its code to the field ``connector`` of ``g2p.bridge.mapper``.
    """

    _name = "g2p.bridge.mapper.connector"
    _description = "Mapper Connector"

    #: Whether answers come later, to our call-back address.
    _calls_back = False

    @property
    def mapper(self):
        """The mapper record that this call is for (see `mapper._get_connector`)."""
        return self.env["g2p.bridge.mapper"].browse(self.env.context["bridge_mapper_id"])

    @api.private
    @api.model
    def resolve(self, transaction_id, requests):
        """Ask for the financial addresses of beneficiaries.

        Asking changes nothing at the mapper, so the whole call may be repeated after any
        failure except Rejected, which would only be repeated. Answers are found by
        reference and checked against the ID, and each address is read into its parts; what is
        in doubt, or can't be read, has no address.

        :param str transaction_id: ours; says which answer belongs to which question
        :param list requests: (reference_id, beneficiary_id), texts; references are unique
        :return: {reference_id: :class:`Resolution`}, one for each request; or ``LATER`` if
            the mapper has taken the questions and answers to our call-back address
        :raises Rejected: the mapper refuses the request as a whole, the code says why
        :raises Unavailable: no usable answer, whatever the cause: ask again later
        """
        raise NotImplementedError(f"{self._name} does not implement resolve")

    @api.private
    @api.model
    def call_back_transaction(self, body):
        """Which transaction a call-back is about; only for connectors with ``_calls_back``.

        :param body: what arrived, decoded from JSON, and not to be trusted in any way
        :return: the transaction_id that it names
        :raises ValueError: it is no call-back, the text says why
        """
        raise NotImplementedError(f"{self._name} does not implement call_back_transaction")

    @api.private
    @api.model
    def read_call_back(self, body, requests):
        """What a call-back says to the questions that are still open.

        :param body: see ``call_back_transaction``
        :param list requests: (reference_id, beneficiary_id)
        :return: {reference_id: :class:`Resolution`}, one for each request
        :raises Rejected: the mapper refuses the request as a whole, the code says why
        :raises ValueError: it is no call-back, the text says why
        """
        raise NotImplementedError(f"{self._name} does not implement read_call_back")
