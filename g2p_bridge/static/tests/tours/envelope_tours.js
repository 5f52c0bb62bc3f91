import {DIALOG, addTour, click, fill, has, hasNot} from "@g2p_bridge/../tests/tours/tour_steps";

const HEADER = ".o_form_statusbar .o_statusbar_buttons";

const state = (value) => has(`.o_statusbar_status .o_arrow_button_current[data-value=${value}]`);
const mark = (stage, value) => has(`[data-stage=${stage}].o_g2p_bridge_${value}`);
const openFirst = click(".o_list_view .o_data_row .o_data_cell[name=cycle_code_mnemonic]");

/** Pauses with a reason and lets it go on; nothing that others do is offered. */
addTour("g2p_bridge_envelope_officer", {
    steps: () => [
        openFirst,
        state("to_approve"),
        hasNot(`${HEADER} button[name=action_open_approve]`),
        hasNot(`${HEADER} button[name=action_open_reject]`),
        has(".o_g2p_bridge_waiting_for:contains(An approver has to release it)"),
        click(`${HEADER} button[name=action_pause]`),
        click(`${DIALOG} button[name=action_confirm]`),
        has(`${DIALOG} .o_field_invalid[name=reason]`),
        fill(`${DIALOG} [name=reason] textarea`, "The list is checked again"),
        click(`${DIALOG} button[name=action_confirm]`),
        mark("check", "paused"),
        has(".o_g2p_bridge_timeline:contains(Paused: The list is checked again)"),
        click(`${HEADER} button[name=action_resume]`),
        fill(`${DIALOG} [name=reason] textarea`, "The list is right"),
        click(`${DIALOG} button[name=action_confirm]`),
        mark("check", "todo"),
        has(".o_g2p_bridge_timeline:contains(Resumed: The list is right)"),
    ],
});

/** Sees what is released, releases it with a comment. */
addTour("g2p_bridge_envelope_approver", {
    steps: () => [
        openFirst,
        state("to_approve"),
        hasNot(`${HEADER} button[name=action_pause]`),
        hasNot(`${HEADER} button[name=action_cancel]`),
        click(`${HEADER} button[name=action_open_approve]`),
        has(`${DIALOG} .o_data_row:contains(60.75)`),
        fill(`${DIALOG} [name=reason] textarea`, "Compared with October"),
        click(`${DIALOG} button[name=action_confirm]:visible`),
        state("scheduled"),
        has(".o_g2p_bridge_timeline:contains(Approved: Compared with October)"),
    ],
});

/** Sends it back; without a reason the window stays. */
addTour("g2p_bridge_envelope_send_back", {
    steps: () => [
        openFirst,
        click(`${HEADER} button[name=action_open_reject]`),
        click(`${DIALOG} button[name=action_confirm]:visible`),
        has(`${DIALOG} .o_field_invalid[name=reason]`),
        fill(`${DIALOG} [name=reason] textarea`, "Twice the total of October"),
        click(`${DIALOG} button[name=action_confirm]:visible`),
        state("receiving"),
        has(".alert:contains(Sent back by):contains(Twice the total of October)"),
        hasNot(`${HEADER} button[name=action_open_approve]`),
    ],
});

/** Approver and maker in one person: nothing to press, and the reason why. */
addTour("g2p_bridge_envelope_maker", {
    steps: () => [
        openFirst,
        state("to_approve"),
        has(".o_g2p_bridge_waiting_for:contains(Another approver has to release it)"),
        hasNot(`${HEADER} button[name=action_open_approve]`),
        hasNot(`${HEADER} button[name=action_open_reject]`),
    ],
});

/** Looks at everything; nothing is offered that changes anything. */
addTour("g2p_bridge_envelope_auditor", {
    steps: () => [
        openFirst,
        state("to_approve"),
        ...["approve", "reject"].map((name) => hasNot(`button[name=action_open_${name}]`)),
        ...["start", "pause", "resume", "try_again", "cancel"].map((name) =>
            hasNot(`${HEADER} button[name=action_${name}]`)
        ),
        click("[data-stage=received] button"),
        has(".o_list_view .o_data_row"),
    ],
});

/** The page moves by itself: it is never loaded anew, and the focus stays where it was. */
addTour("g2p_bridge_envelope_moves", {
    steps: () => [
        openFirst,
        state("receiving"),
        has("[data-stage=received]:contains(2 of 3)"),
        {
            trigger: ".o_notebook .nav-link[name=other]",
            async run({anchor}) {
                anchor.click();
                anchor.focus();
                anchor.dataset.marked = "before";
                const {orm} = odoo.__WOWL_DEBUG__.root.env.services;
                const [row] = await orm.searchRead(
                    "g2p.bridge.envelope",
                    [],
                    ["disbursement_envelope_id"],
                    {limit: 1}
                );
                await orm.call("g2p.bridge.service", "create_disbursements", [
                    [
                        {
                            disbursement_envelope_id: row.disbursement_envelope_id,
                            mis_reference_number: "LAST",
                            beneficiary_id: "ID3",
                            beneficiary_name: "Person 3",
                            disbursement_amount: "30.75",
                            narrative: "Grant",
                        },
                    ],
                ]);
            },
        },
        has("[data-stage=received].o_g2p_bridge_done:contains(3 of 3)"),
        state("scheduled"),
        {
            trigger: ".o_notebook .nav-link[name=other].active",
            run({anchor}) {
                if (anchor.dataset.marked !== "before" || document.activeElement !== anchor) {
                    throw new Error("The page was built anew, or the focus was taken away");
                }
            },
        },
    ],
});
