import {Component} from "@odoo/owl";
import {deserializeDateTime, formatDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const {DateTime} = luxon;

/** Who did what with an envelope, newest first, by days of the user's own time zone. */
export class EnvelopeTimeline extends Component {
    static template = "g2p_bridge.EnvelopeTimeline";
    static props = {...standardFieldProps};

    get days() {
        const days = new Map();
        for (const event of this.props.record.data[this.props.name] || []) {
            const moment = deserializeDateTime(event.at);
            const key = moment.toISODate();
            if (!days.has(key)) {
                days.set(key, {key, label: moment.toLocaleString(DateTime.DATE_HUGE), events: []});
            }
            days.get(key).events.push({
                ...event,
                time: moment.toLocaleString(DateTime.TIME_SIMPLE),
                moment: formatDateTime(moment),
            });
        }
        return [...days.values()];
    }
}

registry.category("fields").add("g2p_bridge_timeline", {
    component: EnvelopeTimeline,
    displayName: _t("Timeline of an Envelope"),
    supportedTypes: ["json"],
});
