# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from .cycle import (
    test_handover,
    test_handover_defaults,
    test_handover_heartbeat,
    test_handover_odd_cases,
    test_handover_queries,
    test_whole_handover,
    test_start_gate,
    test_cycle_form,
    test_cycle_totals,
    test_archive,
    test_companies,
)
from .payment_manager import (
    test_payment_manager,
    test_payment_buttons,
    test_beneficiary,
    test_right_people,
    test_transfer_fee,
    test_beside_pbms,
)
from .entitlement import (
    test_entitlement_currency,
    test_fund,
    test_pbms_approval,
    test_real_groups,
)
from .bank_batch import (
    test_report_back,
    test_report_back_again,
    test_report_back_reasons,
)
