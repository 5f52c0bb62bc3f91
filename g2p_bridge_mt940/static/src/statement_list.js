import { onWillStart } from "@odoo/owl";
import { useDropzone } from "@web/core/dropzone/dropzone_hook";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useFileUploader } from "@web/core/utils/files";
import { useService } from "@web/core/utils/hooks";
import { listView } from "@web/views/list/list_view";
import { ListController } from "@web/views/list/list_controller";
import { UPLOAD_ROUTE } from "./statement_files";

const WIZARD = "g2p.bridge.statement.upload";
const GROUPS = ["group_finance", "group_admin"];

/**
 * The list of statements takes files that are dropped onto it, and shows what came of each.
 */
export class StatementListController extends ListController {
    setup() {
        super.setup();
        this.upload = useFileUploader();
        this.actionService = useService("action");
        this.mayUpload = false;
        onWillStart(async () => {
            const has = GROUPS.map((name) => user.hasGroup(`g2p_bridge_base.${name}`));
            this.mayUpload = (await Promise.all(has)).some(Boolean);
        });
        useDropzone(
            this.rootRef,
            (ev) => this.onDrop(ev),
            "o_g2p_bridge_dropzone",
            () => this.mayUpload
        );
    }

    async onDrop(ev) {
        const uploaded = await this.upload(UPLOAD_ROUTE, {
            csrf_token: odoo.csrf_token,
            ufile: [...ev.dataTransfer.files],
            model: WIZARD,
            id: 0,
        });
        const taken = (uploaded || []).filter((file) => !file.error);
        if (taken.length) {
            const action = await this.model.orm.call(WIZARD, "receive_files", [
                taken.map((file) => file.id),
            ]);
            await this.actionService.doAction(action, { onClose: () => this.model.load() });
        }
    }
}

registry.category("views").add("g2p_bridge_statement_list", {
    ...listView,
    Controller: StatementListController,
});
