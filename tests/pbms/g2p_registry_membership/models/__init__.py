from . import group_membership
