# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the bridge adds to PBMS, and PBMS to the bridge: a folder or a file for each model.

pbms_states    states of PBMS's records and their groups: all else quotes them
registrant     whom nobody is to pay any more
bridge_fields  fields that the bridge keeps on records of PBMS, and nobody else writes
entitlement    what somebody is entitled to, its approval, and the fund
payment        payments and payment batches
payment_manager  how a program pays through the bridge: its rounds and their payees
program        which payment manager a program has
envelope       the envelope that pays a cycle
cycle          from its approval to its distribution
bank_batch     what became of payments, back to PBMS
"""

from . import bridge_fields
from . import entitlement
from . import payment
from . import payment_manager
from . import program
from . import envelope
from . import cycle
from . import bank_batch
