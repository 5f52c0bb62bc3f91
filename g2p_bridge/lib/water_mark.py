# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How far the database's log had come, kept outside the database.

A log that is behind this mark was set back: what was done in between is missing.
"""

import os
import tempfile
from pathlib import Path


class WaterMark:
    """A file with one number that only grows, as far as the file's writers see.

    :param folder: where files of this server are kept
    :param name: of the database, whatever it is called: part of the file's name
    """

    def __init__(self, folder, name: str):
        self._path = Path(folder) / "g2p_bridge" / f"{name}.mark"

    def read(self) -> int:
        """The mark; 0 if there is none, or none that can be read."""
        try:
            return int(self._path.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return 0

    def write(self, position: int) -> bool:
        """Keep another mark; whole or not at all.

        :return: False if the folder can't be written to
        """
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(
                "w", dir=self._path.parent, encoding="ascii", delete=False
            ) as file:
                file.write(str(position))
            os.replace(file.name, self._path)
        except OSError:
            return False
        return True
