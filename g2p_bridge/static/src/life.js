import { Component, xml } from "@odoo/owl";
import { deserializeDate, deserializeDateTime, formatDate, formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

// Shape, colour and word say the same: colour is never the only signal.
const TONES = {
    done: { icon: "fa-check-circle text-success", label: _t("Done") },
    wait: { icon: "fa-clock-o text-muted", label: _t("To come") },
    bad: { icon: "fa-exclamation-triangle text-warning", label: _t("Needs attention") },
    muted: { icon: "fa-ban text-muted", label: _t("Ended") },
};

/**
 * Shows the steps of a payment's life, the first at the top, each with its time in the
 * user's zone and with links to the records that it is about.
 */
export class Life extends Component {
    static template = xml`
        <ol class="o_g2p_bridge_life list-unstyled mb-0">
            <li t-foreach="steps" t-as="step" t-key="step_index" class="d-flex gap-3 pb-2">
                <i t-attf-class="fa fa-lg {{step.icon}} pt-1" role="img" t-att-title="step.label" t-att-aria-label="step.label"/>
                <div class="flex-grow-1 border-bottom pb-2">
                    <div class="d-flex flex-wrap justify-content-between gap-2">
                        <b t-esc="step.title" t-att-class="step.tone === 'wait' ? 'text-muted' : ''"/>
                        <span class="text-muted text-nowrap" t-esc="step.when"/>
                    </div>
                    <div t-if="step.text" t-esc="step.text"/>
                    <div t-if="step.links" class="d-flex flex-wrap gap-3">
                        <a t-foreach="step.links" t-as="link" t-key="link_index" href="#"
                           class="text-break" t-esc="link.name"
                           t-on-click.prevent.stop="() => this.open(link)"/>
                    </div>
                </div>
            </li>
        </ol>`;
    static props = standardFieldProps;

    setup() {
        this.action = useService("action");
    }

    get steps() {
        return (this.props.record.data[this.props.name] || []).map((step) => ({
            ...step,
            ...TONES[step.tone],
            when: this.when(step),
        }));
    }

    when(step) {
        if (step.day) {
            return formatDate(deserializeDate(step.day));
        }
        return step.moment ? formatDateTime(deserializeDateTime(step.moment.replace("T", " "))) : "";
    }

    open(link) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: link.model,
            res_id: link.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("fields").add("g2p_bridge_life", {
    component: Life,
    supportedTypes: ["json"],
    isEmpty: () => false,
});
