# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
from typing import Any, NamedTuple

from odoo import api, fields, models

from odoo.addons.g2p_bridge.services.checks import is_text
from odoo.addons.g2p_bridge_base.lib.jose import SignatureFault, find_signer

from ...lib import proof
from ...lib.before_parsing import REWRITTEN_BYTES, STRANGERS_BYTES, claimed_sender
from ...lib.refusal import Refusal
from .partner_header import PLACEHOLDERS
from .partner_user import SCOPE

NO_PROOF, NOT_PROVEN = "rjct.jwt.invalid", "rjct.signature.invalid"

#: Whether calls without any proof are wanted: for tests alone, never where real money could move.
UNSIGNED = "g2p_bridge_api.unsigned"


class Admission(NamedTuple):
    """Whose call is carried out.

    :param partner: ``g2p.bridge.partner``, with full rights
    :param digest: SHA-256 of what the partner has signed, "" if it has signed nothing
    """

    partner: Any
    digest: str = ""


class PartnerAdmission(models.Model):
    """Whether a call is carried out, and for whom. Checked in this order; the first no wins:

    1. the signature is well made, and by an algorithm that is accepted (``rjct.jwt.invalid``)
    2. it, or the API key, proves that the message is from its sender
       (``rjct.signature.invalid``; a sender that nobody knows is answered in the same words)
    3. the header: see ``partner_header.py``
    4. the partner does not call too often, and the message is not another one under an ID that
       was there before: see ``partner_message.py``

    **Proof before parsing**: what somebody unknown sends costs little.

    ======================================  ====================================================
    nothing in the HTTP headers proves it   64 KiB are read, whatever proves the message then
    a signature, or somebody's API key      the size that is configured is read
    the signature is over these bytes       it is parsed, and so it is with an API key
    it is over another way of writing them  up to 4 MB are parsed to find out
    ======================================  ====================================================

    That the proof is the sender's own is judged afterwards, as of any call.
    """

    _inherit = "g2p.bridge.partner"

    @api.model
    def _admit(self, call, again=False):
        """Find out who makes a call, and whether it may be made.

        :param again: it was admitted before and had to begin anew: it is one call all the same
        :return: :class:`Admission`
        :raises Refusal: it may not; its ``partner`` is who made it, if that was proven
        """
        partner, text = self.sudo()._proven(call)
        try:
            partner._check_call(call, text is not None, again)
        except Refusal as refusal:
            refusal.partner = partner  # it has proven who it is, for the record
            raise
        return Admission(partner, hashlib.sha256(text).hexdigest() if text is not None else "")

    def _check_call(self, call, signed, again):
        """:raises Refusal: this partner may not make this call, or not now"""
        try:
            self._check_header(call, signed)
        except Refusal:
            # It counts nevertheless: who has it wrong, and tries without end, is told to wait.
            self._count(call, remember=False)
            raise
        if not again:
            self._count(call, remember=True)

    @api.model
    def _proven(self, call):
        """:return: (the partner that a call is from, the text of it that it has signed or None)"""
        try:
            signature = proof.find_signature(call.headers, call.signature)
        except SignatureFault as fault:
            text = self.env._(
                "The signature can't be read, or is made by an algorithm that is not accepted. "
                "See the integrator's guide for how to sign."
            )
            raise Refusal(NO_PROOF, text) from fault
        api_key = proof.find_api_key(call.headers)
        if call.address_partner_id:
            partner = self.browse(call.address_partner_id)
            partner._check_address_call(call, bool(signature or api_key))
            return partner, None
        if not signature and not api_key:
            return self._without_proof(call), None
        user_id = self._user_of_key(api_key)
        partner = self._named(call.sender_id, signature, user_id)
        if partner.proof == "address":
            partner = self.browse()  # here it is a stranger
        text = partner._signed_text(signature, call) if signature else None
        # None: not given; False: given, and it does not prove who calls.
        signed = text is not None if signature else None
        keyed = bool(partner and user_id == partner.user_id.id) if api_key else None
        if partner.proof == "api_key":
            signed = signed or None
        if partner.proof == "signature":
            keyed = keyed or None
        if not self._suffices(partner, signed, keyed):
            raise self._not_proven(partner, signed, keyed)
        return partner, text

    @api.model
    def _suffices(self, partner, signed, keyed):
        # What is given and wrong is never made good by something else that is right.
        if not partner or False in (signed, keyed):
            return False
        return {
            "signature": signed,
            "api_key": keyed,
            "both": signed and keyed,
            "either": signed or keyed,
        }[partner.proof]

    @api.model
    def _not_proven(self, partner, signed, keyed):
        if partner and (signed or keyed) and False not in (signed, keyed):
            # It is who it says, so it may know what else is asked of it.
            missing = self.env._("an API key") if signed else self.env._("a signature")
            return Refusal(NO_PROOF, self.env._("This sender has to give %s as well.", missing))
        return Refusal(
            NOT_PROVEN,
            self.env._(
                "The signature or the API key does not prove that the message is from its sender. "
                "Check sender_id, the key that signs, and that the body is sent as it was signed."
            ),
        )

    @api.model
    def _without_proof(self, call):
        """The partner that a call claims to be from, where tests go without proof."""
        partner = self._of_code(call.sender_id) if self._is_unsigned_allowed() else None
        if not partner:
            raise Refusal(
                NO_PROOF,
                self.env._(
                    "There is neither a signature nor an API key. Send the signature in the "
                    "header Signature, or the key in X-API-Key."
                ),
            )
        return partner

    @api.model
    def _named(self, code, signature, user_id):
        """The partner that a call claims to be from; a claim, no proof.

        Where the message names no sender, as with a statement, the API key or the name of the
        key (kid) does. So they do for a placeholder, where the header need not be complete.
        """
        named = self._of_code(code) if code else self.browse()
        if named or code not in PLACEHOLDERS:
            return named
        held = self._holder_of(signature, user_id)
        return held.filtered(lambda partner: not partner.strict_header) if code else held

    @api.model
    def _holder_of(self, signature, user_id):
        """The partner that an API key, or else the name of a signature's key, is of."""
        if user_id:
            return self.search([("user_id", "=", user_id), ("is_confirmed", "=", True)])
        if signature and is_text(signature.kid):
            keys = self.env["g2p.bridge.partner.key"].search(
                [("kid", "=", signature.kid), ("revoked_at", "=", False)]
            )
            partners = keys.partner_id.filtered(lambda one: one.active and one.is_confirmed)
            return partners if len(partners) == 1 else self.browse()
        return self.browse()

    @api.model
    def _of_code(self, code):
        known = [("code", "=", code), ("is_confirmed", "=", True)]
        return self.search(known) if is_text(code) else self.browse()

    @api.model
    def _user_of_key(self, api_key):
        """:return: the ID of the user that an API key is of, None if it is nobody's"""
        if not proof.is_api_key(api_key):
            return None
        return self.env["res.users.apikeys"]._check_credentials(scope=SCOPE, key=api_key)

    def _signed_text(self, signature, call):
        """What of a call a key of this partner has signed; of nobody, it takes as long.

        :return: the text, None if no key of it did
        """
        if self and call.signer_id == self.id:
            return call.body
        keys, exact = self._valid_keys(), bool(self.exact_bytes)
        try:
            _key, text = proof.find_signed(signature, call.body, keys, exact)
        except SignatureFault:
            return None
        return text if self else None

    def _valid_keys(self):
        now = fields.Datetime.now()
        return self.key_ids.filtered(
            lambda key: (
                key.is_confirmed
                and not key.revoked_at
                and key.valid_from <= now
                and (not key.valid_until or key.valid_until > now)
            )
        )

    def _count(self, call, remember):
        """:raises Refusal: this call is one too many, or its message is not new"""
        self.env["g2p.bridge.partner.message"]._receive(self, call, remember)

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
                proof.verify(signature, body, partner._valid_keys(), exact=True)
                return partner.id
            except SignatureFault:
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
        user_id = self._user_of_key(proof.find_api_key(headers))
        signature = _signature_in(headers)
        if not signature and user_id:
            return 0
        if signature:
            partner = self._named(code, signature, user_id)
            if find_signer(signature, stream, partner._valid_keys()):
                return partner.id
        raise self._not_proven(self.browse(), False, None)

    @api.model
    def _has_key(self, headers):
        return bool(self._user_of_key(proof.find_api_key(headers)))

    @api.model
    def _is_unsigned_allowed(self):
        """Whether calls without proof are carried out; only while each bank is an example bank."""
        return self._is_unsigned_wanted() and not self._real_bank()

    @api.model
    def _is_unsigned_wanted(self):
        return self.env["ir.config_parameter"].sudo().get_param(UNSIGNED) == "True"

    @api.model
    def _real_bank(self):
        """:return: a bank of any company to which real payments may go, or no record

        One that is marked as a test is paid by like any other: only its connector can say that
        it is a simulation.
        """
        banks = self.env["g2p.bridge.sponsor.bank"].sudo().with_context(active_test=False)
        called = banks.search([("environment", "!=", "disabled")], order="id")
        return called.filtered(lambda bank: not bank._is_simulated())[:1]

    @api.model
    def _unsigned_refusal(self, bank):
        """Why calls without proof can't be let in, in words."""
        return self.env._(
            "Calls without proof are for tests alone, but %s is no example bank and not disabled: "
            "anybody could have it pay. Leave them off.",
            bank.name,
        )


def _signature_in(headers):
    """:return: the signature in the headers of a request, None without a sound one"""
    try:
        return proof.find_signature(headers)
    except SignatureFault:
        return None
