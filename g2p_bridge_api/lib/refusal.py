# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How a call is refused before an operation sees it."""

#: Code of a request that is not the message that it should be.
MALFORMED = "G2P-REQ-102"
#: Mistakes that are named in one refusal.
MOST_MESSAGES = 20


class Refusal(Exception):
    """A call that is not carried out, and changes nothing.

    :param str code: of the header, such as ``rjct.signature.invalid``, or of a malformed
        request, such as ``G2P-REQ-102``
    :param str message: what is wrong with which field and what to do, for an integrator
    :param int status: HTTP status of the answer; a rejection by a header code is 200
    :param partner: who is refused, if it has proven who it is
    """

    def __init__(self, code, message, status=200, partner=None):
        super().__init__(message)
        self.partner = partner
        self.code = code
        self.message = message
        self.status = status


class Malformed(Refusal):
    """A request that can't be read as the message that it should be.

    :param messages: what is wrong, one sentence for each mistake
    """

    def __init__(self, *messages):
        more = len(messages) - MOST_MESSAGES
        if more > 0:
            messages = (*messages[:MOST_MESSAGES], "There are more mistakes than these.")
        self.messages = [f"Invalid Input. {message}" for message in messages]
        super().__init__(MALFORMED, " ".join(self.messages), 400)
