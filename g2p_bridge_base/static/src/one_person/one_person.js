import {WebClient} from "@web/webclient/webclient";
import {patch} from "@web/core/utils/patch";
import {session} from "@web/session";

/** Every screen says so while one person alone may change what directs money. */
patch(WebClient.prototype, {
    setup() {
        super.setup();
        this.isG2pBridgeOnePerson = Boolean(session.g2p_bridge_one_person);
    },
});
