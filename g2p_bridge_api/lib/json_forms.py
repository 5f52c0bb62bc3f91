# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The same JSON written in other ways, without a digit or a letter of its content changed.

Many senders sign their message before a library writes it into the request, and the library
puts blanks where the signed text has none, or leaves the members in another order. What such a
sender can have signed is one of a few texts that follow from the body. Numbers stand in them
exactly as in the body, and a body in which a name occurs twice has none of them: two readers
could see two messages in it.
"""

from collections.abc import Iterator

import simplejson


class _NotPlain(ValueError):
    """No JSON, or JSON that readers may disagree about."""


def compact_forms(body: bytes, without: str | None = None) -> Iterator[bytes]:
    """The texts that a sender of this body can have signed instead of its bytes.

    No blanks between the parts; members in the order of the body, or sorted by name; letters
    beyond ASCII as ``\\u`` escapes, or as they are (UTF-8).

    :param without: a member at the top that is left out, because it holds the signature
    :return: nothing if the body is no JSON object, or none that is clear
    """
    try:
        content = _parse(body)
        if isinstance(content, dict):
            content.pop(without, None)
            yield from _forms(content)
    except (_NotPlain, ValueError, RecursionError):
        return


def _forms(content):
    for ordered in (False, True):
        text = _written(content, ordered, ascii_only=True)
        yield text.encode()
        if "\\u" in text:  # otherwise it is the same text once more
            try:
                yield _written(content, ordered, ascii_only=False).encode()
            except UnicodeEncodeError:
                continue  # half a surrogate pair has no UTF-8


def _written(content, ordered, ascii_only):
    return simplejson.dumps(
        content,
        separators=(",", ":"),
        sort_keys=ordered,
        ensure_ascii=ascii_only,
        namedtuple_as_object=False,
    )


def _parse(body):
    return simplejson.loads(
        body.decode(),
        # A number is kept as it is written: no digit gets lost, and 1.0 does not become 1.
        parse_int=simplejson.RawJSON,
        parse_float=simplejson.RawJSON,
        parse_constant=_no_number,
        object_pairs_hook=_once_each,
    )


def _once_each(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _NotPlain("a name occurs twice")
    return members


def _no_number(text):
    raise _NotPlain(f"{text} is no number")
