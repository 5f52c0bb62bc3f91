# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal, InvalidOperation

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..report.words import count, exact_amount, percentage

#: States of disbursements that would leave, that never will, and that have left.
LEAVING = ("received", "resolved")
LEFT = ("shipped", "reconciled", "reversed")
#: Rows of each finding that are shown.
ROWS = 10
DEFAULT_RATIO = "2"


class EnvelopePreview(models.Model):
    """The dry run of an envelope: what would be shipped, and what is odd about it.

    Everything is read, nothing is written, and nothing leaves.
    """

    _inherit = "g2p.bridge.envelope"

    def action_preview(self):
        """Open the preview of this envelope."""
        self.ensure_one()
        action = self.env["ir.actions.client"]._for_xml_id("g2p_bridge.envelope_preview_action")
        return {
            **action,
            "name": self.env._("Preview of %s", self.display_name),
            "context": {"active_id": self.id, "active_model": self._name},
        }

    @api.readonly
    def preview_release(self, ratio=DEFAULT_RATIO, compare_with=None):
        """What would be shipped, and the findings that deserve a look before.

        :param ratio: text of a number above 1: from how many times more or less on the amount
            of a beneficiary is a finding
        :param compare_with: record ID of an earlier envelope of the program; by default the
            last one of the same frequency
        :return: dict of texts and links for the screen
        :raises AccessError: the user may not read the envelope or disbursements
        :raises UserError: the ratio is no number above 1
        """
        self.ensure_one()
        self.check_access("read")
        self.env["g2p.bridge.disbursement"].check_access("read")
        ratio = self._preview_ratio(ratio)
        self.env.flush_all()
        earlier = self._preview_earlier()
        former = self._preview_former(earlier, compare_with)
        destinations = self._preview_destinations()
        return {
            "revision": self.sudo()._revision_text(),
            "can_review": self.can_review,
            "head": self._preview_head(),
            "notes": self._preview_notes(destinations),
            "leaving": self._preview_leaving(destinations),
            "staying": self._preview_staying(destinations),
            "ratio": f"{ratio.normalize():f}",
            "former": former.id,
            "earlier": [
                {"id": envelope.id, "name": envelope._preview_name()} for envelope in earlier
            ],
            "findings": [
                *self._preview_inner_findings(ROWS),
                *(self._preview_outer_findings(former, ratio, ROWS) if former else []),
            ],
        }

    # Steps

    def _preview_ratio(self, text):
        try:
            ratio = Decimal(str(text).strip().replace(",", "."))
        except InvalidOperation:
            ratio = Decimal(0)
        if not (ratio.is_finite() and 1 < ratio <= 1000):
            raise UserError(
                self.env._(
                    "The threshold has to be a number above 1, such as 2 or 1.5, and not %s.", text
                )
            )
        return ratio

    def _preview_former(self, earlier, compare_with):
        """The envelope to compare with: the chosen one, else the last of this frequency."""
        if compare_with:
            return earlier.filtered(lambda envelope: envelope.id == compare_with)
        frequency = self.disbursement_frequency
        same = earlier.filtered(lambda envelope: envelope.disbursement_frequency == frequency)
        return (same or earlier)[:1]

    def _preview_name(self):
        day = format_date(self.env, self.disbursement_schedule_date)
        return f"{self.cycle_code_mnemonic}, {day} ({self.display_name})"

    def _preview_head(self):
        return {
            "envelope": self.display_name,
            "program": self.program_id.display_name,
            "cycle": self.cycle_code_mnemonic,
            "date": format_date(self.env, self.disbursement_schedule_date),
            "bank": self.sponsor_bank_id.display_name,
            "account": self.sponsor_bank_account_masked,
        }

    def _preview_notes(self, destinations):
        """[{level, text}]: what stands in the way of shipping, or will."""
        notes = []
        if self.waiting_for:
            notes.append(("info", self.env._("Waiting: %s", self.waiting_for)))
        declared, received = self._declared(), _together(destinations)
        if declared != received:
            notes.append(
                (
                    "danger",
                    self.env._(
                        "Received are %(received)s, declared %(declared)s: nothing leaves "
                        "before both are the same.",
                        received=self._preview_sum(*received),
                        declared=self._preview_sum(*declared),
                    ),
                )
            )
        unresolved = _together(destinations, ("unresolved",))
        if unresolved[0]:
            notes.append(self._preview_note_unresolved(*unresolved))
        return [{"level": level, "text": text} for level, text in notes]

    def _preview_note_unresolved(self, number, amount):
        what = self._preview_sum(number, amount)
        if self.sudo().program_id._policy().unresolved == "hold":
            text = self.env._("Unresolved beneficiaries hold the whole envelope: %s.", what)
            return "danger", text
        return "warning", self.env._("Unresolved beneficiaries would be left out: %s.", what)

    def _preview_leaving(self, destinations):
        """What would be shipped, by kind of account and by bank or provider."""
        total = _together(destinations, LEAVING)
        groups = {}
        for state, kind, place, number, amount in destinations:
            if state in LEAVING:
                former = groups.get((kind, place), (0, Decimal(0)))
                groups[kind, place] = former[0] + number, former[1] + amount
        ordered = sorted(groups.items(), key=lambda group: (-group[1][1], group[0]))
        return {
            "total": self._preview_cells(*total),
            "groups": [
                {
                    "kind": self._preview_kind(kind),
                    "place": place or self.env._("not named"),
                    "share": percentage(self.env, what[1], total[1]),
                    **self._preview_cells(*what),
                }
                for (kind, place), what in ordered
            ],
        }

    def _preview_kind(self, kind):
        if kind:
            line = self.env["g2p.bridge.disbursement"]
            return dict(line._fields["account_type"]._description_selection(self.env))[kind]
        if self.id_mapper_resolution_required:
            return self.env._("Not resolved yet")
        return self.env._("By beneficiary ID")

    def _preview_staying(self, destinations):
        """[{label, count, amount}] of what would not be shipped now, by state."""
        line = self.env["g2p.bridge.disbursement"]
        labels = dict(line._fields["state"]._description_selection(self.env))
        return [
            {"label": labels[state], **self._preview_cells(*_together(destinations, (state,)))}
            for state in ("unresolved", "rejected", *LEFT)
            if _together(destinations, (state,))[0]
        ]

    # Helpers

    def _preview_cells(self, number, amount):
        return {
            "count": count(self.env, number),
            "amount": exact_amount(self.env, amount, self.currency_id),
        }

    def _preview_sum(self, number, amount):
        return self.env._("%(count)s of %(amount)s", **self._preview_cells(number, amount))


def _together(destinations, states=None):
    """(int, Decimal) of the rows in these states, or in any."""
    rows = [row for row in destinations if states is None or row[0] in states]
    return sum(row[3] for row in rows), sum((row[4] for row in rows), Decimal(0))
