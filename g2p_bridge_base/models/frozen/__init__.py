# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What nobody may write.

- ``own_fields``: fields that only code writes
- ``frozen_mixin``: rows that are final, by triggers of the database
- ``frozen_file``: stored files of such rows
"""

from . import own_fields
from . import frozen_mixin
from . import frozen_file
