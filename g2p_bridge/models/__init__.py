# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import ir_http
from . import res_company
from . import step
from . import frozen_mixin
from . import audit
from . import audit_decisions
from . import disbursement
from . import envelope
from . import mapper
from . import program
from . import bank
from . import queue_job
from . import restore
from . import export_data
from . import statement
from . import archive
from . import res_config_settings
from . import file_import
from . import dashboard
from . import health
