# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from .step import (
    test_protocol,
    test_step_states,
    test_locks,
    test_uncertain_queue,
    test_capabilities,
)
from .program import test_program
from .mapper import test_mapper, test_mapper_slots
from .envelope import (
    test_envelope_control,
    test_envelope_entries,
    test_envelope_hold,
    test_envelope_pipeline,
    test_envelope_preview,
    test_envelope_approval,
    test_envelope_revision,
    test_envelope_summary,
    test_envelope_timeline,
    test_approval_floor,
    test_second_person,
)
from .disbursement import (
    test_disbursement_history,
    test_disbursement_states,
    test_life,
    test_reissue,
    test_reissue_wizard,
    test_unresolved_queue,
    test_held_payments,
    test_disbursement_proof,
    test_export_disbursements,
    test_history,
)
from .services import (
    test_checks,
    test_operations_address,
    test_operations_cancellation,
    test_operations_disbursements,
    test_operations_envelope,
    test_operations_garbage,
    test_operations_status,
    test_disbursement_rows,
    test_lib_reference,
    test_lib_business_days,
)
from .statement import (
    test_statement_account,
    test_statement_number,
    test_statement_counts,
    test_statement_file,
    test_statement_parts,
    test_statement_step,
    test_matching,
    test_reconciliation,
    test_reconciliation_balances,
    test_reconciliation_intake,
    test_reconciliation_invariants,
    test_reconciliation_proof,
    test_entry_decisions,
    test_entry_messages,
    test_entry_match,
    test_entry_suggestions,
    test_lib_account_spelling,
    test_lib_near_reference,
    test_lib_statement_identity,
    test_lib_money,
    test_money,
)
from .archive import (
    test_archive,
    test_archive_access,
    test_archive_rules,
    test_archive_work,
)
from .file_import import (
    test_import,
    test_import_access,
    test_import_audit,
    test_import_download,
    test_import_hostile,
    test_import_job,
    test_table_reader,
    test_xlsx_guard,
    test_xlsx_reader,
    test_table_writers,
    test_lib_lost_digits,
)
from .dashboard import (
    test_dashboard,
    test_dashboard_screen,
    test_dashboard_tasks,
)
from .health import (
    test_health,
    test_health_http,
    test_health_report,
    test_health_resume,
    test_health_screen,
    test_restore,
    test_queue_job,
)
from .audit import (
    test_audit,
    test_audit_chain,
    test_audit_decisions,
    test_audit_heads,
    test_audit_people,
    test_frozen,
    test_frozen_file,
)
from .access import (
    test_access,
    test_access_accounts,
    test_access_buttons,
    test_decisions,
    test_access_operations,
    test_client_context,
    test_opened_models,
    test_opened_parameters,
    test_endpoint_credential,
    test_secrets,
    test_secrets_at_rest,
    test_second_factor,
    test_two_people,
)
from .screens import (
    test_admin_tours,
    test_envelope_tours,
    test_finance_tours,
    test_officer_tours,
    test_two_people_tours,
    test_screens,
    test_french,
)
from .machine import (
    test_machine,
    test_machine_mutants,
    test_rules,
)
