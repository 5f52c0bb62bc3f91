"""The archive: ended envelopes leave the big tables and stay readable."""

from . import cold_mixin
from . import envelope_archive
from . import disbursement_archive
from . import statement_entry_archive
from . import archive_run
from . import archive_move
from . import archive_sums
from . import statement_archive
from . import entry_archive
