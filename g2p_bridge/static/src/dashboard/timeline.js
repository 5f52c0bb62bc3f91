import {Component, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {barOptions, dataset, useChart} from "./chart";
import {formatAmount, formatCount, formatNumber, formatPeriod, formatTick} from "./format";

/** What statements proved, over time: paid upwards, come back downwards. */
export class Timeline extends Component {
    static template = "g2p_bridge.Timeline";
    static props = {currency: Object, unit: String};

    setup() {
        this.state = useState({table: false});
        this.formatNumber = formatNumber;
        this.formatCount = formatCount;
        this.formatPeriod = formatPeriod;
        useChart("canvas", (canvas) => this.config(canvas));
    }

    get points() {
        return this.props.currency.timeline;
    }

    /** Periods in which something happened: those that a table needs. */
    get rows() {
        return this.points.filter((point) => point.reconciled.count || point.reversed.count).reverse();
    }

    get units() {
        return {day: _t("per day"), week: _t("per week"), month: _t("per month")};
    }

    get names() {
        return {reconciled: _t("Reconciled"), reversed: _t("Reversed")};
    }

    get summary() {
        const count = (key) =>
            formatCount(this.points.reduce((total, point) => total + point[key].count, 0));
        return _t(
            "Payments in %(currency)s %(unit)s, as bar chart: %(reconciled)s reconciled, %(reversed)s reversed. The table shows all figures.",
            {
                currency: this.props.currency.name,
                unit: this.units[this.props.unit],
                reconciled: count("reconciled"),
                reversed: count("reversed"),
            }
        );
    }

    config(canvas) {
        const {currency, unit} = this.props;
        const points = this.points;
        const values = (key, sign) => points.map((point) => sign * Number(point[key].amount));
        const keys = ["reconciled", "reversed"];
        const options = barOptions(canvas, "x", ({dataIndex, datasetIndex}) => {
            const key = keys[datasetIndex];
            const {amount, count} = points[dataIndex][key];
            return `${this.names[key]}: ${formatAmount(amount, currency)} (${formatCount(count)})`;
        });
        options.plugins.tooltip.callbacks.title = ([item]) =>
            formatPeriod(points[item.dataIndex].start, unit);
        return {
            type: "bar",
            data: {
                labels: points.map((point) => formatTick(point.start, unit)),
                datasets: [
                    dataset(this.names.reconciled, "reconciled", values("reconciled", 1)),
                    dataset(this.names.reversed, "reversed", values("reversed", -1), true),
                ],
            },
            options,
        };
    }
}
