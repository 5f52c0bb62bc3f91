# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What to do about each cause of a failed connection test, in words for an administrator."""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

#: Cause as of ``lib.diagnosis`` → what it means and what to do.
ADVICE = {
    "name": _lt(
        "The name of the server in the address is not known. Check its spelling, and that this "
        "machine can look up names (DNS)."
    ),
    "refused": _lt(
        "The machine answers, but nothing listens at this port. Check the port in the address, "
        "and that the service on the other side is running."
    ),
    "unreachable": _lt(
        "The machine could not be reached. Check the address, the network and the firewall "
        "between here and there."
    ),
    "tls": _lt(
        "The encrypted connection failed: the certificate is expired, belongs to another name or "
        "is signed by somebody this machine does not trust, or the port speaks http instead of "
        "https."
    ),
    "connect_timeout": _lt(
        "No connection came about in time. Usually a firewall swallows the request: have this "
        "machine admitted by the other side."
    ),
    "read_timeout": _lt(
        "The request went out, but no answer came in time. Ask the other side whether it is "
        "overloaded, or raise the answer time-out."
    ),
    "dropped": _lt(
        "The other side hung up without an answer. Check that the port speaks http or https as "
        "the address says, and ask for its log."
    ),
    "no_address": _lt("Enter the address that the other side has given you."),
    "address": _lt("Write the address in full, beginning with https:// and the server's name."),
    "credential_form": _lt(
        "The credential has characters that cannot be sent. Replace it: perhaps a line break or a "
        "blank was copied along."
    ),
    "signing_key": _lt(
        "Requests to this address are to be signed. Make a key under Configuration > Signing "
        "Keys and have it sign, or do without signatures if the other side does not ask for them."
    ),
    "credential": _lt(
        "The other side does not accept the credential. Replace it, and ask whether it is valid "
        "for this environment and for this machine's address."
    ),
    "path": _lt(
        "The server answers, but knows nothing under this path. Compare the end of the address "
        "with what the other side has given you."
    ),
    "redirect": _lt(
        "The server points to another address. Redirects are never followed, for they could carry "
        "money elsewhere: enter the final address, often with https instead of http."
    ),
    "busy": _lt("The other side asks for patience. Try again in a few minutes."),
    "server": _lt(
        "The other side has an error of its own. Try again later; if it stays, ask them for their "
        "log."
    ),
    "answer": _lt(
        "Something answers, but not in the way that this connector expects. Check that the "
        "address is that of the right service, and the connector that of the right bank."
    ),
    "refusal": _lt("The other side understood the question and said no: see its answer."),
    "other": _lt("Check the address, the credential and that the other side is up."),
}
