"""Files of disbursements that people upload: checked as a whole, then taken."""

from . import import_sentences
from . import import_file
from . import import_check
from . import import_job
from . import import_error
from . import import_envelope
from . import import_audit
