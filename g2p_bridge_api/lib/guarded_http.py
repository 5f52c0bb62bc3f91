"""HTTP to addresses that others have given us: where it may go, and for how long.

Whoever names the address of a webhook could name our own database. So the network address
is judged after the name was looked up and the connection stands, before the first byte
leaves: no answer of a name server in between makes a difference.
"""

import ipaddress
import socket
import threading

import requests
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

#: IPv6 addresses that a gateway translates to the IPv4 address in their last four bytes.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class ForbiddenAddress(requests.exceptions.InvalidURL):
    """The server's name leads to a network address that must not be called."""


def parse_networks(text):
    """The networks in a text like ``10.1.0.0/16, 127.0.0.1``.

    :raises ValueError: one of them is none
    """
    return tuple(ipaddress.ip_network(part) for part in (text or "").replace(",", " ").split())


def is_allowed(address, networks=()):
    """Whether an IP address is a public one, or in a network that is allowed by name."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if ip.version == 6 and ip in _NAT64:
        ip = ipaddress.ip_address(int(ip) & 0xFFFFFFFF)
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if any(ip.version == network.version and ip in network for network in networks):
        return True
    return ip.is_global and not ip.is_multicast


def check_host(host, port, networks=()):
    """:raises ForbiddenAddress: the name leads, among others, to a forbidden address
    :raises OSError: the name leads nowhere
    """
    for *_kind, (address, *_rest) in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        if not is_allowed(address, networks):
            raise ForbiddenAddress("The server's name leads to an address that is not public.")


class GuardedAdapter(requests.adapters.HTTPAdapter):
    """Sends requests to allowed addresses only, within a time that is bounded as a whole.

    :param timeouts: (connect, read) in seconds
    :param networks: networks that are allowed though they are not public
    :param most: bytes of an answer that are read, the rest is left where it is
    """

    def __init__(self, timeouts, networks=(), most=1024):
        self._timeouts, self._networks, self._most = timeouts, networks, most
        self._sockets, self._hung_up = [], threading.Event()
        super().__init__()

    def init_poolmanager(self, *args, **kwargs):
        super().init_poolmanager(*args, **kwargs)
        http, https = _guarded_pools(self._admit)
        self.poolmanager.pool_classes_by_scheme = {"http": http, "https": https}

    def send(self, request, **kwargs):
        """As the adapter of requests; the answer holds the beginning of the body only."""
        kwargs.update(timeout=self._timeouts, stream=True)
        # Time-outs count from byte to byte: somebody may send one each minute, for ever.
        watch = threading.Timer(sum(self._timeouts), self._hang_up)
        watch.daemon = True
        watch.start()
        try:
            response = super().send(request, **kwargs)
            if self._hung_up.is_set():
                # What looks like the end of the headers is where we hung up.
                raise requests.exceptions.ReadTimeout("The answer took too long.")
            try:
                response._content = response.raw.read(self._most, decode_content=False)
            except (HTTPError, OSError):
                response._content = b""  # the status has said what counts
            response._content_consumed = True
            response.raw.close()
            return response
        finally:
            watch.cancel()
            while self._sockets:
                self._sockets.pop().close()

    def _admit(self, sock):
        # A twin, because encryption takes the socket itself away from us.
        self._sockets.append(sock.dup())
        if not is_allowed(sock.getpeername()[0], self._networks):
            sock.close()
            raise ForbiddenAddress("The server's name leads to an address that is not public.")
        return sock

    def _hang_up(self):
        self._hung_up.set()
        for sock in list(self._sockets):
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it is closed already


def _guarded_pools(admit):
    """Connection pools whose connections ``admit`` a socket before they use it."""

    class PlainConnection(HTTPConnection):
        def _new_conn(self):
            return admit(super()._new_conn())

    class SafeConnection(HTTPSConnection):
        def _new_conn(self):
            return admit(super()._new_conn())

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = PlainConnection

    class SafePool(HTTPSConnectionPool):
        ConnectionCls = SafeConnection

    return PlainPool, SafePool
