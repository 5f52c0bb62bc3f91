import {formatDate} from "@web/core/l10n/dates";
import {localization} from "@web/core/l10n/localization";
import {insertThousandsSep} from "@web/core/utils/numbers";

const {DateTime} = luxon;
const NBSP = "\u00A0";

/**
 * An amount as people read it. It stays the text that the server has summed: a number of
 * JavaScript would lose its last digits.
 *
 * @param {string} amount digits, with a point before decimals
 * @param {{symbol: string, position: string}} currency
 * @returns {string}
 */
export function formatAmount(amount, currency) {
    const parts = [currency.symbol, formatNumber(amount)];
    return (currency.position === "after" ? parts.reverse() : parts).join(NBSP);
}

/** The same without its currency, for columns that are of one currency. */
export function formatNumber(amount) {
    const [whole, decimals] = amount.split(".");
    const number = formatCount(whole);
    return decimals ? number + localization.decimalPoint + decimals : number;
}

/**
 * A count with thousands apart and nothing rounded.
 *
 * @param {number|string} count
 * @returns {string}
 */
export function formatCount(count) {
    return insertThousandsSep(String(count), localization.thousandsSep, localization.grouping);
}

/**
 * How much one amount is of another, in percent with one decimal; rounded down, so that
 * what is not complete never reads as 100.
 *
 * @param {string} part
 * @param {string} whole
 * @returns {number}
 */
export function share(part, whole) {
    const total = Number(whole);
    if (!total || part === whole) {
        return total ? 100 : 0;
    }
    return Math.min(Math.floor((1000 * Number(part)) / total) / 10, Number(part) < total ? 99.9 : 100);
}

/**
 * The name of a day, week or month.
 *
 * @param {string} start its first day
 * @param {"day"|"week"|"month"} unit
 * @returns {string}
 */
export function formatPeriod(start, unit) {
    const day = DateTime.fromISO(start);
    return unit === "month" ? day.toFormat("LLL yyyy") : formatDate(day);
}

/** The same as short as an axis needs it. */
export function formatTick(start, unit) {
    return DateTime.fromISO(start).toFormat(unit === "month" ? "LLL yy" : "d LLL");
}
