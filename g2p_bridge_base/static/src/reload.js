/** @odoo-module **/

import { Component, onWillUnmount, xml } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const INTERVAL = 2000;
/** Pause after an answer, in times that it took: a form that is hard to read is read less often. */
const REST = 9;

/**
 * Reads the record of a form again every two seconds, for as long as it is visible and
 * nobody edits it: so a form shows how far work in the background has come. Watching takes a
 * tenth of the time at most.
 */
export class Reload extends Component {
    static template = xml`<span class="o_g2p_bridge_reload"/>`;
    static props = standardWidgetProps;

    setup() {
        this.timer = setTimeout(() => this.reload(), INTERVAL);
        onWillUnmount(() => {
            clearTimeout(this.timer);
            this.timer = null;
        });
    }

    async reload() {
        const record = this.props.record;
        const begin = Date.now();
        if (record.resId && !(await record.isDirty())) {
            await record.load();
        }
        if (this.timer) {
            const pause = Math.max(INTERVAL, REST * (Date.now() - begin));
            this.timer = setTimeout(() => this.reload(), pause);
        }
    }
}

registry.category("view_widgets").add("g2p_bridge_reload", { component: Reload });
