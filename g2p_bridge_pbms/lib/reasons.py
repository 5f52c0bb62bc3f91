# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Why a payment was not made or came back, in words that an officer can act on."""

from odoo.tools.translate import LazyTranslate

from odoo.addons.g2p_bridge.lib.reasons import GONE, REASONS, reason_words

_lt = LazyTranslate(__name__)

#: State of the disbursement → what it means for the payment.
MEANINGS = {
    "unresolved": _lt("There is no address to pay to."),
    "rejected": _lt("The bank refused the payment."),
    "reversed": _lt("The bank returned the money."),
    "cancelled": _lt("It was cancelled before it was sent to the bank."),
}


def failure_words(env, state, code):
    """Why a disbursement in a final state other than paid was not paid.

    :param state: unresolved, rejected, reversed or cancelled
    :param code: its reason code, or the bank's own words, or an empty text
    """
    if code == GONE:
        return reason_words(env, code)  # the bank has never heard of it
    words = [env._(MEANINGS[state])]
    if code and state != "cancelled":
        # Banks may give a reason in their own words: these stay as they are.
        own = code not in REASONS and " " in code
        words.append(code if own else reason_words(env, code))
    return " ".join(words)
