"""What nobody may write.

- ``own_fields``: fields that only code writes
- ``frozen_mixin``: rows that are final, by triggers of the database
- ``frozen_file``: stored files of such rows
"""

from . import own_fields
from . import frozen_mixin
from . import frozen_file
