# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The three ways in which a call to an outside system can fail.

Each one means exactly one thing, because the answer to "may we send it again?"
depends on nothing else. A connector maps every failure to one of them; whatever
it lets through untranslated is treated as :class:`OutcomeUnknown`.
"""


class ConnectorError(Exception):
    """Base of the three errors.

    :param code: short machine-readable reason, upper case, e.g. ``INSUFFICIENT_FUNDS``
    :param message: the sentence that the other side gave, or ours; never a secret
    """

    def __init__(self, code, message=""):
        super().__init__(message or code)
        self.code = code
        self.message = message or code


class Rejected(ConnectorError):
    """The other side understood the request and said no. Nothing was done."""


class Unavailable(ConnectorError):
    """The request certainly was not taken: sending it again is safe."""


class OutcomeUnknown(ConnectorError):
    """The request may have been taken: ask by reference before sending anything."""


class NoSigningKey(Unavailable):
    """Nothing was sent, because there is no key to sign it with."""
