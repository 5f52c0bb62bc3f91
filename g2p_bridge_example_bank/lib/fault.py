# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a fault does, without any database: its kinds, its moments and its lot.

The lot is drawn from the fault's seed, never from chance: the same seed and the same calls
give the same faults again.
"""

import hashlib
from dataclasses import dataclass

#: Faults of one call. Those in ACCEPTED do everything first, and spoil the answer then.
ACCEPTED = (
    "accept_then_timeout",
    "accept_then_500",
    "accept_then_cut",
    "accept_then_half",
    "accept_then_double",
    "accept_then_bad_json",
    "accept_then_html",
    "accept_then_redirect",
)
CALL = ("refuse", "slow", "close", *ACCEPTED)
#: Faults that a batch meets when it comes in, and when it gets into the books.
INTAKE = ("reject_payments",)
BOOKING = ("book_wrong_amount", "book_twice")
#: Faults of a statement's way to the client.
STATEMENT = (
    "statement_late",
    "statement_twice",
    "statement_out_of_order",
    "statement_gap",
    "statement_other_account",
)
#: What the bank does without being called, as an operation of its own.
BOOK, SEND_STATEMENT = "book", "send_statement"
WITHOUT_CALL = {BOOK: BOOKING, SEND_STATEMENT: STATEMENT}
#: Parts of a whole in which lots are counted.
PARTS = 10000


def kinds_of(operation):
    """:return: list of the kinds that can happen in an operation"""
    if operation in WITHOUT_CALL:
        return list(WITHOUT_CALL[operation])
    return [*CALL, *(INTAKE if operation == "initiate_payment" else ())]


def lot(seed, name):
    """:return: a whole number below :data:`PARTS`, the same for the same seed and name"""
    digest = hashlib.sha256(f"{seed}:{name}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % PARTS


@dataclass(frozen=True, slots=True)
class Effect:
    """What a fault does to one call, batch or statement; without a kind: nothing.

    :param seconds: for what comes late
    :param share: per cent of a batch's payments
    """

    kind: str = ""
    seconds: int = 0
    share: float = 0.0
    seed: int = 1

    def picks(self, references):
        """The payments of a batch that the fault hits: at least one, if it hits any share.

        :param references: of all payments that it may hit
        :return: set of references
        """
        picked = {item for item in references if lot(self.seed, item) < self.share * 100}
        if self.share and references and not picked:
            picked.add(min(references, key=lambda item: (lot(self.seed, item), item)))
        return picked
