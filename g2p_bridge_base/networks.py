# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The networks that the server's configuration file allows to be called."""

from functools import lru_cache

from .keys import server_options
from .lib.networks import parse_networks

OPTION = "private_networks"


@lru_cache(maxsize=1)
def server_networks():
    """What ``private_networks`` of the section ``[g2p_bridge]`` names; read once.

    :raises ValueError: that is no list of networks
    """
    return parse_networks(server_options().get(OPTION))
