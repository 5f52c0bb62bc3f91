# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What senders do: the operations of the wire, for REST, PBMS, files and screens alike.

- ``service``: who may call, which programs and envelopes he may name, checks of single values
- ``envelope_operations``, ``disbursement_operations``: declare, amend, send
- ``cancellation_operations``, ``reissue_operations``: take back, pay in the place of another one
- ``status_operations``, ``statement_operations``: what became of it, what the bank says
- ``checks``, ``disbursement_rows``: what is asked of each value and each row; ``wire``: its names
"""

from . import service
from . import envelope_operations
from . import disbursement_operations
from . import reissue_operations
from . import cancellation_operations
from . import status_operations
from . import statement_operations
