"""Secrets: kept sealed, shown to nobody.

- ``secret_mixin``: models with fields of ``secret.py``
- ``secret_show``: the window that shows a new one, once
"""

from . import secret_mixin
from . import secret_show
