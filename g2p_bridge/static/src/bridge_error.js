import {_t} from "@web/core/l10n/translation";
import {odooExceptionTitleMap, WarningDialog} from "@web/core/errors/error_dialogs";
import {registry} from "@web/core/registry";

// A refusal is an answer to the person at the screen, not a failure of the server: show its
// sentence as Odoo shows that of every UserError. The web client goes by the exact name.
const BRIDGE_ERROR = "odoo.addons.g2p_bridge.exceptions.BridgeError";

odooExceptionTitleMap.set(BRIDGE_ERROR, _t("Invalid Operation"));
registry.category("error_dialogs").add(BRIDGE_ERROR, WarningDialog);
