"""Benefit programs: how each pays, by which policies, and whether it is ready."""

from . import policy_mixin
from . import program
from . import program_readiness
from . import program_identifier
