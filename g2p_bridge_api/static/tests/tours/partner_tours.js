import {addTour} from "@g2p_bridge/../tests/tours/tour_steps";

const DIALOG = ".modal:not(.o_inactive_modal)";
const CONFIRM = `${DIALOG} .modal-footer .btn-primary`;
const KEY = [
    "-----BEGIN PUBLIC KEY-----",
    "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
    "-----END PUBLIC KEY-----",
].join(" "); // line breaks get lost on the way, as they do in mails
const has = (trigger) => ({trigger});
const hasNot = (trigger) => ({trigger: `body:not(:has(${trigger}))`});
const click = (trigger) => ({trigger, run: "click"});
const fill = (trigger, text) => ({trigger, run: `edit ${text}`});

/** Lets a first PBMS in: from the empty list to a key that was compared, and an API key. */
addTour("g2p_bridge_partner", {
    steps: () => [
        click(".o_menu_sections button:contains(Configuration)"),
        click(".dropdown-item:contains(/^Partners$/)"),
        has(".o_view_nocontent:contains(Let the first system in)"),
        click(".o_list_button_add"),
        fill(".o_field_widget[name=name] input, .o_field_widget[name=name] textarea", "Tour PBMS"),
        fill(".o_field_widget[name=code] input", "tour-pbms"),
        click(".o_form_button_save"),
        // What is missing is told, and mended.
        has(".alert:contains(Add the partner's public key)"),
        click("button[name=action_add_keys]"),
        fill(`${DIALOG} .o_field_widget[name=text] textarea`, "no key"),
        click(`${DIALOG} .modal-title`),
        has(`${DIALOG} .alert:contains(Paste public keys)`),
        fill(`${DIALOG} .o_field_widget[name=text] textarea`, KEY),
        click(`${DIALOG} .modal-title`),
        has(`${DIALOG} .alert:contains(Ed25519)`),
        click(`${DIALOG} button[name=action_add]`),
        hasNot(".modal"),
        hasNot(".alert:contains(public key)"),
        has(".o-mail-Message:contains(added)"),
        click(".nav-link:contains(Keys)"),
        has(".o_data_row .badge:contains(Valid)"),
        // It may ask nothing until somebody says so.
        has(".alert:contains(Choose what it may ask)"),
        click(".nav-link:contains(Access)"),
        click("button[name=action_usual_operations]"),
        hasNot(".alert:contains(Choose what it may ask)"),
        has(".alert:contains(Choose at least one benefit program)"),
        // Why a request would be refused.
        click("button[name=action_check_signature]"),
        fill(`${DIALOG} .o_field_widget[name=signature] textarea`, "eyJhbGciOiJub25lIn0..eA"),
        fill(`${DIALOG} .o_field_widget[name=body] textarea`, "[1]"),
        click(`${DIALOG} button[name=action_check]`),
        has(`${DIALOG} .alert-danger:contains(would be refused):contains(none is not accepted)`),
        click(`${DIALOG} button:contains(Close)`),
        hasNot(".modal"),
        // An API key is shown once.
        click(".nav-link:contains(Identity)"),
        click(".o_field_widget[name=proof] input"),
        click(".o_select_menu_item:contains(/^A signature or an API key$/)"),
        click("button[name=action_new_api_key]"),
        click(CONFIRM),
        has(`${DIALOG} .o_field_CopyClipboardChar`),
        click(`${DIALOG} button:contains(I Have Copied It)`),
        hasNot(".modal"),
        has(".o-mail-Message:contains(API key made)"),
        // A key is revoked for ever.
        click(".nav-link:contains(Keys)"),
        click(".o_data_row button[name=action_revoke]"),
        click(CONFIRM),
        has(".o_data_row .badge:contains(Revoked)"),
        hasNot("button[name=action_revoke]"),
    ],
});

/** Reads everything about a partner, and finds nothing to press. */
addTour("g2p_bridge_partner_read_only", {
    steps: () => [
        click(".o_menu_sections button:contains(Configuration)"),
        click(".dropdown-item:contains(/^Partners$/)"),
        click(".o_data_row:contains(The pbms) .o_data_cell[name=name]"),
        has(".o_form_readonly, .o_form_view"),
        click(".nav-link:contains(Keys)"),
        has(".o_data_row .badge:contains(Valid)"),
        hasNot("button[name^=action_]:not(.oe_stat_button)"),
        hasNot(".o_list_button_add"),
        hasNot(".o_form_button_create"),
    ],
});

/** While calls without proof are let in, each screen says so. */
addTour("g2p_bridge_unsigned", {
    steps: () => [
        has(".o_g2p_bridge_unsigned:contains(For tests alone)"),
        click(".o_menu_sections [data-menu-xmlid='g2p_bridge.menu_dashboard']"),
        has(".o_breadcrumb:contains(Dashboard), .o_action_manager"),
        has(".o_g2p_bridge_unsigned:contains(For tests alone)"),
        click(".o_menu_sections button:contains(Configuration)"),
        click(".dropdown-item:contains(/^Programs$/)"),
        click(".o_data_row:contains(Cash) .o_data_cell[name=benefit_program_name]"),
        has(".o_form_view"),
        has(".o_g2p_bridge_unsigned:contains(For tests alone)"),
    ],
});
