import {Component, onWillUpdateProps, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {insertThousandsSep} from "@web/core/utils/numbers";
import {localization} from "@web/core/l10n/localization";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {useRefresh} from "../refresh";

const ICONS = {
    todo: "fa-circle-o",
    running: "fa-refresh",
    waiting: "fa-clock-o",
    done: "fa-check-circle",
    attention: "fa-exclamation-triangle",
    skipped: "fa-minus-circle",
    paused: "fa-pause-circle",
    stopped: "fa-ban",
};
// The whole page is read again at most this often while only counts change.
const PAGE_INTERVAL = 8000;

/**
 * How far an envelope has come, stage by stage. It asks for news by itself while there may
 * be any; the page around it is read again when its buttons may have changed.
 */
export class Pipeline extends Component {
    static template = "g2p_bridge.Pipeline";
    static props = {...standardFieldProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.icons = ICONS;
        this.state = useState({data: this.value(this.props)});
        this.pageReadAt = Date.now();
        onWillUpdateProps((props) => {
            this.state.data = this.value(props);
        });
        useRefresh(
            () => this.refresh(),
            () => this.state.data?.refresh
        );
    }

    value(props) {
        return props.record.data[props.name];
    }

    /** What the screen reader is told when a stage has moved on. */
    get summary() {
        return this.state.data.stages
            .map((stage) => `${stage.label}: ${stage.mark_label}`)
            .join(", ");
    }

    /** The control totals, one row for what is counted and one for the money. */
    get totals() {
        const {declared, received, missing} = this.state.data.totals;
        const row = (key, label, show) => ({
            key,
            label,
            declared: show(declared),
            received: show(received),
            missing: show(missing),
        });
        return [
            row("count", _t("Disbursements"), ({count}) => this.formatCount(count)),
            row("amount", _t("Amount"), ({amount}) => amount),
        ];
    }

    get progressLabel() {
        return _t("Progress of the envelope");
    }

    formatCount(count) {
        return insertThousandsSep(
            String(count),
            localization.thousandsSep,
            localization.grouping
        );
    }

    progressText(stage) {
        return _t("%(label)s: %(mark)s, %(count)s of %(total)s payments (%(percent)s %%), %(amount)s", {
            label: stage.label,
            count: this.formatCount(stage.count),
            total: this.formatCount(stage.total),
            percent: stage.percent,
            amount: stage.amount,
            mark: stage.mark_label,
        });
    }

    async open(part) {
        const {resModel, resId} = this.props.record;
        const action = await this.orm.call(resModel, "action_open_part", [[resId], part]);
        return this.action.doAction(action);
    }

    async refresh() {
        const {record, name} = this.props;
        const {resModel, resId} = record;
        const [row] = await this.orm.silent.read(resModel, [resId], [name]);
        if (!row || resId !== this.props.record.resId) {
            return;
        }
        const before = this.state.data;
        const after = row[name];
        if (JSON.stringify(before) === JSON.stringify(after)) {
            return;
        }
        this.state.data = after;
        const turned = JSON.stringify(before?.form) !== JSON.stringify(after.form);
        if (turned || !after.refresh || Date.now() - this.pageReadAt > PAGE_INTERVAL) {
            this.pageReadAt = Date.now();
            await this.props.record.load();
        }
    }
}

registry.category("fields").add("g2p_bridge_pipeline", {
    component: Pipeline,
    displayName: _t("Pipeline of an Envelope"),
    supportedTypes: ["json"],
});
