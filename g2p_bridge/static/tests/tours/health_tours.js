import {addTour} from "@g2p_bridge/../tests/tours/tour_steps";
import {stepUtils} from "@web_tour/tour_utils";

const PAGE = ".o_g2p_bridge_health";
const has = (trigger) => ({trigger});
const click = (trigger) => ({trigger, run: "click"});
const open = () => [
    stepUtils.showAppsMenuItem(),
    click('.o_app[data-menu-xmlid="g2p_bridge.menu_root"]'),
    click('.o_menu_sections [data-menu-xmlid="g2p_bridge.menu_health"]'),
    has(`${PAGE} [data-step=ship]`),
];

addTour("g2p_bridge_health_well", {
    steps: () => [
        ...open(),
        has(`${PAGE} .o_g2p_bridge_well:contains(All is well)`),
        has(`${PAGE} [data-step=ship]:contains(In time)`),
        has(`${PAGE}:contains(Jobs are run)`),
        click(`${PAGE} button[title=Refresh], .o_control_panel button[title=Refresh]`),
        has(`${PAGE} .o_g2p_bridge_well`),
    ],
});

addTour("g2p_bridge_health_trouble", {
    steps: () => [
        ...open(),
        has(`${PAGE} [data-step=ship]:contains(Late)`),
        has(`${PAGE} [data-step=block]:contains(In time)`),
        has(`${PAGE} [data-stall=late_heartbeat]:contains(has not run)`),
        has(`${PAGE} [data-currency=USD]:contains(60.75)`),
        click(`${PAGE} [data-stall=uncertain] a`),
        has(".o_form_view:contains(60.75)"),
    ],
});

addTour("g2p_bridge_health_silent", {
    steps: () => [
        stepUtils.showAppsMenuItem(),
        click('.o_app[data-menu-xmlid="g2p_bridge.menu_root"]'),
        has(".o_g2p_bridge_dashboard [data-problem=late_heartbeat]"),
        click(".o_g2p_bridge_problems button"),
        has(`${PAGE} .o_g2p_bridge_silent:contains(3 hours ago)`),
        has(`${PAGE} [data-step=ship]:contains(Late)`),
    ],
});
