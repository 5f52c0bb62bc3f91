# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What waits, is tried and ends: the steps with an outside effect, and their queue."""

from . import durable_mixin
from . import to_do_mixin
from . import step_mixin
from . import step_queue
from . import step_waiting
from . import step_words
from . import batch_mixin
