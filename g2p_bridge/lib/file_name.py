# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Names of files, as others have given them."""

import re

MAX_NAME = 255
_FOLDERS = re.compile(r".*[/\\]", re.DOTALL)


def clean_name(name: str | None) -> str:
    """A file's name without folders, and without what a database or a screen can't show."""
    shown = "".join(letter for letter in name or "" if letter.isprintable())
    return _FOLDERS.sub("", shown)[:MAX_NAME]
