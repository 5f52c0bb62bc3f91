# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What nobody may write: own fields, and rows and files that are final."""

from . import own_fields
from . import frozen_mixin
from . import frozen_file
