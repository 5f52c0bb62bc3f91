import {DIALOG, NO_DIALOG, addTour, click, fill, has} from "@g2p_bridge/../tests/tours/tour_steps";

const HEADER = ".o_form_statusbar";
const CODE = ".o_g2p_bridge_second_factor input";
/** The test gives the code in the address: it is of this half minute. */
const code = new URL(window.location).searchParams.get("code");

/** Approves: is asked for a code, gives up, types a wrong one and then the right one. */
addTour("g2p_bridge_second_factor", {
    steps: () => [
        click(`${HEADER} button[name=action_open_approve]`),
        fill(`${DIALOG} [name=reason] textarea`, "Compared with October"),
        click(`${DIALOG} button[name=action_confirm]:visible`),
        has(`${DIALOG} ${CODE}`),
        click(`${DIALOG} .btn-secondary:contains(Cancel)`),
        has(".o_notification:contains(no code was entered)"),
        click(`${DIALOG} button[name=action_confirm]:visible`),
        fill(`${DIALOG} ${CODE}`, "12"),
        click(`${DIALOG} .o_g2p_bridge_prove`),
        has(`${DIALOG} .alert-danger:contains(six digits)`),
        fill(`${DIALOG} ${CODE}`, code),
        click(`${DIALOG} .o_g2p_bridge_prove`),
        NO_DIALOG,
        has(".o_g2p_bridge_timeline:contains(Approved: Compared with October)"),
    ],
});
