import {
    DIALOG,
    NO_DIALOG,
    addTour,
    choose,
    click,
    has,
    hasNot,
} from "@g2p_bridge/../tests/tours/tour_steps";

const FILES = `${DIALOG} input[type=file]:not(:visible)`;
const STATEMENT = [
    ":20:STMT1",
    ":25:0042-001",
    ":28C:1/1",
    ":60F:C261101USD100,00",
    ":61:2611021102D10,00NTRF3LNSY100000001U//B1",
    ":62F:C261102USD90,00",
    "-",
].join("\r\n");
const result = (file, words) =>
    has(`${DIALOG} [name=result_ids] .o_data_row:contains(${file}):contains(${words})`);

/** Hands in several statements at once, and reads what came of each. */
addTour("g2p_bridge_mt940_upload", {
    steps: () => [
        has(".o_view_nocontent"),
        click("button:contains(/^Upload Statements$/)"),
        choose(FILES, {"a.sta": STATEMENT, "b.sta": STATEMENT, "letter.sta": "Dear Sirs"}),
        has(`${DIALOG} li:contains(letter.sta)`),
        click(`${DIALOG} li:contains(b.sta) button:contains(Remove)`),
        hasNot(`${DIALOG} li:contains(b.sta)`),
        click(`${DIALOG} button[name=action_upload]`),
        result("a.sta", "Received"),
        result("letter.sta", "Refused"),
        result("letter.sta", ":20:"),
        has(`${DIALOG} [name=statement_ids] .o_data_row:contains(It is being processed)`),
        click(`${DIALOG} button[name=action_open_statements]`),
        NO_DIALOG,
        has(".o_form_view [name=statement_id]:contains(ST)"),
    ],
});

/** Who may not hand in statements finds no button for it. */
addTour("g2p_bridge_mt940_read_only", {
    steps: () => [
        has(".o_view_nocontent"),
        hasNot("button:contains(/^Upload Statements$/)"),
        click(".o_menu_sections button:contains(Reconciliation)"),
        has(".dropdown-item:contains(/^Statements$/)"),
        hasNot(".dropdown-item:contains(Upload Statements)"),
    ],
});
