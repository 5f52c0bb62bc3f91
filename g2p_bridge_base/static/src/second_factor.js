/** @odoo-module **/

import {_t} from "@web/core/l10n/translation";
import {Dialog} from "@web/core/dialog/dialog";
import {registry} from "@web/core/registry";
import {rpc, RPCError} from "@web/core/network/rpc";
import {useAutofocus} from "@web/core/utils/hooks";
import {Component, useState} from "@odoo/owl";

// The web client goes by the exact name.
const NEEDED = "odoo.addons.g2p_bridge_base.exceptions.SecondFactorNeeded";
const MODEL = "g2p.bridge.second.factor";

/** Asks for a code of the authenticator app, until it is right or the person gives up. */
export class SecondFactorDialog extends Component {
    static template = "g2p_bridge_base.SecondFactorDialog";
    static components = {Dialog};
    static props = {close: Function, onProved: Function, words: String};

    setup() {
        this.state = useState({code: "", fault: false, busy: false});
        useAutofocus({refName: "code"});
    }

    async onSubmit() {
        this.state.busy = true;
        try {
            this.state.fault = await rpc(`/web/dataset/call_kw/${MODEL}/prove`, {
                model: MODEL,
                method: "prove",
                args: [this.state.code],
                kwargs: {},
            });
        } finally {
            this.state.busy = false;
        }
        if (this.state.fault) {
            this.state.code = "";
            return;
        }
        this.props.onProved();
        this.props.close();
    }
}

/**
 * Whatever is refused for want of a second factor is sent once more when its code was entered,
 * from wherever it was called: a button, a window, a form that is saved.
 */
export const secondFactorService = {
    dependencies: ["dialog"],

    start(_env, {dialog}) {
        let asking = null;
        const ask = (words) => {
            asking ??= new Promise((resolve) => {
                dialog.add(
                    SecondFactorDialog,
                    {words, onProved: () => resolve(true)},
                    {onClose: () => resolve(false)}
                );
            }).finally(() => (asking = null));
            return asking;
        };
        const send = rpc._rpc;
        rpc._rpc = (url, params, settings) => {
            const first = send(url, params, settings);
            const whole = first.catch(async (error) => {
                const needed = error instanceof RPCError && error.exceptionName === NEEDED;
                if (needed && (await ask(error.data.message))) {
                    return rpc._rpc(url, params, settings);
                }
                throw error;
            });
            whole.abort = first.abort;
            return whole;
        };
    },
};

registry.category("services").add("g2p_bridge_second_factor", secondFactorService);
registry.category("error_notifications").add(NEEDED, {
    message: _t("Nothing was done: no code was entered."),
    type: "warning",
});
