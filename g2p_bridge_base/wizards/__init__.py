# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import audit_verify
from . import change_refuse
from . import mail_compose_message
