"""At debug level Odoo logs the arguments of every call from outside.

What is called on records of the bridge holds secrets that somebody has just typed, and full
account numbers: of these calls the log tells which records and which method, and no more.
"""

import logging

OURS = "g2p.bridge."


class HideArguments(logging.Filter):
    """Takes the arguments of calls on our models out of Odoo's log of calls."""

    def filter(self, record):
        if isinstance(record.args, tuple) and len(record.args) == 3:
            called, method, _arguments = record.args
            if getattr(called, "_name", "").startswith(OURS):
                record.args = (called, method, "…")
        return True


logging.getLogger("odoo.service.model").addFilter(HideArguments())
