# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a client answers to a statement: that it has it, or why it does not take it."""


def refusal(answer):
    """Read the answers of both bridges.

    Ours says ``{"status": "success"}``, or ``failed`` with ``error_code`` and ``error_message``.
    OpenG2P's says ``{"header": {"status": "succ"}, "message": "<its ID of the statement>"}``, or
    ``rjct`` with the code as message.

    :param answer: decoded from JSON
    :return: None if the client has the statement; else what it says against it, perhaps ""
    """
    answer = answer if isinstance(answer, dict) else {}
    header = answer.get("header")
    if isinstance(header, dict):
        if header.get("status") == "succ":
            return None
        said = (header.get("status_reason_code"), header.get("status_reason_message"))
        return _text(*said, answer.get("message"))
    if answer.get("status") == "success":
        return None
    return _text(answer.get("error_code"), answer.get("error_message"))


def _text(*parts):
    return " ".join(part for part in parts if part and isinstance(part, str))
