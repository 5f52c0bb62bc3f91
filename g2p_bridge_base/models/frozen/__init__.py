"""What nobody may write: own fields, and rows and files that are final."""

from . import own_fields
from . import frozen_mixin
from . import frozen_file
