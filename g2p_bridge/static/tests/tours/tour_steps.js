/** What the tours are made of. */
import {registry} from "@web/core/registry";

/** Milliseconds that a step waits for its element: beside other work ten seconds are not enough. */
const PATIENCE = 60000;

/** Adds a tour; a step that is there goes on at once. */
export const addTour = (name, {steps}) =>
    registry.category("web_tour.tours").add(name, {
        steps: () => steps().map((step) => ({timeout: PATIENCE, ...step})),
    });

export const DIALOG = ".modal:not(.o_inactive_modal)";
export const NO_DIALOG = {trigger: "body:not(:has(.modal))"};
export const has = (trigger) => ({trigger});
export const hasNot = (trigger) => ({trigger: `body:not(:has(${trigger}))`});
export const click = (trigger) => ({trigger, run: "click"});
export const fill = (trigger, text) => ({trigger, run: `edit ${text}`});

/** Chooses files as the window of the browser does; `files` are texts by their names. */
export const choose = (trigger, files) => ({
    trigger,
    run({anchor}) {
        const chosen = new DataTransfer();
        for (const [name, text] of Object.entries(files)) {
            chosen.items.add(new File([text], name));
        }
        anchor.files = chosen.files;
        anchor.dispatchEvent(new Event("change", {bubbles: true}));
    },
});

/** Gives a reason in the window that is open, and confirms it. */
export const decide = (reason) => [
    fill(`${DIALOG} [name=reason] textarea`, reason),
    click(`${DIALOG} button[name=action_confirm]:visible`),
    NO_DIALOG,
];
