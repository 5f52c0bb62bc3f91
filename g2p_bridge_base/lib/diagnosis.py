# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Why an outside system could not be used: from an exception to what a person can mend."""

import socket
import ssl
from dataclasses import dataclass, field

from requests import exceptions as failures
from urllib3.exceptions import ConnectTimeoutError, ReadTimeoutError

from .errors import Rejected

#: What was raised somewhere on the way → cause; the first that fits counts.
_KINDS = (
    (socket.gaierror, "name"),
    (ConnectionRefusedError, "refused"),
    ((failures.SSLError, ssl.SSLError), "tls"),
    ((failures.ConnectTimeout, ConnectTimeoutError), "connect_timeout"),
    ((failures.ReadTimeout, ReadTimeoutError), "read_timeout"),
    ((ConnectionResetError, BrokenPipeError, failures.ChunkedEncodingError), "dropped"),
)
#: Code of a connector's error → cause, where no exception tells more.
_CODES = {
    "NO_ADDRESS": "no_address",
    "FORBIDDEN_ADDRESS": "forbidden",
    "UNENCRYPTED_SECRET": "forbidden",
    "INVALID_SETTING": "forbidden",
    "ANSWER_TOO_LARGE": "answer",
    "INVALID_ADDRESS": "address",
    "INVALID_CREDENTIAL": "credential_form",
    "NO_SIGNING_KEY": "signing_key",
    "HTTP_401": "credential",
    "HTTP_403": "credential",
    "HTTP_404": "path",
    "HTTP_405": "path",
    "HTTP_410": "path",
    "HTTP_425": "busy",
    "HTTP_429": "busy",
    "TIMEOUT": "read_timeout",
    "NO_ANSWER": "dropped",
    "CONNECTION_FAILED": "unreachable",
    "INVALID_ANSWER": "answer",
    "CAPABILITIES": "capabilities",
}


@dataclass(eq=False)
class Trace:
    """What a test has called so far.

    :param seconds: longest wait for one answer while somebody looks at the screen
    :param calls: (address, HTTP status or None while there is no answer)
    """

    seconds: int = 30
    calls: list = field(default_factory=list)


def chain(error):
    """Yield an exception and everything that it wraps, each once."""
    seen, queue = set(), [error]
    while queue:
        item = queue.pop(0)
        if not isinstance(item, BaseException) or id(item) in seen:
            continue
        seen.add(id(item))
        yield item
        queue += [item.__cause__, item.__context__, getattr(item, "reason", None), *item.args]


def cause_of(error):
    """What stands behind a :class:`ConnectorError`, as one word.

    :return: ``name``, ``refused``, ``tls``, ``connect_timeout``, ``read_timeout``, ``dropped``,
        ``unreachable``, ``no_address``, ``address``, ``forbidden``, ``credential_form``,
        ``credential``, ``signing_key``, ``path``, ``busy``, ``redirect``, ``server``, ``answer``,
        ``capabilities``, ``refusal`` for any other no of the other side, else ``other``
    """
    raised = list(chain(error))
    for kinds, cause in _KINDS:
        if any(isinstance(item, kinds) for item in raised):
            return cause
    code = error.code
    if code in _CODES:
        return _CODES[code]
    for start, cause in (("HTTP_3", "redirect"), ("HTTP_5", "server"), ("HTTP_4", "refusal")):
        if code.startswith(start):
            return cause
    return "refusal" if isinstance(error, Rejected) else "other"
