from odoo import api, models

from odoo.addons.g2p_bridge.services.checks import is_text


class ServiceSenderIds(models.AbstractModel):
    """Questions in one dialect about what was sent in the other.

    The newer PBMS gives IDs of its own to envelopes, and a screen of it asks for them in the
    dialect that has none: with ``header`` and ``message``. It gets the answers of both.
    """

    _inherit = "g2p.bridge.service"

    @api.model
    def get_disbursement_envelope_status(self, envelope_id):
        """As of any envelope; of one that the caller has named itself, by that name too."""
        ours = self._ours_of_envelope(envelope_id)
        if not ours:
            return super().get_disbursement_envelope_status(envelope_id)
        plain = super().get_disbursement_envelope_status(ours)
        return {**plain, **self._gen_2_get_disbursement_envelope_status(envelope_id)}

    @api.model
    def _ours_of_envelope(self, theirs):
        """:return: the bridge's ID of what the caller calls so, None if it calls nothing so"""
        partner = self._own_partner()
        if not partner or not is_text(theirs):
            return None
        names = self.env["g2p.bridge.sender.id"].sudo()
        return names._known(partner, "envelope", [theirs]).get(theirs)
