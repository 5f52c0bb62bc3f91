# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One call as it came in, whatever its dialect."""

from collections.abc import Mapping
from dataclasses import dataclass

#: OpenG2P's bridge 1.x: header and message.
G2P_CONNECT = "g2p_connect"
#: The newer PBMS: request_header and request_body.
GEN_2 = "gen_2"


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked of the bridge, before anybody has checked who asks.

    :param dialect: ``G2P_CONNECT`` or ``GEN_2``
    :param operation: what is to be done, as in the path: ``create_disbursements``
    :param body: the exact bytes; signatures are over these and nothing else
    :param headers: HTTP headers, names in lower case
    :param address: the caller's network address
    :param sender_id: who the caller says it is
    :param message_id: its own name for this message
    :param message_ts: when it says that it was written, as sent
    :param action: what it says that it asks for, "" where the dialect has none
    :param version: of the message, "" where the dialect has none
    :param total_count: how many items it says that it sends, None where it does not say
    :param count: how many items there are
    :param signature: the ``signature`` member of the body, "" if there is none
    :param signer_id: the partner whose signature over these bytes was found before they were
        parsed, 0 if that was not looked for or is none
    :param address_partner_id: the partner whose secret address was called, 0 if it was none
    """

    dialect: str
    operation: str
    body: bytes
    headers: Mapping[str, str]
    address: str
    sender_id: str
    message_id: str
    message_ts: str
    action: str = ""
    version: str = ""
    total_count: int | None = None
    count: int = 1
    signature: str = ""
    signer_id: int = 0
    address_partner_id: int = 0
