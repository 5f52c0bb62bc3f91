# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import format_date

from ..formats import money_words


class EntryMatchWords(models.TransientModel):
    """What the window says of a payment, or of a whole batch, that was chosen."""

    _inherit = "g2p.bridge.entry.match"

    def _other_lines(self, chosen):
        payments, batches = self.env["g2p.bridge.disbursement"], self.env["g2p.bridge.bank.batch"]
        if chosen._name == batches._name:
            return self.entry_id._lines_of(payments, chosen)
        return self.entry_id._lines_of(chosen, batches)

    def _refusal(self, entry, about):
        if about._name == "g2p.bridge.bank.batch":
            return entry._whole_refusal(about)
        return entry._match_refusal(about)

    def _known_words(self, entry, about):
        """The choice in words: how much, to whom, what became of it."""
        known = self._facts(entry, about)
        if about._name == "g2p.bridge.bank.batch":
            return self.env._(
                "%(batch)s: %(payments)s of %(total)s have left, on %(day)s.",
                batch=about.display_name,
                payments=entry._counted_words(known.batch_count),
                total=money_words(known.batch_currency, known.batch_total),
                day=_day(self.env, about.payment_date),
            )
        texts = [
            self.env._(
                "%(payment)s: %(money)s to %(name)s. It is %(state)s.",
                payment=known.payment,
                money=money_words(known.paid_currency, known.paid),
                name=about.beneficiary_name or about.name_from_mapper or about.beneficiary_id,
                state=entry._state_words(known.state),
            )
        ]
        if about.bank_batch_id.payment_date:
            day = _day(self.env, about.bank_batch_id.payment_date)
            texts.append(self.env._("It was handed to the bank for %s.", day))
        if known.reissue:
            texts.append(entry._reissue_words(known))
        return " ".join(texts)

    def _meaning_words(self, entry, about):
        """What confirming means for the choice."""
        if about._name == "g2p.bridge.bank.batch":
            payments = entry._counted_words(self._facts(entry, about).batch_count)
            if entry._is_back():
                return self.env._(
                    "The whole batch came back: %s count as reversed, once another person of "
                    "finance has confirmed it.",
                    payments,
                )
            return self.env._("The whole batch was debited: %s count as reconciled.", payments)
        if entry._is_back():
            return self.env._(
                "The payment came back: it counts as reversed, and can be reissued, once another "
                "person of finance has confirmed it."
            )
        return self.env._("The payment was made: it counts as reconciled.")

    def _warning_words(self, entry, about):
        """What a person has to be sure of before confirming, one sentence after the other."""
        if about._name == "g2p.bridge.bank.batch":
            return
        known = self._facts(entry, about)
        gap = known.paid - known.amount
        if gap:
            amounts = {
                "gap": money_words(known.currency, gap),
                "own": money_words(known.currency, known.amount),
                "paid": money_words(known.paid_currency, known.paid),
            }
            yield self.env._(
                "You accept that only %(own)s of %(paid)s came back. The whole payment counts as "
                "reversed, and a reissue pays %(paid)s again. The %(gap)s that are missing are "
                "spent: the bridge does not claim them back.",
                **amounts,
            )
        if known.reissue and not entry._is_back():
            yield self.env._(
                "You say that this payment was made as well as its reissue %(reissue)s, which is "
                "%(state)s: if both are paid, the person has the money twice. Stop the reissue if "
                "it has not left, or claim the money back. If it comes back, that line is matched "
                "by itself.",
                reissue=known.reissue,
                state=entry._state_words(known.reissue_state),
            )
        if entry.disbursement_id and entry.disbursement_id != about:
            yield self.env._(
                "The line names %(named)s, not %(chosen)s.",
                named=entry.disbursement_id.display_name,
                chosen=about.display_name,
            )

    def _facts(self, entry, about):
        is_batch = about._name == "g2p.bridge.bank.batch"
        return entry._known(**{"batch" if is_batch else "payment": about})[entry.id]


def _day(env, day):
    """A date whose month is a word: 12/01 is read in two ways."""
    return format_date(env, day, date_format="medium")
