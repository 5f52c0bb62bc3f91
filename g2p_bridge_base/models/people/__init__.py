# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""People: their roles, their second factor, and how often it is asked.

- ``res_users``: who has which role
- ``second_factor``: asking for a code, and taking it as proof
- ``res_company``: when a company asks for one
"""

from . import res_users
from . import second_factor
from . import res_company
