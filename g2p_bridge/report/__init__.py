# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is printed: the summary of an envelope.

- ``envelope_figures``: all figures of an envelope at one moment, exactly
- ``envelope_summary``: the page made of them
"""

from . import envelope_figures
from . import envelope_summary
