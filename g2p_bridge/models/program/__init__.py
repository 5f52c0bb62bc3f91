# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Benefit programs: how each pays, by which policies, and whether it is ready.

- ``policy_mixin``: the policies as fields, from ``lib.policy``, which says each of them once
- ``program``: the record: bank, account, mapper, people
- ``program_readiness``: what is missing before a first envelope can be paid
- ``program_account``: which statements are its own, however the bank spells its account
- ``policy_parameter``: the policies of Settings, and what a change of them means
"""

from . import policy_mixin
from . import program
from . import program_readiness
from . import policy_parameter
from . import program_account
