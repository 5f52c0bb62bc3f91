# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Steps: work outside this database that is done at most once and never forgotten.

- ``step_states``: what a step's states mean, their groups, and how it may move
- ``step_mixin``: the protocol of every step: claim, mark, call, record, ask
- ``step_queue``: how steps get their jobs, also when one is lost
- ``batch_mixin``: a step that carries many disbursements of one envelope
- ``durable_mixin``: work in a job that is committed part by part
- ``activity_mixin``: a record on whose page people are asked for help
- ``money_begun``: SQL for triggers: whether money has begun to move
"""

from . import durable_mixin
from . import activity_mixin
from . import step_mixin
from . import step_queue
from . import batch_mixin
