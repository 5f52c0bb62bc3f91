# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A look through the parts of a workbook before anything keeps what is in them.

The package that reads workbooks keeps some parts as a whole, and of a sheet all that lies
between two rows. So a workbook of a few megabytes could fill the memory of the server. Here
each part passes by once, piece by piece, and nothing of it is kept.

defusedxml refuses document types as well, and nothing else of this: a workbook of 78 kB with five
million elements in one row still takes more than a gigabyte. It makes reading a third slower.
"""

import zipfile
from xml.parsers import expat

#: Elements, and bytes, that a part may have between two rows (or two texts that cells share);
#: other parts may have as many in all.
MAX_ELEMENTS = 250_000
MAX_BYTES = 16 * 2**20
#: Rows, and texts that cells share, that one part may have.
MAX_ROWS = 1_048_576
MAX_TEXTS = 4_000_000

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_ROW, _TEXT = f"{_MAIN} row", f"{_MAIN} si"
_PIECE = 64 * 1024


class Odd(ValueError):
    """A part holds what no table of payments needs."""


def survey(archive: zipfile.ZipFile) -> None:
    """Look through all parts. What is no XML is left to whoever reads it.

    :raises Odd: a part has a document type (and with it perhaps entities), or far more than
        rows of payments need
    """
    for part in archive.infolist():
        if not part.is_dir():
            with archive.open(part) as stream:
                _Survey(part.file_size).read(stream)


class _Survey:
    def __init__(self, size):
        self._size = size
        self._elements = self._bytes = self._rows = self._texts = 0
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.ordered_attributes = True
        self._parser.StartElementHandler = self._start
        self._parser.StartDoctypeDeclHandler = self._refuse

    def read(self, stream):
        try:
            while piece := stream.read(_PIECE):
                self._bytes += len(piece)
                self._parser.Parse(piece)
                if self._bytes > MAX_BYTES:
                    self._refuse()
        except expat.ExpatError as error:
            # Other packages know more encodings.
            if self._size > MAX_BYTES:
                raise Odd from error

    def _start(self, name, _attributes):
        if name == _ROW:
            self._rows += 1
        elif name == _TEXT:
            self._texts += 1
        else:
            self._elements += 1
            if self._elements > MAX_ELEMENTS:
                self._refuse()
            return
        self._elements = self._bytes = 0
        if self._rows > MAX_ROWS or self._texts > MAX_TEXTS:
            self._refuse()

    def _refuse(self, *_details):
        raise Odd
