"""The bridge's envelope, as PBMS's cycle needs it."""

from . import envelope
from . import envelope_archive
from . import envelope_report_back
