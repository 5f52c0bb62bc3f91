# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The two ways in which the bank says no to a request."""

ACCOUNT_NOT_FOUND = "Account not found"
INSUFFICIENT_FUNDS = "Insufficient funds"
BLOCK_MISMATCH = "Invalid funds block reference or mismatch in details"


class Refused(Exception):
    """The bank understood the request and does not do it.

    Answered as HTTP 200 with ``status: failed``; the text becomes ``error_message``.
    """


class MalformedRequest(Exception):
    """The request is not of the documented shape: HTTP 400.

    :param messages: one text for every fault that was found
    """

    def __init__(self, *messages):
        super().__init__(*messages)
        self.messages = messages
