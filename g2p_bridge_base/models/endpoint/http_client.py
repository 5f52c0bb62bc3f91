# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
import ssl
from urllib.parse import urljoin

import requests
import simplejson
from odoo import api, models
from odoo.tools.translate import LazyTranslate
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from ...lib.diagnosis import Trace, chain
from ...lib.errors import OutcomeUnknown, Rejected, Unavailable
from ...lib.guarded_http import AnswerTooLarge, ForbiddenAddress, GuardedAdapter
from ...lib.networks import parse_networks
from ...networks import server_networks
from ...secret import SecretUnreadable

_lt = LazyTranslate(__name__)
_logger = logging.getLogger(__name__)

#: Answers that prove that the request was turned away before it was processed.
NOT_TAKEN = {425, 429}
#: Failures that happen before the first byte of the request can leave.
NEVER_SENT = (ConnectTimeoutError, NewConnectionError, ssl.SSLCertVerificationError)
#: Bytes that an answer may have: that of a mapper to a million IDs has fewer.
LARGEST_ANSWER = 512 * 2**20
#: System parameter: networks that may be called though they are not public.
NETWORKS = "g2p_bridge.private_networks"
#: Failures of the address itself.
BAD_ADDRESS = (
    requests.exceptions.InvalidURL,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidSchema,
)


#: Kind of a forbidden address → what is said of it.
FORBIDDEN = {
    "own": _lt("is this machine itself"),
    "link": _lt("lies right beside this machine, where clouds hand out their credentials"),
    "private": _lt("lies in a private network"),
    "other": _lt("is no address of a single machine"),
}


def _code_of(error):
    """The code of a failure after the first byte may have left."""
    if isinstance(error, AnswerTooLarge):
        return "ANSWER_TOO_LARGE"
    return "TIMEOUT" if isinstance(error, requests.exceptions.Timeout) else "NO_ANSWER"


def _never_sent(error):
    """Whether a failure, or what caused it, proves that nothing was sent."""
    return any(isinstance(item, NEVER_SENT) for item in chain(error))


class HttpClient(models.AbstractModel):
    """JSON over HTTP to an outside system, each failure mapped to one of three errors.

    One template method, ``_http_call``, and small hooks: what is called
    (``_http_endpoint``), authentication (``_http_headers``), the way of saying no
    (``_http_rejection``), the form of the body (``_http_encode``). Bodies, headers and
    account numbers are never logged.
    """

    _name = "g2p.bridge.http.client"
    _description = "HTTP Client"

    @api.model
    def _http_endpoint(self):
        """:return: the record that says where and how to call, a ``g2p.bridge.endpoint``"""
        raise NotImplementedError(f"{self._name} does not implement _http_endpoint")

    @api.model
    def _http_headers(self, reference=None):
        """Headers of every request; ``reference`` is the idempotency key, if there is one."""
        headers = {"Content-Type": "application/json"}
        credential = self._http_endpoint().sudo().credential
        if credential:
            headers["Authorization"] = f"Bearer {credential}"
        if reference:
            headers["Idempotency-Key"] = reference
        return headers

    @api.model
    def _http_body_headers(self, body, url):
        """Headers that depend on the bytes that are sent: our signature, where it is wanted.

        :param url: where exactly they are posted to
        """
        return self._http_endpoint()._signature_headers(body, url)

    @api.model
    def _http_encode(self, payload):
        """:return: ``payload`` as JSON bytes; Decimals become exact numbers"""
        return simplejson.dumps(payload, use_decimal=True).encode()

    @api.model
    def _http_rejection(self, body):
        """:return: a :class:`Rejected` if a 200 answer says no, else None"""
        return None

    @api.model
    def _http_call(self, path, payload, reference=None):
        """POST ``payload`` as JSON and give back the decoded answer.

        :raises Unavailable: no connection was made, the other side turned us away
            (425, 429), or there is no key to sign with: it certainly did not take the request
        :raises Rejected: any other 4xx, or what ``_http_rejection`` finds
        :raises OutcomeUnknown: everything else, once the first byte may have left
        """
        endpoint = self._http_endpoint()
        if not endpoint.base_url:
            raise Unavailable(
                "NO_ADDRESS", self.env._("No address is configured for %s.", endpoint.name)
            )
        body = self._http_encode(payload)
        url = urljoin(endpoint.base_url.rstrip("/") + "/", path.lstrip("/"))
        try:
            headers = {**self._http_headers(reference), **self._http_body_headers(body, url)}
        except SecretUnreadable as error:
            raise Unavailable("UNREADABLE_CREDENTIAL", str(error)) from None
        response = self._http_traced(endpoint, url, body, headers)
        _logger.info("%s %s answered %s", endpoint.name, path, response.status_code)
        return self._http_read(response)

    @api.model
    def _http_traced(self, endpoint, url, body, headers):
        """Send, and note it for whoever tests the connection (context ``endpoint_trace``)."""
        trace = self.env.context.get("endpoint_trace")
        trace = trace if isinstance(trace, Trace) else None
        if not trace and not endpoint.is_confirmed:
            raise Unavailable(
                "NOT_CONFIRMED",
                self.env._(
                    "%s waits for another administrator's confirmation. Until then only its "
                    "connection is tested.",
                    endpoint.name,
                ),
            )
        seconds = endpoint.read_timeout or 60
        if not trace:
            return self._http_send(url, body, headers, (endpoint.connect_timeout or 10, seconds))
        trace.calls.append((url, None))
        timeouts = (min(endpoint.connect_timeout or 10, trace.seconds), min(seconds, trace.seconds))
        response = self._http_send(url, body, headers, timeouts)
        trace.calls[-1] = (url, response.status_code)
        return response

    @api.model
    def _http_adapter(self, timeouts):
        """:return: what carries the requests, bound to (connect, read) time-outs"""
        return GuardedAdapter(timeouts, self._http_networks(), LARGEST_ANSWER, cut=False)

    @api.model
    def _http_networks(self):
        """The networks that may be called though they are not public: of Settings, and of the
        server's configuration."""
        setting = self.env["ir.config_parameter"].sudo().get_param(NETWORKS)
        try:
            return (*parse_networks(setting), *server_networks())
        except ValueError as error:
            raise Unavailable(
                "INVALID_SETTING",
                self.env._(
                    "The private networks in Settings, or private_networks in the server's "
                    "configuration, are no list of networks: %s",
                    error,
                ),
            ) from error

    @api.model
    def _http_send(self, url, body, headers, timeouts):
        adapter = self._http_adapter(timeouts)
        adapter.has_secret = self._http_endpoint()._carries_secret()
        try:
            with requests.Session() as session:
                session.mount("https://", adapter)
                session.mount("http://", adapter)
                # Without this a .netrc of the server would replace our authorization.
                session.auth = lambda request: request
                # A redirect could carry money or credentials somewhere else: never followed.
                return session.post(url, data=body, headers=headers, allow_redirects=False)
        except ForbiddenAddress as error:
            code = "UNENCRYPTED_SECRET" if error.kind == "plain" else "FORBIDDEN_ADDRESS"
            raise Unavailable(code, self._http_forbidden(error)) from error
        except BAD_ADDRESS as error:
            raise Unavailable("INVALID_ADDRESS", self._http_why(error)) from error
        except (requests.exceptions.InvalidHeader, UnicodeError) as error:
            # Headers are put together before anything is sent.
            raise Unavailable("INVALID_CREDENTIAL", self._http_why(error)) from error
        except requests.exceptions.RequestException as error:
            if _never_sent(error):
                raise Unavailable("CONNECTION_FAILED", self._http_why(error)) from error
            raise OutcomeUnknown(_code_of(error), self._http_why(error)) from error

    @api.model
    def _http_read(self, response):
        status = response.status_code
        if status in NOT_TAKEN:
            raise Unavailable(f"HTTP_{status}", self.env._("The request was turned away."))
        if 400 <= status < 500:
            raise Rejected(f"HTTP_{status}", self._http_error_text(response))
        if status != 200:
            raise OutcomeUnknown(f"HTTP_{status}", self._http_error_text(response))
        try:
            body = simplejson.loads(response.content, use_decimal=True)
        except (ValueError, RecursionError) as error:
            raise OutcomeUnknown("INVALID_ANSWER", self.env._("The answer is not JSON.")) from error
        rejection = self._http_rejection(body)
        if rejection:
            rejection.message = self._http_endpoint()._without_secrets(rejection.message)
            rejection.args = (rejection.message,)
            raise rejection
        return body

    @api.model
    def _http_error_text(self, response):
        """A short, safe text of a refusal: the messages of an ``errors`` list, or the status."""
        try:
            errors = response.json()["errors"]
            text = "; ".join(str(error.get("message", "")) for error in errors)
            # Nobody knows what the other side quotes.
            return self._http_endpoint()._without_secrets(text)[:200]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return f"HTTP {response.status_code}"

    @api.model
    def _http_forbidden(self, error):
        """What a :class:`ForbiddenAddress` means, and what to do, in words."""
        host, address = error.host, error.address
        if error.kind == "plain":
            return self.env._(
                "Nothing was sent: the address begins with http:// and leads over the internet, "
                "where everybody on the way could read the credential. Use https://, or remove "
                "the credential if the other side needs none."
            )
        return self.env._(
            "Nothing was sent: %(target)s %(kind)s. If the service really stands there, an "
            "administrator can add %(network)s to the Private Networks in Settings, or to "
            "private_networks in the server's configuration.",
            target=address
            if host == address
            else self.env._("%(host)s leads to %(address)s, which", host=host, address=address),
            kind=self.env._(FORBIDDEN[error.kind]),
            network=address.partition("%")[0],
        )

    @api.model
    def _http_why(self, error):
        """The kind of failure without the address, which may carry a secret."""
        return type(error).__name__
