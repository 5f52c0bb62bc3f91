# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The least approval that the server's configuration asks for, whatever is set on screens."""

import logging
from functools import lru_cache

from odoo.addons.g2p_bridge_base.keys import server_options

from .lib.policy import STRICTNESS

_logger = logging.getLogger(__name__)

OPTION = "approval_floor"


@lru_cache(maxsize=1)
def approval_floor() -> str:
    """What ``approval_floor`` of the section ``[g2p_bridge]`` says; read once.

    :return: one of :data:`STRICTNESS`; without the option the mildest. What can't be read counts
        as the strictest: a slip of the pen must not let money out.
    """
    text = (server_options().get(OPTION) or STRICTNESS[0]).strip().lower()
    if text in STRICTNESS:
        return text
    _logger.error(
        "%s in odoo.conf is %r, but has to be one of %s: %s counts until it is mended",
        OPTION,
        text,
        ", ".join(STRICTNESS),
        STRICTNESS[-1],
    )
    return STRICTNESS[-1]
