import {browser} from "@web/core/browser/browser";
import {SIZES, utils} from "@web/core/ui/ui_service";
import {patch} from "@web/core/utils/patch";
import {ListRenderer} from "@web/views/list/list_renderer";

/**
 * On a narrow window the lists of the bridge begin with their essential columns alone, so that
 * nobody scrolls sideways. Whoever has chosen columns keeps them at every width.
 */
patch(ListRenderer.prototype, {
    computeOptionalActiveFields() {
        const active = super.computeOptionalActiveFields();
        const chosen = browser.localStorage.getItem(this.keyOptionalFields) !== null;
        const ours = this.props.list.resModel.startsWith("g2p.bridge.");
        if (!ours || chosen || utils.getSize() > SIZES.LG) {
            return active;
        }
        return Object.fromEntries(Object.keys(active).map((name) => [name, false]));
    },
});
