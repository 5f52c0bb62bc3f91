from odoo import api, models


class MapperConnector(models.AbstractModel):
    """The contract between the bridge and any ID mapper.

    A mapper's addon inherits this model as ``g2p.bridge.mapper.connector.<code>`` and adds
    its code to the field ``connector`` of ``g2p.bridge.mapper``.
    """

    _name = "g2p.bridge.mapper.connector"
    _description = "Mapper Connector"

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
        reference and checked against the ID; what is in doubt has no address.

        :param str transaction_id: ours; says which answer belongs to which question
        :param list requests: (reference_id, beneficiary_id), texts; references are unique
        :return: {reference_id: :class:`Resolution`}, one for each request
        :raises Rejected: the mapper refuses the request as a whole, the code says why
        :raises Unavailable: no usable answer, whatever the cause: ask again later
        """
        raise NotImplementedError(f"{self._name} does not implement resolve")
