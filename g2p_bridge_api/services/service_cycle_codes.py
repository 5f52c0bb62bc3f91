# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain

from odoo.addons.g2p_bridge.models.envelope.envelope_states import LIVE
from odoo.addons.g2p_bridge.services.checks import MAX_TEXT

DAY = "disbursement_schedule_date"

#: Room in a code for what tells cycles apart.
ROOM = 30

#: What the sender said of a payment under a key that stands for one in another envelope: nothing
#: that it says now is the same.
ELSEWHERE = ()


class ServiceCycleCodes(models.AbstractModel):
    """Partners that call every cycle by the same code, and may send each call again.

    What is declared is **the cycle that is there** if one of the same code and schedule date, as
    they were sent, still waits for payments: its ID once more, or ``DUPLICATE_ENVELOPE`` if the
    totals differ. Otherwise it is **a new cycle**: another date; or the one before is complete or
    cancelled. So no new cycle ever gets an envelope of which anything was paid, and a repeated
    declaration that comes too late makes an envelope that stays empty, and pays nothing.

    A payment is **known by its key** in all envelopes of the partner: under the same key it is
    answered in its own envelope, and refused in any other, unless it was cancelled. The database
    keeps one of each (``g2p.bridge.sender.id``), whatever comes in at the same moment.
    """

    _inherit = "g2p.bridge.service"

    @api.model
    def _partner_of_repeating_codes(self):
        return self._own_partner().filtered("cycle_codes_repeat")

    @api.model
    def _declare(self, values, vals, total):
        if not self._own_partner():
            return super()._declare(values, vals, total)
        code, day = vals["cycle_code_mnemonic"], self._sent_date(values)
        former = self._declared_as(vals, code, day)
        if self._partner_of_repeating_codes():
            cycle = former.cycle_code_mnemonic or self._free_cycle_code(vals, code, day)
            vals = {**vals, "cycle_code_mnemonic": cycle}
        if former and (self._partner_of_repeating_codes() or day != vals[DAY]):
            # The day that it was understood as at that time, and may have been amended to.
            vals = {**vals, DAY: former.disbursement_schedule_date}
        envelope = super()._declare(values, vals, total)
        if not envelope.schedule_date_sent:
            envelope.sudo().write({"cycle_code_sent": code, "schedule_date_sent": day})
        return envelope

    @api.model
    def _declared_as(self, vals, code, day):
        """The live envelope that was declared under this code for this day, or no record.

        Where codes repeat, only one that still waits for payments.
        """
        live = [
            ("program_id", "=", vals["program_id"]),
            *LIVE.domain(),
        ]
        as_sent = [("cycle_code_sent", "=", code), ("schedule_date_sent", "=", day)]
        # Nothing was kept of how it was sent: it came from somebody else, or long ago.
        as_ours = [
            ("schedule_date_sent", "=", False),
            ("cycle_code_mnemonic", "=", code),
            (DAY, "=", day),
        ]
        envelopes = self.env["g2p.bridge.envelope"].search(
            Domain(live) & (Domain(as_sent) | Domain(as_ours))
        )
        if self._partner_of_repeating_codes():
            envelopes = envelopes.filtered(lambda envelope: envelope._awaits_payments())
        return envelopes[:1]

    @api.model
    def _is_too_late(self, envelope, today):
        """Its sender declares more than it sends, often on the day itself, and can't amend that.

        So officers can, until the payments that are declared have arrived.
        """
        if envelope._is_taken_otherwise() and envelope._awaits_payments():
            return False
        return super()._is_too_late(envelope, today)

    @api.model
    def _free_cycle_code(self, vals, code, day):
        """Our own code for a new cycle: ``SEP/2027-01-31``, and ``/2`` for one more of that day."""
        stem = f"{code[: MAX_TEXT - ROOM]}/{day}"
        live = [
            ("program_id", "=", vals["program_id"]),
            *LIVE.domain(),
            ("cycle_code_mnemonic", "=like", f"{stem}%"),
        ]
        taken = set(self.env["g2p.bridge.envelope"].search(live).mapped("cycle_code_mnemonic"))
        number, free = 1, stem
        while free in taken:
            number += 1
            free = f"{stem}/{number}"
        return free

    @api.model
    def _known_disbursements(self, envelope, keys):
        known = super()._known_disbursements(envelope, keys)
        partner = self._partner_of_repeating_codes()
        if not partner:
            return known
        names = self.env["g2p.bridge.sender.id"].sudo()
        others = names._paid_under(partner, [key for key in keys if key and key not in known])
        return {**known, **{key: (ours, ELSEWHERE) for key, ours in others.items()}}

    @api.model
    def _check_rows(self, envelope, rows, amounts, keys, known, reissuable=()):
        if None in keys and self._partner_of_repeating_codes():
            keyless = [index for index, key in enumerate(keys) if not key]
            self._refuse_rows(rows, dict.fromkeys(keyless, ["INVALID_MIS_REFERENCE_NUMBER"]))
        return super()._check_rows(envelope, rows, amounts, keys, known, reissuable)

    @api.model
    def _insert(self, envelope, rows, amounts, keys, former):
        references = super()._insert(envelope, rows, amounts, keys, former)
        partner = self._partner_of_repeating_codes()
        if partner:
            names = self.env["g2p.bridge.sender.id"].sudo()
            names._remember_payments(partner, list(zip(keys, references, strict=True)))
        return references
