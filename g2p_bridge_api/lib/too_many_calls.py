# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How a partner that calls too often is asked to wait."""

from .refusal import Refusal


class TooManyCalls(Refusal):
    """A call that may be made again a little later.

    :param int retry_after: seconds to wait, for the header ``Retry-After``
    """

    def __init__(self, message, retry_after):
        super().__init__("G2P-REQ-429", message, 429)
        self.retry_after = retry_after
