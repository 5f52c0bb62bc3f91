"""What is printed: the summary of an envelope.

- ``envelope_figures``: all figures of an envelope at one moment, exactly
- ``envelope_summary``: the page made of them
"""

from . import envelope_figures
from . import envelope_summary
