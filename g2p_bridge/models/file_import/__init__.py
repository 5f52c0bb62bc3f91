# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Files of disbursements that people upload: checked as a whole, then taken."""

from . import import_sentences
from . import import_file
from . import import_check
from . import import_job
from . import import_error
from . import import_envelope
from . import import_audit
