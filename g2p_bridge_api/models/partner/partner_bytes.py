from odoo import api, models

from ...lib import jws, jws_file
from ...lib.before_parsing import REWRITTEN_BYTES, STRANGERS_BYTES, claimed_sender
from ...lib.refusal import Refusal
from .partner_admission import NOT_PROVEN


class PartnerBytes(models.Model):
    """Proof before parsing: what somebody unknown sends costs little.

    ======================================  ====================================================
    nothing in the HTTP headers proves it   64 KiB are read, whatever proves the message then
    a signature, or somebody's API key      the size that is configured is read
    the signature is over these bytes       it is parsed, and so it is with an API key
    it is over another way of writing them  up to 4 MB are parsed to find out
    ======================================  ====================================================

    That the proof is the sender's own is judged afterwards, as of any call: see
    ``partner_admission.py``.
    """

    _inherit = "g2p.bridge.partner"

    @api.model
    def _is_plausible(self, headers, length):
        """Whether the headers of a request hold what may prove its sender.

        :param headers: HTTP headers, names in lower case
        :param length: bytes of its body; a small one needs nothing
        """
        if length <= STRANGERS_BYTES or self._is_unsigned_allowed():
            return True
        return bool(_signature_in(headers)) or self._has_key(headers)

    @api.model
    def _prove_bytes(self, headers, body):
        """Find out whether a body may be parsed, before it is.

        :return: ID of the partner that has signed exactly these bytes; 0: not known yet
        :raises Refusal: it is too large to be parsed for somebody who proves nothing
        """
        if len(body) <= STRANGERS_BYTES:
            return 0
        signature = _signature_in(headers)
        if signature:
            partner = self._of_code(claimed_sender(body))
            try:
                jws.verify(signature, body, partner._valid_keys(), exact=True)
                return partner.id
            except jws.SignatureFault:
                pass
        if len(body) <= REWRITTEN_BYTES or self._is_unsigned_allowed() or self._has_key(headers):
            return 0
        raise Refusal(
            NOT_PROVEN,
            self.env._(
                "The signature is not one of the sender over exactly these bytes. A message of "
                "more than %s MB has to be signed as it is sent: sign its bytes, or send it in "
                "parts.",
                REWRITTEN_BYTES // 2**20,
            ),
            401,
        )

    @api.model
    def _prove_file(self, headers, code, stream, size):
        """Find out whether a file may be read into memory.

        :param code: who the form says has sent it, "" if it does not
        :param stream: the file, as it was received on disk
        :param size: its bytes
        :return: as of :meth:`_prove_bytes`
        :raises Refusal: who signed it is not known, and nothing else proves who sends it
        """
        if size <= STRANGERS_BYTES or self._is_unsigned_allowed():
            return 0
        user_id = self._user_of_key(jws.find_api_key(headers))
        signature = _signature_in(headers)
        if not signature and user_id:
            return 0
        if signature:
            partner = self._named(code, signature, user_id)
            if jws_file.find_signer(signature, stream, partner._valid_keys()):
                return partner.id
        raise self._not_proven(self.browse(), False, None)

    @api.model
    def _has_key(self, headers):
        return bool(self._user_of_key(jws.find_api_key(headers)))


def _signature_in(headers):
    """:return: the signature in the headers of a request, None without a sound one"""
    try:
        return jws.find_signature(headers)
    except jws.SignatureFault:
        return None
