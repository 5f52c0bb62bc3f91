# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import queue_job
from . import ir_http
from . import frozen
from . import audit
from . import people
from . import secret
from . import change
from . import server
from . import endpoint
