from . import (
    test_call_back,
    test_call_back_http,
    test_connector_spar,
    test_example_mapper,
    test_lib_spar,
    test_lib_spar_2,
    test_mapper,
    test_private_networks,
    test_recorded,
)
