# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who may call what: every method of the product that a call from outside reaches.

Behind each method stand the groups that may call it; ``readers``, whoever reads such records;
``system``, Odoo's own administrators; ``everybody`` for buttons that only name a page to open and
tell nothing of what is on it.
Methods that Odoo's own models have (read, create, copy, …) are not here: what they may do is the
matrix of access.
"""

TABLE = """
g2p.bridge.service
    create_disbursement_envelope       officer
    amend_disbursement_envelope        officer
    cancel_disbursement_envelope       officer
    create_disbursements               officer
    cancel_disbursements               officer
    get_disbursement_envelope_status   officer approver finance admin auditor
    get_disbursement_status            officer approver finance admin auditor
    list_changes                       officer approver finance admin auditor
    list_disbursements                 officer approver finance admin auditor
    upload_mt940                       finance admin
g2p.bridge.dashboard
    read_dashboard                     officer approver finance admin auditor
g2p.bridge.health
    read_health                        officer finance admin auditor
g2p.bridge.second.factor
    prove                              officer approver finance admin auditor
g2p.bridge.envelope
    action_approve                     approver
    action_reject                      approver
    action_open_approve                approver
    action_open_reject                 approver
    action_cancel                      officer
    action_import                      officer
    action_pause                       officer
    action_resume                      officer
    action_resolve_again               officer
    action_start                       officer
    action_submit                      officer
    action_try_again                   officer
    action_release_hold                finance
    action_archive_rows                admin
    action_bring_back                  admin
    action_open_archive_runs           readers
    action_preview                     readers
    content_revisions                  readers
    preview_release                    readers
    action_open_pbms_cycle             readers
    action_open_statements             readers
    action_export_csv                  everybody
    action_export_xlsx                 everybody
    action_open_audit                  everybody
    action_open_bank_batches           readers
    action_open_disbursements          readers
    action_open_entries                readers
    action_open_events                 everybody
    action_open_imports                everybody
    action_open_mapper_batches         readers
    action_open_part                   readers
    action_open_rejected               readers
    action_open_reversed               readers
    action_open_unresolved             readers
g2p.bridge.disbursement
    action_cancel                      officer
    action_correct_beneficiary         officer
    action_leave_out                   officer
    action_release_held                approver
    action_resolve_again               officer
    action_resolve_envelopes_again     officer
    action_reissue                     officer finance
    action_export_csv                  readers
    action_export_xlsx                 readers
g2p.bridge.disbursement.archive
    action_bring_back                  admin
    action_export_csv                  readers
    action_export_xlsx                 readers
g2p.bridge.archive.run
    action_accept                      admin
    action_try_again                   admin
g2p.bridge.mapper.batch
    action_give_up                     officer
    action_try_again                   officer
    action_open_disbursements          readers
g2p.bridge.bank.batch
    action_bank_confirms               finance
    action_bank_denies                 finance
    action_give_up                     finance
    action_try_again                   officer
    action_open_disbursements          readers
g2p.bridge.funds.step
    action_bank_confirms               finance
    action_bank_denies                 finance
    action_try_again                   officer
g2p.bridge.statement
    action_try_again                   finance
    action_is_another                  finance
    action_leave                       finance
    action_choose_account              finance
    action_confirm                     finance
    action_settle_difference           finance
    action_download_file               finance admin
    action_open                        readers
    action_open_corrections            everybody
    action_open_archived_entries       everybody
    action_open_disbursements          everybody
    action_open_entries                everybody
    action_open_errors                 everybody
    action_open_matched                everybody
    action_open_not_ours               everybody
    action_open_reversals              everybody
g2p.bridge.statement.file
    action_download                    finance admin
    action_open_statements             everybody
g2p.bridge.statement.part
    action_try_again                   finance
g2p.bridge.statement.entry
    action_confirm                     finance
    action_match                       finance
    action_not_ours                    finance
    action_reopen                      finance
g2p.bridge.import
    action_check                       officer
    action_import                      officer
    action_restart                     officer
    action_open_envelope               readers
    action_download_errors             everybody
    action_open_errors                 everybody
g2p.bridge.stall
    action_open                        readers
g2p.bridge.change
    action_ask_refuse                  admin
    action_confirm                     admin
    action_refuse                      admin
    action_withdraw                    admin
    action_open_record                 readers
g2p.bridge.change.refuse
    action_refuse                      admin
g2p.bridge.program
    action_open_changes                readers
    action_open_envelopes              everybody
    action_open_waiting_envelopes      everybody
g2p.bridge.sponsor.bank
    action_close_statement_address     admin
    action_disable                     admin
    action_enable                      admin
    action_new_statement_address       admin
    action_new_statement_token         admin
    action_test_connection             admin
    action_use_for_test                admin
    action_open_changes                readers
    action_open_example_bank_accounts  everybody
    action_open_programs               everybody
    action_open_waiting_envelopes      everybody
g2p.bridge.mapper
    action_disable                     admin
    action_enable                      admin
    action_new_call_back_token         admin
    action_test                        admin
    action_test_connection             admin
    action_use_for_test                admin
    action_open_changes                readers
    action_open_programs               everybody
    action_open_waiting_envelopes      everybody
g2p.bridge.signing.key
    action_open_changes                readers
    action_generate                    admin
    action_use                         admin
    action_withdraw                    admin
g2p.bridge.partner
    action_open_changes                readers
    action_add_keys                    admin
    action_check_signature             admin auditor
    action_close_secret_address        admin
    action_new_api_key                 admin
    action_new_secret_address          admin
    action_revoke_api_keys             admin
    action_usual_operations            admin
g2p.bridge.partner.key
    action_open_changes                readers
    action_revoke                      admin
g2p.bridge.webhook
    action_open_changes                readers
    action_disable                     admin
    action_enable                      admin
    action_replay                      admin
    action_resume                      admin
    action_send_test                   admin
    action_test_connection             admin
    action_use_for_test                admin
    action_open_deliveries             everybody
    action_open_failed                 everybody
    action_open_pending                everybody
g2p.bridge.webhook.delivery
    action_replay                      admin
g2p.bridge.audit
    action_open_record                 admin auditor
    action_verify                      admin auditor
g2p.bridge.audit.verify
    action_verify                      admin auditor
g2p.bridge.envelope.create
    action_create                      officer
g2p.bridge.envelope.amend
    action_amend                       officer
g2p.bridge.envelope.review
    action_confirm                     approver
g2p.bridge.decision
    action_confirm                     officer
g2p.bridge.reissue
    action_reissue                     officer finance
g2p.bridge.beneficiary.correct
    action_correct                     officer
g2p.bridge.entry.match
    action_confirm                     finance
g2p.bridge.entry.match.suggestion
    action_choose                      finance
g2p.bridge.mapper.test
    action_resolve                     admin
g2p.bridge.restore.confirm
    action_confirm                     admin
    action_restored                    admin
g2p.bridge.partner.key.add
    action_add                         admin
g2p.bridge.signature.check
    action_check                       admin
g2p.bridge.webhook.replay
    action_confirm                     admin
g2p.bridge.statement.upload
    action_upload                      finance admin
    receive_files                      finance admin
    action_open_statements             finance admin
g2p.bridge.example.bank.account
    action_generate_statement          admin
    set_fault                          admin
    action_deposit                     everybody
    action_open                        everybody
g2p.bridge.example.bank.deposit
    action_deposit                     admin
g2p.bridge.example.bank.payment.batch
    action_open_payments               everybody
g2p.bridge.example.bank.statement
    action_deliver_again               admin
    action_download                    readers
g2p.bridge.example.mapper.behaviour
    action_open                        everybody
g2p.bridge.example.mapper.fill
    action_fill                        system
g2p.cycle
    action_bridge_open_entitlements    everybody
    action_bridge_open_envelopes       readers
    action_bridge_open_failed_payments everybody
    action_bridge_summary_report       readers
g2p.payment
    action_bridge_open_disbursement    readers
g2p.payment.batch
    action_bridge_open_envelope        readers
queue.job
    action_g2p_bridge_requeue          admin
queue.job.channel
    action_g2p_bridge_jobs             admin
res.company
    action_g2p_bridge_new_metrics_token admin
res.config.settings
    action_g2p_bridge_open_changes     everybody
    action_g2p_bridge_new_metrics_token admin
"""


def _read_table():
    """:return: {(model, method): set of who may}"""
    found, model = {}, None
    for line in TABLE.strip().splitlines():
        if line.startswith(" "):
            method, *who = line.split()
            found[model, method] = set(who)
        else:
            model = line.strip()
    return found


METHODS = _read_table()
