"""The archive: ended envelopes leave the big tables and stay readable."""

from . import archive_mixin
from . import envelope_archive
from . import archived_disbursement
from . import archived_entry
from . import archive_run
from . import archive_move
from . import archive_sums
from . import statement_archive
from . import entry_archive
