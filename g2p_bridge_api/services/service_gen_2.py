# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.g2p_bridge.exceptions import BridgeError
from odoo.addons.g2p_bridge.services.checks import is_text, shown

#: Our codes that the newer PBMS spells otherwise.
CODES = {
    "INVALID_TOTAL_DISBURSEMENT_AMOUNT": "INVALID_DISBURSEMENT_QUANTITY",
    "INVALID_DISBURSEMENT_AMOUNT": "INVALID_DISBURSEMENT_QUANTITY",
    "NO_OF_DISBUESEMENTS_EXCEEDS_DECLARED": "NO_OF_DISBURSEMENTS_EXCEEDS_DECLARED",
    "TOTAL_DISBURSEMENT_AMOUNT_EXCEEDS_DECLARED": "TOTAL_DISBURSEMENT_QUANTITY_EXCEEDS_DECLARED",
    "INVALID_DISBURSEMENT_CURRENCY_CODE": "INVALID_MEASUREMENT_UNIT",
    "INVALID_MIS_REFERENCE_NUMBER": "INVALID_DISBURSEMENT_ID",
    "DUPLICATE_MIS_REFERENCE_NUMBER": "DUPLICATE_DISBURSEMENT",
}
#: Members of a row that the newer PBMS calls otherwise.
FIELDS = {"mis_reference_number": "disbursement_id"}
PAID = "CASH_DIGITAL"


class ServiceGen2(models.AbstractModel):
    """The operations as the newer PBMS words them.

    It gives the IDs, and calls amounts quantities. Each operation is translated into the one
    that all others use; rules are there and not here. Called through the API alone.

    A screen of it asks about its envelopes in the dialect that has no IDs of senders, with
    ``header`` and ``message``: it gets the answers of both.
    """

    _inherit = "g2p.bridge.service"

    @api.model
    def _gen_2_create_disbursement_envelopes(self, payloads):
        """Declare envelopes: all of them or none.

        :return: the payloads, each with its ``id``: the sender's, or ours if it gave none
        """
        if not payloads:
            raise BridgeError(
                "INVALID_DISBURSEMENT_PAYLOAD",
                self.env._("The list of envelopes is empty. Send at least one."),
            )
        return [self._gen_2_envelope(payload) for payload in payloads]

    @api.model
    def _gen_2_envelope(self, payload):
        kind = payload.get("benefit_type")
        if kind != PAID:
            raise BridgeError(
                "INVALID_BENEFIT_TYPE",
                self.env._(
                    "benefit_type is %(kind)s, but only %(paid)s is paid here. Send the others "
                    "to whoever hands them out.",
                    kind=shown(kind),
                    paid=PAID,
                ),
            )
        theirs = payload.get("id") or ""
        if theirs and not is_text(theirs):
            raise BridgeError(
                "INVALID_DISBURSEMENT_ENVELOPE_ID",
                self.env._("id is %s, but has to be a text of 1 to 255 characters.", shown(theirs)),
            )
        reply = self.create_disbursement_envelope(_envelope_values(payload))
        ours = reply["disbursement_envelope_id"]
        self._gen_2_name_envelope(theirs, ours)
        return {**payload, "id": theirs or ours, "cancellation_status": "Not_Cancelled"}

    @api.model
    def _gen_2_name_envelope(self, theirs, ours):
        """Remember how the sender calls an envelope; the same again changes nothing.

        This sender makes a new ID up whenever it tries again, so as long as nothing has come for
        the envelope, it may have several.
        """
        if not theirs:
            return
        names, partner = self.env["g2p.bridge.sender.id"].sudo(), self._calling_partner()
        known = names._known(partner, "envelope", [theirs]).get(theirs)
        if known == ours:
            return
        if known or self._gen_2_is_in_use(partner, ours):
            raise BridgeError(
                "DUPLICATE_ENVELOPE",
                self.env._(
                    "The ID %s was given to another envelope, or this program and cycle have an "
                    "envelope with another ID.",
                    shown(theirs),
                ),
            )
        names._remember(partner, "envelope", [(theirs, ours)])

    @api.model
    def _gen_2_is_in_use(self, partner, ours):
        """Whether the sender has named this envelope and sent disbursements of it."""
        named = (
            self.env["g2p.bridge.sender.id"]
            .sudo()
            .search_count(
                [
                    ("partner_id", "=", partner.id),
                    ("kind", "=", "envelope"),
                    ("bridge_id", "=", ours),
                ],
                limit=1,
            )
        )
        return bool(named and self.sudo()._envelope(ours).number_of_disbursements_received)

    @api.model
    def _gen_2_create_disbursements(self, payloads):
        """Add disbursements to one envelope: all of them or none.

        :return: the payloads, with the sender's IDs
        """
        names, partner = self.env["g2p.bridge.sender.id"].sudo(), self._calling_partner()
        rows = self._gen_2_rows(payloads)
        try:
            self._gen_2_check_ids(rows)
            replies = self.create_disbursements(rows)
        except BridgeError as error:
            raise BridgeError(error.code, str(error), rows=_with_codes(payloads, error)) from error
        given = {row["mis_reference_number"]: row["disbursement_id"] for row in replies}
        del rows, replies
        known = names._known(partner, "disbursement", given)
        taken = {
            index: ["DUPLICATE_DISBURSEMENT"]
            for index, payload in enumerate(payloads)
            if known.get(payload["disbursement_id"], given[payload["disbursement_id"]])
            != given[payload["disbursement_id"]]
        }
        if taken:
            self._refuse_rows(payloads, taken)
        fresh = [pair for pair in given.items() if pair[0] not in known]
        if fresh:
            names._remember(partner, "disbursement", fresh)
        return payloads

    @api.model
    def _gen_2_rows(self, payloads):
        """The rows as all others send them."""
        envelopes = {row.get("disbursement_envelope_id") for row in payloads}
        ours = self._gen_2_ours("envelope", filter(None, envelopes))
        return [
            {
                "disbursement_envelope_id": ours.get(row.get("disbursement_envelope_id")),
                "mis_reference_number": row.get("disbursement_id"),
                "beneficiary_id": row.get("beneficiary_id"),
                # A name is not asked of this sender; the mapper often knows it.
                "beneficiary_name": row.get("beneficiary_name") or row.get("beneficiary_id"),
                "disbursement_amount": row.get("disbursement_quantity"),
                "narrative": row.get("narrative"),
            }
            for row in payloads
        ]

    @api.model
    def _gen_2_check_ids(self, rows):
        nameless = {
            index: ["INVALID_DISBURSEMENT_ID"]
            for index, row in enumerate(rows)
            if not is_text(row["mis_reference_number"])
        }
        if nameless:
            self._refuse_rows(rows, nameless)

    @api.model
    def _gen_2_get_disbursement_envelope_status(self, envelope_id):
        ours = self._gen_2_ours("envelope", [envelope_id])[envelope_id]
        reply = self.get_disbursement_envelope_status(ours)
        envelope = self.sudo()._envelope(ours)
        count, total = envelope._declared()
        received = reply.pop("total_disbursement_amount_received")
        return {
            **reply,
            "disbursement_envelope_id": envelope_id,
            "measurement_unit": envelope.currency_id.name,
            "number_of_beneficiaries_declared": envelope.number_of_beneficiaries,
            "number_of_disbursements_declared": count,
            "total_disbursement_quantity_declared": total,
            "total_disbursement_quantity_received": received,
        }

    @api.model
    def _gen_2_get_disbursement_status(self, ids):
        ours = self._gen_2_ours("disbursement", ids)
        replies = self.get_disbursement_status([ours[theirs] for theirs in ids])
        return [_status(theirs, reply) for theirs, reply in zip(ids, replies, strict=True)]

    @api.model
    def _gen_2_list_disbursements(self, values):
        """Pages, by the bridge's IDs; the sender's are in mis_reference_number."""
        return self.list_disbursements(self._gen_2_about(values))

    @api.model
    def _gen_2_list_changes(self, values):
        """Changes, by the bridge's IDs; the sender's are in mis_reference_number."""
        return self.list_changes(self._gen_2_about(values))

    @api.model
    def _gen_2_about(self, values):
        """The same, with the bridge's ID of the envelope that it is about."""
        theirs = values.get("disbursement_envelope_id")
        if not theirs:
            return values
        ours = self._gen_2_ours("envelope", [theirs])[theirs]
        return {**values, "disbursement_envelope_id": ours}

    @api.model
    def _gen_2_ours(self, kind, ids):
        """{ID as sent: the bridge's ID}; what is not known may be an ID of ours."""
        ids = list(ids)
        partner, names = self._calling_partner(), self.env["g2p.bridge.sender.id"].sudo()
        sound = [value for value in ids if is_text(value)]
        return {**dict(zip(ids, ids, strict=True)), **names._known(partner, kind, sound)}

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


def _envelope_values(payload):
    cycle, benefit = payload.get("cycle_code_mnemonic"), payload.get("benefit_code_mnemonic")
    return {
        "benefit_program_mnemonic": payload.get("benefit_program_mnemonic"),
        "disbursement_frequency": payload.get("disbursement_frequency"),
        # A cycle of this sender has an envelope for each benefit code.
        "cycle_code_mnemonic": f"{cycle}/{benefit}" if cycle and benefit else cycle,
        "number_of_beneficiaries": payload.get("number_of_beneficiaries"),
        "number_of_disbursements": payload.get("number_of_disbursements"),
        "total_disbursement_amount": payload.get("total_disbursement_quantity"),
        "disbursement_currency_code": payload.get("measurement_unit"),
        "disbursement_schedule_date": payload.get("disbursement_schedule_date"),
    }


def _with_codes(payloads, error):
    """The rows as sent, each with what is wrong with it, in the sender's words."""
    return [{**payload, **_faults(row)} for payload, row in zip(payloads, error.rows, strict=False)]


def _faults(row):
    """What a refused row says of its faults."""
    faults = {
        "response_error_codes": [CODES.get(code, code) for code in row["response_error_codes"]]
    }
    if "response_error_details" in row:
        faults["response_error_details"] = [
            {**detail, "field": FIELDS.get(detail["field"], detail["field"])}
            for detail in row["response_error_details"]
        ]
    return faults


def _status(theirs, reply):
    records = reply["disbursement_recon_records"]
    recons = [
        {
            **recon,
            "disbursement_id": theirs,
            "disbursement_batch_control_id": recon["bank_disbursement_batch_id"],
        }
        for recon in records["disbursement_recon_payloads"]
    ]
    faults = [
        {**fault, "disbursement_id": theirs, "reconciliation_id": theirs}
        for fault in records["disbursement_error_recon_payloads"]
    ]
    return {
        "reconciliation_id": theirs,
        "disbursement_id": theirs,
        "disbursement_status": reply["disbursement_status"],
        "disbursement_recon_records": {
            "disbursement_recon_payloads": recons,
            "disbursement_error_recon_payloads": faults,
        },
    }
