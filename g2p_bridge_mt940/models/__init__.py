# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import ir_attachment, sponsor_bank, statement, statement_format_mt940
