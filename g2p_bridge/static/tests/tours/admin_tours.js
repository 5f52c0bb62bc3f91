import {addTour} from "@g2p_bridge/../tests/tours/tour_steps";

const DIALOG = ".modal:not(.o_inactive_modal)";
const CONFIRM = `${DIALOG} .modal-footer .btn-primary`;
const has = (trigger) => ({trigger});
const hasNot = (trigger) => ({trigger: `body:not(:has(${trigger}))`});
const click = (trigger) => ({trigger, run: "click"});
const fill = (trigger, text) => ({trigger, run: `edit ${text}`});
const menu = (name) => [
    click(".o_menu_sections button:contains(Configuration)"),
    click(`.dropdown-item:contains(/^${name}$/)`),
    has(`.o_breadcrumb:contains(${name})`),
];

/** Sets up a bank, a mapper and a program, and looks after the jobs. */
addTour("g2p_bridge_admin", {
    steps: () => [
        // One person is enough here, and every screen says so.
        has(".o_g2p_bridge_one_person:contains(One person is enough)"),
        // A bank that waits to be mended.
        has(".o_kanban_record:contains(Scripted Bank) .ribbon:contains(Disabled)"),
        click(".o_kanban_record:contains(Scripted Bank)"),
        has(".alert:contains(envelopes wait)"),
        click(".o_field_widget[name=credential_input] .o_g2p_bridge_secret_replace"),
        fill(".o_field_widget[name=credential_input] input[type=password]", "tour-secret"),
        click(".o_field_widget[name=credential_input] .o_g2p_bridge_secret"),
        click(".o_form_button_save"),
        has(".o_form_saved, .o_form_view:not(:has(.o_form_button_save:visible))"),
        has(".o_field_widget[name=credential_input]:contains(Set)"),
        hasNot(".o_field_widget[name=credential_input] input"),
        click("button[name=action_test_connection]"),
        has(".o_notification:contains(answered)"),
        has(".o_field_widget[name=last_test_result]:contains(Answered)"),
        click("button[name=action_enable]:visible"),
        has(`${DIALOG}:contains(real money)`),
        click(CONFIRM),
        has(".ribbon:contains(Enabled)"),
        hasNot(".alert:contains(envelopes wait)"),
        // A token is shown once.
        click("button[name=action_new_statement_token]"),
        click(CONFIRM),
        has(`${DIALOG} .o_field_CopyClipboardChar`),
        click(`${DIALOG} button:contains(I Have Copied It)`),
        has(".o_field_widget[name=statement_token_input]:contains(Set)"),
        // The mapper answers for one ID.
        ...menu("ID Mappers"),
        click(".o_kanban_record:contains(Scripted Mapper)"),
        click("button[name=action_test]"),
        fill(`${DIALOG} [name=beneficiary_id] input`, "ID1"),
        click(`${DIALOG} button[name=action_resolve]`),
        has(`${DIALOG}:contains(can be paid to)`),
        has(`${DIALOG}:contains(•)`),
        click(`${DIALOG} button:contains(Close)`),
        // What a program lacks is told, and mended.
        ...menu("Programs"),
        click(".o_data_row:contains(Cash) .o_data_cell[name=benefit_program_name]"),
        has(".alert:contains(No user is an approver)"),
        click(".nav-link:contains(Policies)"),
        click(".o_field_widget[name=own_policies] input"),
        has(".o_field_widget[name=policy_words]:contains(Not needed)"),
        click(".o_form_button_save"),
        hasNot(".alert:contains(Before an envelope)"),
        // Channels and failed jobs.
        ...menu("Job Channels"),
        has(".o_data_row:contains(Hand batches to the bank)"),
        ...menu("Failed Jobs"),
        click(".o_data_row:contains(Tour job) .o_list_record_selector input"),
        click("button[name=action_g2p_bridge_requeue]"),
        has(".o_view_nocontent:contains(No job has failed)"),
    ],
});

/** An auditor reads the same screens and finds nothing to press. */
addTour("g2p_bridge_admin_read_only", {
    steps: () => [
        has(".o_kanban_record:contains(Scripted Bank)"),
        hasNot(".o-kanban-button-new"),
        click(".o_kanban_record:contains(Scripted Bank)"),
        has(".o_field_widget[name=has_credential]"),
        hasNot(".o_field_widget[name=credential_input]"),
        hasNot(".o_form_view .o_field_widget input:not([type=checkbox])"),
        hasNot(".o_form_view button[name=action_new_statement_token]"),
        hasNot(".o_statusbar_buttons button"),
        ...menu("ID Mappers"),
        click(".o_kanban_record:contains(Scripted Mapper)"),
        hasNot(".o_statusbar_buttons button"),
        ...menu("Programs"),
        has(".o_data_row:contains(Cash)"),
        hasNot(".o_list_button_add"),
        click(".o_data_row:contains(Cash) .o_data_cell[name=benefit_program_name]"),
        click(".nav-link:contains(Bank Account)"),
        has(".o_field_widget[name=sponsor_bank_account_masked]"),
        hasNot(".o_field_widget[name=sponsor_bank_account_number]"),
        hasNot(".o_form_view .o_field_widget input:not([type=checkbox])"),
        click(".o_menu_sections button:contains(Configuration)"),
        has(".dropdown-item:contains(Programs)"),
        hasNot(".dropdown-item:contains(Settings)"),
        hasNot(".dropdown-item:contains(Job Channels)"),
        hasNot(".dropdown-item:contains(Failed Jobs)"),
    ],
});
