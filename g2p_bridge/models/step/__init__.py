"""What waits, is tried and ends: the steps with an outside effect, and their queue."""

from . import durable_mixin
from . import to_do_mixin
from . import step_mixin
from . import step_queue
from . import step_waiting
from . import step_words
from . import batch_mixin
