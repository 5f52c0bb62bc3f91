import {onWillStart, onWillUnmount, useEffect, useRef} from "@odoo/owl";
import {loadBundle} from "@web/core/assets";
import {humanNumber} from "@web/core/utils/numbers";

/** Of one brightness each, to be told apart on light and on dark pages. */
const COLORS = {
    reconciled: "#159180",
    reversed: "#d9534f",
    underway: "#5b9bd5",
    unshipped: "rgba(128, 136, 150, 0.4)",
};

/**
 * Stripes, so that what came back differs by more than its colour.
 *
 * @param {string} ink
 * @returns {CanvasPattern}
 */
export function stripes(ink) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 8;
    const context = tile.getContext("2d");
    context.strokeStyle = ink;
    context.lineWidth = 2.5;
    context.beginPath();
    for (const offset of [-8, 0, 8]) {
        context.moveTo(offset - 1, 9);
        context.lineTo(offset + 9, -1);
    }
    context.stroke();
    return context.createPattern(tile, "repeat");
}

/** A bar of one figure. */
export function dataset(label, key, data, striped = false) {
    return {
        label,
        data,
        backgroundColor: striped ? stripes(COLORS[key]) : COLORS[key],
        borderColor: COLORS[key],
        borderWidth: striped ? 1 : 0,
        borderRadius: 2,
        maxBarThickness: 26,
    };
}

/**
 * What all bar charts of the page have in common.
 *
 * @param {HTMLElement} element on the page, in the colour of whose text the axes are drawn
 * @param {"x"|"y"} category the axis of what is compared; the other one is of amounts
 * @param {(item: Object) => string} tooltip the exact amount at a bar
 * @returns {Object}
 */
export function barOptions(element, category, tooltip) {
    const ink = getComputedStyle(element).color;
    const faint = Chart.helpers.color(ink).alpha(0.1).rgbString();
    const amounts = {
        stacked: true,
        grid: {color: faint},
        border: {display: false},
        ticks: {color: ink, maxTicksLimit: 6, callback: (value) => humanNumber(value, {minDigits: 1})},
    };
    const names = {
        stacked: true,
        grid: {display: false},
        border: {color: faint},
        ticks: {color: ink, autoSkipPadding: 12, maxRotation: 0},
    };
    return {
        indexAxis: category,
        maintainAspectRatio: false,
        animation: false,
        interaction: {mode: "index", axis: category, intersect: false},
        scales: category === "x" ? {x: names, y: amounts} : {x: amounts, y: names},
        plugins: {
            legend: {
                position: "bottom",
                labels: {color: ink, boxWidth: 14, boxHeight: 10, padding: 14},
            },
            tooltip: {callbacks: {label: tooltip}},
        },
    };
}

/**
 * Draws a chart into the canvas with the given reference and keeps it up to date in place,
 * without drawing it anew. While there is no canvas there is no chart.
 *
 * @param {string} name of the reference
 * @param {(canvas: HTMLCanvasElement) => Object} getConfig configuration of Chart.js
 */
export function useChart(name, getConfig) {
    const canvas = useRef(name);
    let chart = null;
    const destroy = () => {
        chart?.destroy();
        chart = null;
    };
    onWillStart(() => loadBundle("web.chartjs_lib"));
    useEffect(() => {
        if (!canvas.el || chart?.canvas !== canvas.el) {
            destroy();
        }
        if (!canvas.el) {
            return;
        }
        const config = getConfig(canvas.el);
        if (chart) {
            Object.assign(chart, {data: config.data, options: config.options});
            chart.update("none");
        } else {
            chart = new Chart(canvas.el, config);
        }
    });
    onWillUnmount(destroy);
}
