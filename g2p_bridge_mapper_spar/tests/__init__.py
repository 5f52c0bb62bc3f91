# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_call_back,
    test_call_back_address,
    test_call_back_http,
    test_connector_spar,
    test_example_mapper,
    test_lib_address,
    test_lib_spar,
    test_lib_spar_2,
    test_mapper,
    test_private_networks,
    test_recorded,
)
