# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What may be done with a body whose sender is not proven yet.

Text is cheap to keep and to compare with a signature; what a parser makes of it is not. So a
stranger's message stays small, and a large one is parsed only if its sender has signed its bytes.
"""

import re

from .refusal import Malformed

#: Bytes of a body that comes without a signature or an API key in its HTTP headers.
STRANGERS_BYTES = 64 * 2**10
#: Bytes of a body that is parsed to see whether its signature is over another way of writing it.
REWRITTEN_BYTES = 4 * 2**20
#: Objects and lists of a message for each item that it may have, and besides.
PIECES_OF_ITEM, PIECES = 4, 1000
#: Members that name the sender, in both dialects.
_SENDER = re.compile(rb'"(?:sender_id|sender_app_mnemonic)"\s*:\s*"([^"\\]{1,1020})"')


def claimed_sender(body: bytes) -> str:
    """:return: who sent a message, as its text says without being parsed, "" if it does not

    A claim, to look for a key by. What the parsed message says is compared with it.
    """
    found = _SENDER.search(body)
    try:
        return found[1].decode() if found else ""
    except UnicodeDecodeError:
        return ""


def check_pieces(body: bytes, most_items: int):
    """Refuse what would be small as a text and large as objects.

    Brackets within texts count as well, of which an honest message has few.

    :raises Malformed: far more lists and objects than a message of so many items has
    """
    most = PIECES_OF_ITEM * most_items + PIECES
    if body.count(b"{") + body.count(b"[") > most:
        raise Malformed(f"The body has more than {most} lists and objects. Send it in parts.")
