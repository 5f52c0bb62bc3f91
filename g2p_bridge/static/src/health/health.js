import {Component, onWillStart, useState} from "@odoo/owl";
import {deserializeDateTime, formatDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {KeepLast} from "@web/core/utils/concurrency";
import {useService} from "@web/core/utils/hooks";
import {Layout} from "@web/search/layout";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {formatAmount, formatCount} from "../dashboard/format";
import {useRefresh} from "../refresh";

const INTERVAL = 15000;
const {DateTime} = luxon;

/** Whether the bridge works: its heartbeats, what waits, and what stands still. */
export class Health extends Component {
    static template = "g2p_bridge.Health";
    static components = {Layout};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.formatAmount = formatAmount;
        this.formatCount = formatCount;
        this.display = {controlPanel: {}};
        this.state = useState({data: null, updated: null, stale: false});
        onWillStart(() => this.load());
        useRefresh(
            () => this.refresh(),
            () => INTERVAL
        );
    }

    async load(orm = this.orm) {
        const data = await this.keepLast.add(orm.call("g2p.bridge.health", "read_health", []));
        Object.assign(this.state, {data, updated: DateTime.now(), stale: false});
    }

    /** Reads everything once more, without a sign of it; what can't be read stays as it is. */
    async refresh() {
        try {
            await this.load(this.orm.silent);
        } catch {
            this.state.stale = true;
        }
    }

    get updatedAt() {
        return this.state.updated.toLocaleString(DateTime.TIME_WITH_SECONDS);
    }

    /** What a step's heartbeat is like: an icon, a word and a colour that say the same. */
    beat(step) {
        if (!step.active) {
            return {icon: "fa-ban text-danger", word: _t("Switched off")};
        }
        if (step.late) {
            return {icon: "fa-exclamation-triangle text-danger", word: _t("Late")};
        }
        return {icon: "fa-check-circle text-success", word: _t("In time")};
    }

    moment(text) {
        return text ? formatDateTime(deserializeDateTime(text)) : _t("Never");
    }

    /** How long ago that was, or in how long it will be, by the server's clock. */
    ago(text) {
        if (!text) {
            return "–";
        }
        const base = deserializeDateTime(this.state.data.now);
        return deserializeDateTime(text).toRelative({base});
    }

    open(link) {
        return this.action.doAction(link);
    }
}

registry.category("actions").add("g2p_bridge.health", Health);
