import {addTour} from "@g2p_bridge/../tests/tours/tour_steps";

const has = (trigger) => ({trigger});
const click = (trigger) => ({trigger, run: "click"});
const fill = (trigger, text) => ({trigger, run: `edit ${text}`});
const NOTICE = ".o_g2p_bridge_change_notice";

/** One administrator changes where a bank is: the form says what waits, and shows it. */
addTour("g2p_bridge_propose", {
    steps: () => [
        click(".o_kanban_record:contains(Scripted Bank)"),
        fill(".o_field_widget[name=base_url] input", "https://new.example.org"),
        click(".o_form_button_save"),
        has(`${NOTICE}:contains(Address: proposed by)`),
        has(".o_form_saved, .o_form_view:not(:has(.o_form_button_save:visible))"),
        click(`${NOTICE} button[name=action_open_changes]`),
        has(".modal .o_field_widget[name=line_ids]:contains(https://new.example.org)"),
        has(".modal:contains(another administrator has to confirm it)"),
        has(".modal:not(:has(button[name=action_confirm]:visible))"),
        click(".modal .btn-close"),
        has("body:not(:has(.modal))"),
    ],
});

/** Another one sees exactly what is written, and confirms it. */
addTour("g2p_bridge_confirm", {
    steps: () => [
        click(".o_data_row:contains(Scripted Bank) .o_data_cell[name=summary]"),
        has(".o_field_widget[name=line_ids]:contains(https://old.example.org)"),
        has(".o_field_widget[name=line_ids]:contains(https://new.example.org)"),
        click("button[name=action_confirm]"),
        has(".o_statusbar_status .o_arrow_button_current:contains(Confirmed)"),
    ],
});
