# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import partner
from . import res_users
from . import program
from . import res_config_settings_partners
from . import ir_http
from . import ir_config_parameter
from . import res_config_settings
from . import call
from . import program_configuration
from . import event
from . import webhook
from . import res_config_settings_events
from .partner import partner_two_person
