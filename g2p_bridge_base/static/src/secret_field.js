/** @odoo-module **/

import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useAutofocus} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {useRecordObserver} from "@web/model/relational_model/utils";
import {Component, onPatched, useRef, useState} from "@odoo/owl";

// What the server sends in place of a stored secret, see secret.py.
const MASK = "••••••••";

/**
 * A secret that can be given, replaced and removed, but not read: the server never sends it.
 */
export class SecretField extends Component {
    static template = "g2p_bridge_base.SecretField";
    static props = {...standardFieldProps};

    setup() {
        this.state = useState({editing: false, stored: false});
        useAutofocus({refName: "input"});
        this.verbButton = useRef("verb");
        this.giveBackFocus = false;
        onPatched(() => {
            if (this.giveBackFocus && this.verbButton.el) {
                this.giveBackFocus = false;
                this.verbButton.el.focus();
            }
        });
        useRecordObserver((record) => {
            const value = record.data[this.props.name];
            // Loaded, saved or discarded: what was typed is gone.
            if (value === MASK || !record.dirty) {
                this.state.editing = false;
                this.state.stored = value === MASK;
            }
        });
    }

    get value() {
        return this.props.record.data[this.props.name];
    }

    get status() {
        if (this.value === MASK) {
            return _t("Set");
        }
        if (this.value) {
            return _t("Replaced when you save");
        }
        return this.state.stored ? _t("Removed when you save") : _t("Not set");
    }

    get icon() {
        return this.value === MASK ? "fa-lock text-success" : "fa-unlock-alt text-muted";
    }

    get verb() {
        return this.state.stored ? _t("Replace") : _t("Enter");
    }

    onEdit() {
        this.state.editing = true;
    }

    onInput(ev) {
        // So that the form can be saved while the cursor is still here.
        this.props.record.model.bus.trigger("FIELD_IS_DIRTY", Boolean(ev.target.value));
    }

    async onChange(ev) {
        if (ev.target.value.trim()) {
            await this.update(ev.target.value.trim());
        }
    }

    async onKeydown(ev) {
        if (ev.key === "Escape") {
            ev.stopPropagation();
            await this.onUndo();
        }
    }

    async onUndo() {
        // Who works by keyboard goes on where they were.
        this.giveBackFocus = true;
        this.state.editing = false;
        await this.update(this.state.stored ? MASK : false);
    }

    async onRemove() {
        await this.update(false);
    }

    update(value) {
        return this.props.record.update({[this.props.name]: value});
    }
}

export const secretField = {
    component: SecretField,
    displayName: _t("Secret"),
    supportedTypes: ["char"],
};

registry.category("fields").add("g2p_bridge_secret", secretField);
