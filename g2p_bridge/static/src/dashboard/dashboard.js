import {Component, onWillStart, useState} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {makeContext} from "@web/core/context";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {user} from "@web/core/user";
import {KeepLast} from "@web/core/utils/concurrency";
import {useService} from "@web/core/utils/hooks";
import {useSetupAction} from "@web/search/action_hook";
import {Layout} from "@web/search/layout";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {formatAmount, formatCount, share} from "./format";
import {Onboarding} from "./onboarding";
import {useRefresh} from "../refresh";
import {Programs} from "./programs";
import {Timeline} from "./timeline";

const INTERVAL = 15000;
const {DateTime} = luxon;

/** The landing page: what is under way, what waits for a person, where the money is. */
export class Dashboard extends Component {
    static template = "g2p_bridge.Dashboard";
    static components = {Layout, Onboarding, Programs, Timeline};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.formatAmount = formatAmount;
        this.formatCount = formatCount;
        this.share = share;
        this.display = {controlPanel: {layoutActions: true}};
        this.state = useState({
            period: "month",
            programId: false,
            currencyId: false,
            ...this.props.state,
            data: null,
            updated: null,
            stale: false,
            hidden: Boolean(browser.localStorage.getItem(this.hiddenKey)),
        });
        useSetupAction({
            getLocalState: () => {
                const {period, programId, currencyId} = this.state;
                return {period, programId, currencyId};
            },
        });
        onWillStart(() => this.load());
        useRefresh(
            () => this.refresh(),
            () => INTERVAL
        );
    }

    /** Reads everything; what was asked for last wins. */
    async load(orm = this.orm) {
        const {period, programId} = this.state;
        const data = await this.keepLast.add(
            orm.call("g2p.bridge.dashboard", "read_dashboard", [period, programId])
        );
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

    // What is chosen

    get periods() {
        return [
            {key: "month", name: _t("30 days")},
            {key: "year", name: _t("This year")},
            {key: "all", name: _t("All")},
        ];
    }

    get periodName() {
        return {
            month: _t("Last 30 days"),
            year: _t("This year"),
            all: _t("All times"),
        }[this.state.period];
    }

    async choosePeriod(period) {
        this.state.period = period;
        await this.load();
    }

    async chooseProgram(ev) {
        this.state.programId = Number(ev.target.value) || false;
        await this.load();
    }

    chooseCurrency(ev) {
        this.state.currencyId = Number(ev.target.value);
    }

    /** The currency of the charts. */
    get currency() {
        const {currencies} = this.state.data;
        return currencies.find(({id}) => id === this.state.currencyId) || currencies[0];
    }

    // What is shown

    get updatedAt() {
        return this.state.updated.toLocaleString(DateTime.TIME_WITH_SECONDS);
    }

    get isEmpty() {
        return !this.state.data.has_envelopes && !this.waiting.length;
    }

    get waiting() {
        return this.state.data.tasks.filter((task) => task.value);
    }

    /** What waits for a person: first what waits for this one. */
    get taskGroups() {
        const mine = this.waiting.filter((task) => task.mine);
        const others = this.waiting.filter((task) => !task.mine);
        return [
            {key: "mine", name: _t("For you"), tasks: mine},
            {key: "others", name: mine.length ? _t("For others") : "", tasks: others},
        ].filter((group) => group.tasks.length);
    }

    get nothingForMe() {
        return this.waiting.length
            ? _t("Nothing waits for you. What waits for others:")
            : _t("Nothing waits for you.");
    }

    taskIcon(task) {
        return {danger: "fa-exclamation-circle", warning: "fa-exclamation-triangle"}[task.tone] || "fa-clock-o";
    }

    toneName(task) {
        return {danger: _t("Urgent"), warning: _t("Look into it"), info: _t("Waiting")}[task.tone];
    }

    stageHint(stage) {
        return {
            receiving: _t("Disbursements arrive"),
            to_approve: _t("An approver releases"),
            scheduled: _t("Waits for its day"),
            funding: _t("Money is secured"),
            shipping: _t("On the way to the bank"),
            shipped: _t("Waits for the statement"),
            reconciled: this.periodName,
        }[stage.state];
    }

    stageLabel(stage) {
        return _t("%(stage)s: %(envelopes)s envelopes, %(payments)s", {
            stage: stage.name,
            envelopes: formatCount(stage.envelopes),
            payments: this.payments(stage.disbursements),
        });
    }

    payments(count) {
        return count === 1 ? _t("1 payment") : _t("%s payments", formatCount(count));
    }

    get showsOnboarding() {
        return Boolean(this.state.data.onboarding) && !this.state.hidden;
    }

    get hiddenKey() {
        return `g2p_bridge.first_steps_hidden.${user.userId}`;
    }

    setHidden(hidden) {
        this.state.hidden = hidden;
        if (hidden) {
            browser.localStorage.setItem(this.hiddenKey, "1");
        } else {
            browser.localStorage.removeItem(this.hiddenKey);
        }
    }

    // What is opened

    /** Opens what a link of the server stands for: an action with its own title and rows. */
    async open({action, name, domain, context, view}) {
        const found = await this.action.loadAction(action);
        const changes = {};
        if (domain) {
            Object.assign(changes, {name, display_name: name, domain});
            changes.context = this.withoutFilters(found.context);
        }
        if (context) {
            changes.context = context;
        }
        await this.action.doAction(
            {...found, ...changes},
            {viewType: view, onClose: () => this.refresh()}
        );
    }

    /** An action's context; its own filters would hide rows that the number counts. */
    withoutFilters(context) {
        const entries = Object.entries(makeContext([context || {}], user.context));
        return Object.fromEntries(entries.filter(([key]) => !key.startsWith("search_default_")));
    }

    openAnalysis(view) {
        return this.open({action: "g2p_bridge.envelope_action", view});
    }
}

registry.category("actions").add("g2p_bridge.dashboard", Dashboard);
