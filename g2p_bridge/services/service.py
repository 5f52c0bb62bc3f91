# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..exceptions import BridgeError
from ..lib.money import AmountError, parse_total
from .checks import as_date, is_number, is_text, shown

MAX_COUNT = 2**31 - 1


class Service(models.AbstractModel):
    """The operations of the bridge: the only way in.

    REST, the glue to PBMS, file import and screens call these and nothing else, so each
    rule exists once. An operation does all or nothing; called again with the same content
    it answers the same and changes nothing. It refuses by :class:`BridgeError`.

    Rules and codes are those of OpenG2P's G2P Bridge, with the stricter checks that the
    documentation names.
    """

    _name = "g2p.bridge.service"
    _description = "Bridge Operations"

    @api.model
    def _operator(self, *roles):
        """This service with full rights, for a user who has one of the roles.

        :raises AccessError: the user has none of them, or is not of the current company
        """
        self.env["res.users"]._g2p_bridge_check_role(*roles)
        # With full rights nobody would ask whether the current company is the user's own.
        self.env.company.check_access("read")
        return self.sudo()

    @api.model
    def _reachable_programs(self):
        """The programs that the caller may speak of; all else is as if it did not exist.

        :return: ``g2p.bridge.program`` records, archived ones too: those of this company
        """
        programs = self.env["g2p.bridge.program"].with_context(active_test=False)
        return programs.search([("company_id", "=", self.env.company.id)])

    @api.model
    def _envelope(self, envelope_id):
        """Find an envelope that the caller may speak of by its ID.

        :raises BridgeError: not found
        """
        envelope = self._find_envelope(envelope_id)
        if not envelope:
            raise BridgeError(
                "DISBURSEMENT_ENVELOPE_NOT_FOUND",
                self.env._("There is no envelope %s. Check the ID.", shown(envelope_id)),
            )
        return envelope

    @api.model
    def _find_envelope(self, envelope_id):
        """:return: the envelope of a reachable program with this ID, or no record"""
        envelopes = self.env["g2p.bridge.envelope"]
        if not is_text(envelope_id):
            return envelopes
        return envelopes.search(
            [
                ("disbursement_envelope_id", "=", envelope_id),
                ("program_id", "in", self._reachable_programs().ids),
            ]
        )

    @api.model
    def _live_envelope(self, envelope_id):
        """As :meth:`_envelope`, but a cancelled one is refused too."""
        envelope = self._envelope(envelope_id)
        if envelope.cancellation_status == "cancelled":
            raise BridgeError(
                "DISBURSEMENT_ENVELOPE_ALREADY_CANCELED",
                self.env._("The envelope %s is cancelled.", envelope_id),
            )
        return envelope

    @api.model
    def _check_totals(self, values, decimals):
        """Check the control totals of an envelope, in the order of the wire.

        :return: (beneficiaries, disbursements, Decimal total)
        """
        beneficiaries = self._count(
            values, "number_of_beneficiaries", "INVALID_NO_OF_BENEFICIARIES", 1
        )
        disbursements = self._count(
            values, "number_of_disbursements", "INVALID_NO_OF_DISBURSEMENTS", beneficiaries
        )
        total = self._total(values, decimals)
        return beneficiaries, disbursements, total

    @api.model
    def _count(self, values, name, code, least):
        value = values.get(name)
        if isinstance(value, str) and value.isascii() and value.isdigit():
            value = int(value[:12])
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= MAX_COUNT:
            raise BridgeError(
                code,
                self.env._(
                    "%(name)s is %(value)s, but has to be a whole number from %(least)s.",
                    name=name,
                    value=shown(values.get(name)),
                    least=least,
                ),
            )
        return value

    @api.model
    def _total(self, values, decimals):
        value = values.get("total_disbursement_amount")
        try:
            total = parse_total(value, decimals) if is_number(value) else None
            if total and total > 0:
                return total
            reason = self.env._("it has to be a number above zero")
        except AmountError as error:
            reason = str(error)
        raise BridgeError(
            "INVALID_TOTAL_DISBURSEMENT_AMOUNT",
            self.env._(
                "total_disbursement_amount is %(value)s: %(reason)s.",
                value=shown(value),
                reason=reason.rstrip("."),
            ),
        )

    @api.model
    def _schedule_date(self, values, earliest):
        value = values.get("disbursement_schedule_date")
        day = as_date(value)
        if not day or day < earliest:
            raise BridgeError(
                "INVALID_DISBURSEMENT_SCHEDULE_DATE",
                self.env._(
                    "disbursement_schedule_date is %(value)s, but has to be a date "
                    "(YYYY-MM-DD) from %(earliest)s.",
                    value=shown(value),
                    earliest=earliest,
                ),
            )
        return day
