# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The archive: settled envelopes leave the big tables and stay readable.

* ``archive_mixin``: a table of archived rows beside the one of live rows
* ``archived_disbursement``, ``archived_entry``: these tables
* ``archive_run``: one way of an envelope's rows there, or back
* ``envelope_archive``: which envelopes may go, and what waits for them
"""

from . import archive_mixin
from . import archived_disbursement
from . import archived_entry
from . import archive_run
from . import envelope_archive
