import {
    DIALOG,
    NO_DIALOG,
    addTour,
    choose,
    click,
    decide,
    fill,
    has,
    hasNot,
} from "@g2p_bridge/../tests/tours/tour_steps";

const HEADER = ".o_form_statusbar .o_statusbar_buttons";
/** The row of a list in a window that is being edited, once it is this person's. */
const selected = (name) => `${DIALOG} .o_selected_row:contains(${name})`;
const FILE = [
    "mis_reference_number,beneficiary_id,beneficiary_name,disbursement_amount,narrative",
    "M1,ID1,Asha,10.00,Grant",
    "M2,ID2,Bela,20.00,Grant",
    "M3,ID3,Chen,30.75,Grant",
].join("\n");

/** Declares an envelope by hand and imports its payments from a file. */
addTour("g2p_bridge_officer_declares", {
    steps: () => [
        click("button:contains(/^New$/)"),
        fill(`${DIALOG} [name=program_id] input`, "Cash"),
        click(".o-autocomplete--dropdown-item:contains(Cash)"),
        fill(`${DIALOG} [name=cycle_code_mnemonic] input`, "2026-11"),
        fill(`${DIALOG} [name=number_of_beneficiaries] input`, "3"),
        fill(`${DIALOG} [name=number_of_disbursements] input`, "3"),
        // A total that is none is refused, and the window stays.
        fill(`${DIALOG} [name=total_disbursement_amount] input`, "sixty"),
        click(`${DIALOG} button[name=action_create]`),
        click(".modal:contains(sixty) .modal-footer button"),
        fill(`${DIALOG} [name=total_disbursement_amount] input`, "60.75"),
        click(`${DIALOG} button[name=action_create]`),
        NO_DIALOG,
        has(".o_g2p_bridge_waiting_for:contains(Still to arrive: 3 of 3)"),
        click(`${HEADER} button:contains(Import File)`),
        choose("[name=file] input[type=file]:not(:visible)", {"november.csv": FILE}),
        has("[name=file]:contains(november.csv), [name=file] input:value(november.csv)"),
        click(`${HEADER} button[name=action_import]`),
        has(".o_arrow_button_current[data-value=checking]"),
    ],
});

/** Looks at what would be paid, at what can be taken away, and cancels with a reason. */
addTour("g2p_bridge_officer_cancels", {
    steps: () => [
        click(".o_list_view .o_data_row .o_data_cell[name=cycle_code_mnemonic]"),
        click(`${HEADER} button[name=action_preview]`),
        has(".o_action_manager:contains(Dry run: nothing is sent or changed)"),
        has(".o_action_manager:contains(60.75 USD)"),
        click(".o_breadcrumb .o_back_button"),
        has(".o_form_view .o_arrow_button_current[data-value=to_approve]"),
        click(".o_cp_action_menus button:has(.fa-cog)"),
        has(".dropdown-item:contains(Envelope Summary)"),
        has(".dropdown-item:contains(XLSX)"),
        {
            // The file itself: what the entry of the menu would save.
            trigger: ".dropdown-item:contains(CSV)",
            async run() {
                const {orm} = odoo.__WOWL_DEBUG__.root.env.services;
                const [id] = await orm.search("g2p.bridge.envelope", [], {limit: 1});
                const {url} = await orm.call("g2p.bridge.envelope", "action_export_csv", [[id]]);
                const text = await (await fetch(url)).text();
                if (!text.includes("Person 3") || text.includes("ACCID3")) {
                    throw new Error("The file lacks payments, or shows whole accounts");
                }
            },
        },
        click(`${HEADER} button[name=action_cancel]`),
        has(`${DIALOG} .alert:contains(None of its payments will be made)`),
        ...decide("Declared twice"),
        has(".o_arrow_button_current[data-value=cancelled]"),
        has(".o_g2p_bridge_timeline:contains(Cancelled: Declared twice)"),
    ],
});

/** Corrects the IDs of two beneficiaries whom the mapper does not know, at once. */
addTour("g2p_bridge_officer_corrects", {
    steps: () => [
        has(".o_data_row:contains(ID2)"),
        click("thead .o_list_record_selector input"),
        click("button[name=action_correct_beneficiary]:contains(Correct IDs)"),
        click(`${DIALOG} .o_data_row:contains(Person 1) .o_data_cell[name=beneficiary_id]`),
        fill(`${selected("Person 1")} [name=beneficiary_id] input`, "ID8"),
        click(`${DIALOG} .o_data_row:contains(Person 2) .o_data_cell[name=beneficiary_id]`),
        fill(`${selected("Person 2")} [name=beneficiary_id] input`, "ID9"),
        fill(`${DIALOG} [name=reason] textarea`, "Letter of the district"),
        click(`${DIALOG} button[name=action_correct]`),
        NO_DIALOG,
        has(".o_view_nocontent:contains(Every beneficiary has an address)"),
    ],
});

/** Sees the last four characters of an account, and no more, wherever one is shown. */
addTour("g2p_bridge_officer_sees_four", {
    steps: () => [
        has(".o_data_row .o_data_cell[name=financial_address]:contains(••••5678)"),
        hasNot(".o_action_manager:contains(12345678)"),
        click(".o_data_row .o_data_cell[name=beneficiary_id]"),
        has(".o_form_view [name=financial_address]:contains(••••5678)"),
        hasNot(".o_action_manager:contains(12345678)"),
        hasNot(".o_form_view [name=account_number]"),
        click(".o_form_view [name=envelope_id] a"),
        has(".o_form_view [name=sponsor_bank_account_masked]:contains(••••OUNT)"),
        hasNot(".o_action_manager:contains(CASH-ACCOUNT)"),
    ],
});

/** Answers an approver who has sent an envelope back. */
addTour("g2p_bridge_officer_submits_again", {
    steps: () => [
        click(".o_list_view .o_data_row .o_data_cell[name=cycle_code_mnemonic]"),
        has(".alert:contains(Sent back by):contains(Twice the total)"),
        click(`${HEADER} button[name=action_submit]`),
        ...decide("There are two months in it"),
        has(".o_arrow_button_current[data-value=to_approve]"),
        hasNot(".alert:contains(Sent back by)"),
        hasNot(`${HEADER} button[name=action_submit]`),
        has(".o_g2p_bridge_timeline:contains(There are two months in it)"),
    ],
});
