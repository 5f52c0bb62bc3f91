import {ProgressBarField, progressBarField} from "@web/views/fields/progress_bar/progress_bar_field";
import {registry} from "@web/core/registry";

// Odoo's progress bar rounds from a thousand on ("1k / 1k"): of payments, every one counts.
export class ExactProgress extends ProgressBarField {
    formatCurrentValue() {
        return super.formatCurrentValue(false);
    }

    formatMaxValue() {
        return super.formatMaxValue(false);
    }
}

registry
    .category("fields")
    .add("g2p_bridge_progress", {...progressBarField, component: ExactProgress});
