import {
    DIALOG,
    NO_DIALOG,
    addTour,
    click,
    decide,
    fill,
    has,
    hasNot,
} from "@g2p_bridge/../tests/tours/tour_steps";

/** Matches an open line with the payment that is suggested first, with a reason. */
addTour("g2p_bridge_finance_match", {
    steps: () => [
        click(".o_data_row:contains(TYPO) button[name=action_match]"),
        has(`${DIALOG} .o_data_row:contains(Same amount)`),
        hasNot(`${DIALOG} button[name=action_confirm]`),
        click(`${DIALOG} .o_data_row button[name=action_choose]`),
        click(`${DIALOG} button[name=action_confirm]`),
        has(".modal:contains(Give a reason)"),
        click(".modal:contains(Give a reason) .modal-footer button"),
        fill(`${DIALOG} [name=reason] textarea`, "The bank told us by letter"),
        click(`${DIALOG} button[name=action_confirm]`),
        NO_DIALOG,
        hasNot(".o_data_row:contains(TYPO)"),
        // The fee is no payment.
        click(".o_data_row:contains(FEE) .o_list_record_selector input"),
        click("button[name=action_not_ours]"),
        fill(`${DIALOG} [name=reason] textarea`, "Fee of the month"),
        click(`${DIALOG} button[name=action_confirm]:visible`),
        NO_DIALOG,
        has(".o_view_nocontent:contains(No statement entry is open)"),
    ],
});

/** Accepts a return less charges, with everything in sight that is needed to decide. */
addTour("g2p_bridge_finance_accept_charges", {
    steps: () => [
        has(".o_data_row:contains(Other amount):contains(0.50 less than)"),
        click(".o_data_row:contains(Other amount) .o_data_cell[name=error_reason]"),
        has(".o_form_view .alert:contains(kept its charges):contains(0.50 less than)"),
        has("[name=other_entry_ids] .o_data_row:contains(20.00)"),
        click("button[name=action_match]"),
        click(`${DIALOG} .o_data_row:contains(Its ID is in the line) button[name=action_choose]`),
        has(`${DIALOG} [name=known_text]:contains(It is reconciled)`),
        has(`${DIALOG} [name=other_entry_ids] .o_data_row:contains(Debit):contains(20.00)`),
        has(`${DIALOG} .alert:contains(Be sure):contains(19.50):contains(are missing)`),
        fill(`${DIALOG} [name=reason] textarea`, "The bank kept 0.50"),
        click(`${DIALOG} button[name=action_confirm]`),
        NO_DIALOG,
        has(".o_form_view .alert:contains(Waits for a second person)"),
    ],
});

/** Reissues a payment that came back: its new envelope opens. */
addTour("g2p_bridge_finance_reissue", {
    steps: () => [
        click(".o_data_row:contains(Reversed) .o_data_cell[name=beneficiary_id]"),
        has(".o_g2p_bridge_life:contains(Came back)"),
        has(".o_g2p_bridge_life:contains(Debited)"),
        click(".o_statusbar_buttons button[name=action_reissue]"),
        has(`${DIALOG} [name=total_disbursement_amount]:contains(10.00)`),
        fill(`${DIALOG} [name=reason] textarea`, "The person has a new account"),
        click(`${DIALOG} button[name=action_reissue]`),
        NO_DIALOG,
        has(".o_form_view [name=cycle_code_mnemonic]:contains(2026-11-R1)"),
    ],
});

/** Settles what is uncertain by what the bank wrote, and ends what can't go on. */
addTour("g2p_bridge_finance_settle", {
    steps: () => [
        click(".o_data_row .o_list_record_selector input"),
        click("button[name=action_bank_confirms]"),
        has(`${DIALOG} .alert:contains(these people stay unpaid)`),
        has(`${DIALOG} .o_data_row:contains(20.00)`),
        click(`${DIALOG} button[name=action_confirm]:visible`),
        has(`${DIALOG} .o_field_invalid[name=reason]`),
        ...decide("The bank wrote that it has the batch"),
        has(".o_view_nocontent:contains(The outcome of every batch is known)"),
        // What the bank refuses for good is not paid by this envelope.
        click(".o_menu_sections button:contains(Disbursement)"),
        click(".dropdown-item:contains(/^Envelopes$/)"),
        click(".o_list_view .o_data_row .o_data_cell[name=cycle_code_mnemonic]"),
        has(".alert:contains(did not take)"),
        hasNot(".o_statusbar_buttons button[name=action_cancel]"),
        click(".o_statusbar_buttons button[name=action_release_hold]"),
        has(`${DIALOG} .alert:contains(is not paid by this envelope)`),
        ...decide("The account of the last one is closed"),
        has(".o_g2p_bridge_timeline:contains(The account of the last one is closed)"),
        hasNot(".o_statusbar_buttons button[name=action_release_hold]"),
    ],
});

/** Whoever only reads is offered nothing. */
addTour("g2p_bridge_queues_read_only", {
    steps: () => [
        has(".o_data_row:contains(TYPO)"),
        hasNot("button[name=action_match]"),
        click(".o_data_row:contains(TYPO) .o_list_record_selector input"),
        has(".o_selection_container, .o_list_selection_box"),
        hasNot("button[name=action_not_ours]"),
        click(".o_data_row:contains(TYPO) .o_list_record_selector input"),
        hasNot(".o_data_row_selected"),
        click(".o_data_row:contains(TYPO) .o_data_cell[name=error_reason]"),
        has(".o_form_view"),
        hasNot(".o_form_view button[name=action_match]"),
        hasNot(".o_form_view button[name=action_not_ours]"),
    ],
});
