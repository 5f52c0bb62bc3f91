import {onMounted, onWillUnmount, useExternalListener} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";

const LONGEST = 60000;

/**
 * Asks for news after a time that the last answer names, while the page can be seen. A
 * server that does not answer is asked more and more seldom; nobody is told, because what
 * is on the screen stays true until there is news.
 *
 * @param {() => Promise<void>} callback the next call waits for the former one
 * @param {() => number} interval milliseconds until the next call; 0 for never
 */
export function useRefresh(callback, interval) {
    let timer = null;
    let alive = false;
    let failures = 0;

    const stop = () => browser.clearTimeout(timer);
    const wait = () => {
        stop();
        const delay = interval();
        if (alive && delay && document.visibilityState === "visible") {
            timer = browser.setTimeout(call, Math.min(delay * 2 ** failures, LONGEST));
        }
    };
    const call = async () => {
        stop();
        try {
            await callback();
            failures = 0;
        } catch {
            failures = Math.min(failures + 1, 5);
        }
        wait();
    };

    onMounted(() => {
        alive = true;
        wait();
    });
    onWillUnmount(() => {
        alive = false;
        stop();
    });
    useExternalListener(document, "visibilitychange", () => {
        if (alive && document.visibilityState === "visible" && interval()) {
            call();
        } else {
            stop();
        }
    });
}
