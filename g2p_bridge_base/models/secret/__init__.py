# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Secrets: kept sealed, shown to nobody."""

from . import secret_mixin
from . import secret_show
