# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is looked after when a server begins to use a database."""

import logging

from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)

TRIES = 5


def at_start(method):
    """Run a method of a model in a short transaction of its own, and commit it.

    Several processes start at once, so conflicts are repeated. What fails keeps no server
    from starting.
    """
    model, name = method.__self__, method.__name__
    for left in reversed(range(TRIES)):
        try:
            with model.env.registry.cursor() as cr:
                # Whoever starts us may hold a lock itself, and would wait for ever.
                cr.execute("SET LOCAL lock_timeout = '10s'")
                getattr(model.with_env(model.env(cr=cr)), name)()
            return
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as error:
            if not left:
                _logger.error("%s of %s: %s", name, model._name, type(error).__name__)
        except Exception:
            _logger.exception("%s of %s failed at the start", name, model._name)
            return
