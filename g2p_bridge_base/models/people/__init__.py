"""People: their roles, their second factor, and how often it is asked."""

from . import res_users
from . import second_factor
from . import res_company
