# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The bridge's envelope, as PBMS's cycle needs it."""

from . import envelope
from . import envelope_archive
from . import envelope_report_back
