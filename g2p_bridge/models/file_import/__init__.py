# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Files of disbursements that people upload: checked as a whole, then taken as a whole.

* ``import_file``: the record; its pieces are ``import_check`` (what is wrong with the file) and
  ``import_job`` (the work on it)
* ``import_error``: one thing that is wrong; ``import_sentences`` says it in words
* ``import_envelope``: the envelope's files
"""

from . import import_sentences
from . import import_file
from . import import_check
from . import import_job
from . import import_error
from . import import_envelope
