import {onMounted, onWillUnmount, useExternalListener} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";

/**
 * Calls a function again and again while the page can be seen: a hidden page asks nothing,
 * and is brought up to date as soon as somebody looks at it.
 *
 * @param {() => Promise<void>} callback the next call waits for the former one
 * @param {number} interval milliseconds between two calls
 */
export function usePolling(callback, interval) {
    let timer = null;
    let alive = false;

    const stop = () => browser.clearTimeout(timer);
    const wait = () => {
        stop();
        if (alive && document.visibilityState === "visible") {
            timer = browser.setTimeout(call, interval);
        }
    };
    const call = async () => {
        stop();
        try {
            await callback();
        } finally {
            wait();
        }
    };

    onMounted(() => {
        alive = true;
        wait();
    });
    onWillUnmount(() => {
        alive = false;
        stop();
    });
    useExternalListener(document, "visibilitychange", () =>
        document.visibilityState === "visible" ? call() : stop()
    );
}
