import {browser} from "@web/core/browser/browser";
import {patch} from "@web/core/utils/patch";
import {ListRenderer} from "@web/views/list/list_renderer";

/** Windows below this width, in pixels, have little room for a list; within a form, below this. */
const NARROW = 1200;
const NARROW_WITHIN_FORM = 1600;

/**
 * Where there is little room the lists of the bridge begin with their essential columns alone,
 * so that nobody scrolls sideways: on a narrow window, and for the lists within a form on all but
 * the widest. Whoever has chosen columns keeps them at every width.
 */
patch(ListRenderer.prototype, {
    computeOptionalActiveFields() {
        const active = super.computeOptionalActiveFields();
        const chosen = browser.localStorage.getItem(this.keyOptionalFields) !== null;
        const ours = this.props.list.resModel.startsWith("g2p.bridge.");
        const enough = this.isX2Many ? NARROW_WITHIN_FORM : NARROW;
        if (!ours || chosen || browser.innerWidth >= enough) {
            return active;
        }
        return Object.fromEntries(Object.keys(active).map((name) => [name, false]));
    },
});
