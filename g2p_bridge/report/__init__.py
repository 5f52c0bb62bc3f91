from . import envelope_figures
from . import envelope_summary
from . import envelope_summary_tables
