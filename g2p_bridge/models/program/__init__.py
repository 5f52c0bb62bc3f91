# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Benefit programs: how each pays, by which policies, and whether it is ready."""

from . import policy_mixin
from . import program
from . import program_readiness
from . import program_identifier
