import {Component, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {barOptions, dataset, useChart} from "./chart";
import {formatAmount, formatNumber, share} from "./format";

const FIGURES = ["declared", "shipped", "reconciled", "reversed"];

/** What became of the money of each program: the parts of a bar are what was declared. */
export class Programs extends Component {
    static template = "g2p_bridge.Programs";
    static props = {currency: Object, open: Function};

    setup() {
        this.state = useState({table: false});
        this.figures = FIGURES;
        this.formatNumber = formatNumber;
        useChart("canvas", (canvas) => this.config(canvas));
    }

    get rows() {
        return this.props.currency.programs;
    }

    get names() {
        return {
            declared: _t("Declared"),
            shipped: _t("Shipped"),
            reconciled: _t("Reconciled"),
            reversed: _t("Reversed"),
        };
    }

    get summary() {
        const parts = this.rows.map((row) =>
            _t("%(program)s: %(share)s %% reconciled", {
                program: row.name,
                share: share(row.reconciled.amount, row.declared.amount),
            })
        );
        return _t(
            "Amounts in %(currency)s by program, as bar chart. %(programs)s. The table shows all figures.",
            {currency: this.props.currency.name, programs: parts.join("; ")}
        );
    }

    /** Height of the chart, in pixels: so much for each program, and the axis. */
    get height() {
        return 34 * this.rows.length + 90;
    }

    /** Parts of what was declared; for drawing only, so numbers of JavaScript will do. */
    parts(row) {
        const {declared, shipped, reconciled, reversed} = Object.fromEntries(
            FIGURES.map((key) => [key, Number(row[key].amount)])
        );
        return [
            reconciled - reversed,
            reversed,
            Math.max(shipped - reconciled, 0),
            Math.max(declared - shipped, 0),
        ];
    }

    config(canvas) {
        const {rows} = this;
        const parts = rows.map((row) => this.parts(row));
        const options = barOptions(canvas, "y", ({dataset: bar, datasetIndex, dataIndex}) => {
            const percent = share(
                String(parts[dataIndex][datasetIndex]),
                rows[dataIndex].declared.amount
            );
            return `${bar.label}: ${percent} %`;
        });
        options.plugins.tooltip.callbacks.footer = ([item]) =>
            FIGURES.map((key) => {
                const amount = formatAmount(rows[item.dataIndex][key].amount, this.props.currency);
                return `${this.names[key]}: ${amount}`;
            });
        options.onClick = (_event, [bar]) => {
            const link = bar && rows[bar.index].link;
            if (link) {
                this.props.open(link);
            }
        };
        const column = (index) => parts.map((row) => row[index]);
        return {
            type: "bar",
            data: {
                labels: rows.map((row) => row.name),
                datasets: [
                    dataset(_t("Paid"), "reconciled", column(0)),
                    dataset(_t("Came back"), "reversed", column(1), true),
                    dataset(_t("With the bank"), "underway", column(2)),
                    dataset(_t("Not shipped"), "unshipped", column(3)),
                ],
            },
            options,
        };
    }
}
