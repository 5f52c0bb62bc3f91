# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Secrets: kept sealed, shown to nobody.

- ``secret_mixin``: models with fields of ``secret.py``
- ``secret_show``: the window that shows a new one, once
"""

from . import secret_mixin
from . import secret_show
