# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_cut,
    test_details,
    test_digest,
    test_encoding,
    test_joined,
    test_read,
    test_round_trip,
    test_scan,
    test_statement_cases,
    test_secret_address,
    test_statement_format,
    test_statement_parts,
    test_statement_upload,
    test_upload_controller,
    test_upload_tours,
)
