# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from .jose import test_jose_file, test_jose_public_keys, test_jose_signing
from .change import test_login_doubt, test_role_proposal
from .people import test_roles, test_second_factor_policy
from .endpoint import test_diagnosis, test_guarded_http, test_networks, test_signing_key
from .audit import test_heads
from . import test_queue_job, test_quiet_logs
