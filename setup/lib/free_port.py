# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Finds a TCP port for a server that may have to start again on the same one.

usage: free_port.py [WANTED]
"""

import random
import socket
import sys

#: Below what systems lend to outgoing connections: a server that ends for a moment, as it does
#: in crash tests, finds its port free when it comes back.
PORTS = range(20_000, 32_000)


def free_port(wanted=None):
    """A TCP port on loopback that nothing uses at this moment: the wanted one if it is free."""
    if wanted and _is_free(wanted):
        return wanted
    return next(port for port in random.sample(PORTS, len(PORTS)) if _is_free(port))


def _is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


if __name__ == "__main__":
    print(free_port(*map(int, sys.argv[1:])))
