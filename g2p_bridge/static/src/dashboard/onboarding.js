import {Component} from "@odoo/owl";

/** The way from nothing to a first paid envelope. */
export class Onboarding extends Component {
    static template = "g2p_bridge.Onboarding";
    static props = {steps: Array, open: Function, hide: Function};

    /** The step to take next: the first one that the way needs and that is not done. */
    get next() {
        return this.props.steps.find((step) => !step.done && !step.optional)?.key;
    }

    get done() {
        return this.props.steps.filter((step) => step.done).length;
    }
}
