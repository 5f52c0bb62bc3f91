import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/**
 * The dry run of an envelope. The server reads and words everything; this page shows it and
 * leads to the disbursements that a row speaks of.
 */
export class EnvelopePreview extends Component {
    static template = "g2p_bridge.EnvelopePreview";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        this.state = useState({ preview: null, ratio: "2", compareWith: null, busy: false });
        const { action, updateActionState } = this.props;
        this.envelopeId = action.context.active_id;
        updateActionState?.({ active_id: this.envelopeId });
        onWillStart(() => this.load());
    }

    async load() {
        this.state.busy = true;
        try {
            const preview = await this.orm.call(
                "g2p.bridge.envelope",
                "preview_release",
                [[this.envelopeId]],
                { ratio: this.state.ratio, compare_with: this.state.compareWith }
            );
            Object.assign(this.state, {
                preview,
                ratio: preview.ratio,
                compareWith: preview.former || null,
            });
        } finally {
            this.state.busy = false;
        }
    }

    async compare(ev) {
        this.state.compareWith = Number(ev.target.value) || null;
        await this.load();
    }

    async apply(ev) {
        ev.preventDefault();
        await this.load();
    }

    open({ title, domain }) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: title,
            res_model: "g2p.bridge.disbursement",
            views: [
                [false, "list"],
                [false, "form"],
            ],
            domain,
            context: { create: false },
        });
    }

    /** Approve what this page shows: if it is something else meanwhile, the server refuses. */
    async approve() {
        const action = await this.orm.call(
            "g2p.bridge.envelope",
            "action_open_approve",
            [[this.envelopeId]],
            { revisions: { [this.envelopeId]: this.state.preview.revision } }
        );
        return this.action.doAction(action, { onClose: () => this.load() });
    }

    openEnvelope() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "g2p.bridge.envelope",
            res_id: this.envelopeId,
            views: [[false, "form"]],
        });
    }

    get noEarlier() {
        return _t("There is no earlier cycle of this program to compare with.");
    }
}

registry.category("actions").add("g2p_bridge.envelope_preview", EnvelopePreview);
