# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What every addon of the bridge stands on, imported in the order of inheritance.

- ``frozen``: what nobody may write: own fields, and rows and files that are final
- ``audit``: the trail of who did what, sealed so that a change is seen
- ``people``: their roles, their second factor, and how often it is asked
- ``secret``: passwords and keys, kept sealed and shown to nobody
- ``change``: what two people change: proposals of one, confirmed by another
- ``server``: parameters, Settings, and what code of the server may do to us
- ``endpoint``: services of others: where they are, how we log in, sign and call
- ``queue_job``: a job for what has happened, enqueued in one place for the engine, the API and the
  simulations alike: therefore the base depends on the queue
- ``ir_http``: a path that nobody knows, and what every screen says while one person does it all
"""

from . import queue_job
from . import ir_http
from . import frozen
from . import audit
from . import people
from . import secret
from . import change
from . import server
from . import endpoint
