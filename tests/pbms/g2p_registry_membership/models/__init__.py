from . import group_membership
from . import indicators
