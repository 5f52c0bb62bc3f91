# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a mapper said about one beneficiary, whatever protocol it speaks."""

from dataclasses import dataclass

from .financial_address import FinancialAddress

#: The mapper does not know the ID, or has no address for it.
NOT_LINKED = "NOT_LINKED"
#: There is an address, and the mapper says that it must not be used.
INACTIVE = "INACTIVE"
#: The mapper refused this one question (an empty ID, say).
ITEM_REJECTED = "ITEM_REJECTED"
#: The answer says nothing of this question, or says that it is not ready.
NO_ANSWER = "NO_ANSWER"
#: Two answers to one question.
DUPLICATE_ANSWER = "DUPLICATE_ANSWER"
#: The answer speaks of another ID than the one that was asked for.
WRONG_ID = "WRONG_ID"

#: In place of all answers: the mapper has taken the questions and will call back.
LATER = "LATER"


@dataclass(frozen=True, slots=True)
class Resolution:
    """The answer to one question "where does this ID want the money?".

    :param address: None where there is none that may be used, or none that can be read
    :param name: what the mapper calls the person or account, "" if it says nothing
    :param reason_code: why there is no address: a code of this module, or of ``reasons``;
        else ""
    :param reason_message: the same in words, the mapper's own where it gave any
    """

    address: FinancialAddress | None
    name: str = ""
    reason_code: str = ""
    reason_message: str = ""

    @property
    def answered(self) -> bool:
        """False where asking again may give an answer; True for all that is final until
        somebody changes the mapper's data."""
        return self.reason_code != NO_ANSWER
