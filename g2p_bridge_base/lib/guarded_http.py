# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""HTTP to addresses that people have entered: where it may go, how long and how much.

A name is looked up once, all that it leads to is judged, and the connection goes to an
address that was judged: no answer of a name server in between makes a difference.
"""

import socket
import threading
from contextlib import contextmanager

import requests
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, NewConnectionError

from .networks import forbidden_kind, leads_outside

_PIECE = 64 * 1024


class ForbiddenAddress(Exception):
    """A server's name leads to a network address that must not be called.

    Not one of the errors of the packages below, which would wrap it.

    :param kind: see :func:`.networks.forbidden_kind`; ``plain`` for a public address to which
        a secret would travel unencrypted
    """

    def __init__(self, host, address, kind):
        super().__init__(f"{host}: {address} ({kind})")
        self.host, self.address, self.kind = host, address, kind


class AnswerTooLarge(requests.exceptions.RequestException):
    """An answer was longer than any that is waited for."""


def addresses_of(host, port, networks=(), private=False):
    """The network addresses behind a name, in the order in which they are tried.

    :param private: whether a public address is forbidden too
    :raises ForbiddenAddress: one of them is forbidden
    :raises OSError: the name leads nowhere
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(entry[4][0] for entry in found))
    for address in addresses:
        kind = forbidden_kind(address, networks)
        if private and not kind and leads_outside(address, networks):
            kind = "plain"
        if kind:
            raise ForbiddenAddress(host, address, kind)
    return addresses


class GuardedAdapter(requests.adapters.HTTPAdapter):
    """Sends requests to allowed addresses only, within a time that is bounded as a whole.

    Requests go straight to the other side. The proxies of the environment are not used: a
    proxy would look names up by itself, and what we judged would mean nothing.

    :param timeouts: (connect, read) in seconds
    :param networks: networks that are allowed though they are not public
    :param most: bytes of an answer that are read
    :param cut: leave the rest of a longer answer where it is, instead of an error

    Where ``has_secret`` is set, what is not encrypted goes to no public address.
    """

    has_secret = False

    def __init__(self, timeouts, networks=(), most=1024, cut=True):
        self._timeouts, self._networks = timeouts, networks
        self._most, self._cut = most, cut
        self._sockets, self._watches, self._hung_up = [], [], threading.Event()
        super().__init__()

    def init_poolmanager(self, *args, **kwargs):
        super().init_poolmanager(*args, **kwargs)
        http, https = _guarded_pools(self)
        self.poolmanager.pool_classes_by_scheme = {"http": http, "https": https}

    def send(self, request, **kwargs):
        """As the adapter of requests; the answer is read already, or its beginning.

        :raises ForbiddenAddress: nothing was sent
        """
        kwargs.update(timeout=self._timeouts, stream=True, proxies=None)
        with self._watched():
            try:
                response = super().send(request, **kwargs)
            finally:
                self._check_patience()
            response._content = self._read(response)
            response._content_consumed = True
            response.raw.close()
            return response

    def addresses(self, host, port, encrypted):
        """See :func:`addresses_of`."""
        return addresses_of(host, port, self._networks, self.has_secret and not encrypted)

    def admit(self, sock):
        """Take note of a connection: from now on our patience is limited.

        Time-outs count from byte to byte: somebody may send one each minute, for ever.
        """
        # A twin, because encryption takes the socket itself away from us.
        self._sockets.append(sock.dup())
        watch = threading.Timer(sum(self._timeouts), self._hang_up)
        watch.daemon = True
        self._watches.append(watch)
        watch.start()
        return sock

    @contextmanager
    def _watched(self):
        try:
            yield
        finally:
            while self._watches:
                self._watches.pop().cancel()
            while self._sockets:
                self._sockets.pop().close()

    def _hang_up(self):
        self._hung_up.set()
        for sock in list(self._sockets):
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it is closed already

    def _check_patience(self):
        """What looks like the end of an answer may be where we hung up."""
        if self._hung_up.is_set():
            raise requests.exceptions.ReadTimeout("The answer took too long.")

    def _read(self, response):
        if self._cut:
            try:
                return response.raw.read(self._most, decode_content=False)
            except (HTTPError, OSError):
                return b""  # the status has said what counts
        content = bytearray()
        try:
            # Packed answers unpack piece by piece, so that a small one can't become huge.
            for piece in response.iter_content(_PIECE):
                content += piece
                if len(content) > self._most:
                    raise AnswerTooLarge("The answer is too large.")
        except OSError:
            self._check_patience()
            raise
        self._check_patience()
        return bytes(content)


def _guarded_pools(adapter):
    """Connection pools that connect to addresses which ``adapter`` allows."""

    class Guarded:
        encrypted = False

        def _new_conn(self):
            name = self._dns_host
            try:
                addresses = adapter.addresses(name, self.port, self.encrypted)
            except (socket.gaierror, UnicodeError) as error:
                raise NewConnectionError(self, type(error).__name__) from error
            try:
                for left, address in enumerate(addresses, 1 - len(addresses)):
                    # What the connection calls its host is what it looks up; only for now.
                    self._dns_host = address
                    try:
                        return adapter.admit(super()._new_conn())
                    except HTTPError:
                        if not left:
                            raise
            finally:
                self._dns_host = name

    class PlainConnection(Guarded, HTTPConnection):
        pass

    class SafeConnection(Guarded, HTTPSConnection):
        encrypted = True

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = PlainConnection

    class SafePool(HTTPSConnectionPool):
        ConnectionCls = SafeConnection

    return PlainPool, SafePool
