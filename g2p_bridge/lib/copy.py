"""PostgreSQL's COPY text format, from Python values."""

import io

ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": ""})


def copy_line(*values):
    """One line of COPY input; None is NULL."""
    return (
        "\t".join(["\\N" if value is None else str(value).translate(ESCAPES) for value in values])
        + "\n"
    )


class CopyStream(io.TextIOBase):
    """Lines from a generator as the file that COPY reads, a piece at a time."""

    def __init__(self, lines):
        self._lines = iter(lines)
        self._rest = ""

    def read(self, size=-1):
        pieces, length = [self._rest], len(self._rest)
        for line in self._lines:
            pieces.append(line)
            length += len(line)
            if 0 <= size <= length:
                break
        text = "".join(pieces)
        cut = len(text) if size < 0 else size
        self._rest = text[cut:]
        return text[:cut]
