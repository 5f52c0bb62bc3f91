"""People: their second factor, and how often it is asked."""

from . import second_factor
from . import second_factor_policy
