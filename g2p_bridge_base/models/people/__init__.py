# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""People: their roles, their second factor, and how often it is asked."""

from . import res_users
from . import second_factor
from . import res_company
