import {WebClient} from "@web/webclient/webclient";
import {patch} from "@web/core/utils/patch";
import {session} from "@web/session";

/** Every screen says so while calls without proof are carried out. */
patch(WebClient.prototype, {
    setup() {
        super.setup();
        this.isG2pBridgeUnsigned = Boolean(session.g2p_bridge_unsigned);
    },
});
