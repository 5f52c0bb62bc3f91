# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the API keeps and what it adds to the engine.

partner    who may call: keys, addresses, users, admission
call       one call from outside: the operations there are, its answer, its record
event      what has happened, numbered without gaps
webhook    events that are delivered
envelope, program, sponsor_bank, health, ir_http, ir_config_parameter, res_users,
res_config_settings   what it adds to models of the engine and of Odoo: a file for each
"""

from . import partner
from . import call
from . import event
from . import webhook
from . import envelope
from . import health
from . import ir_config_parameter
from . import ir_http
from . import program
from . import res_config_settings
from . import res_users
from . import sponsor_bank
