from . import (
    test_cut,
    test_read,
    test_round_trip,
    test_scan,
    test_statement_cases,
    test_statement_format,
    test_statement_parts,
    test_statement_upload,
    test_upload_controller,
    test_upload_tours,
)
