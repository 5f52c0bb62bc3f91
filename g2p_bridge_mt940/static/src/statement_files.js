import { useRef, xml } from "@odoo/owl";
import { useDropzone } from "@web/core/dropzone/dropzone_hook";
import { FileInput } from "@web/core/file_input/file_input";
import { registry } from "@web/core/registry";
import { useFileUploader } from "@web/core/utils/files";
import {
    Many2ManyBinaryField,
    many2ManyBinaryField,
} from "@web/views/fields/many2many_binary/many2many_binary_field";

export const UPLOAD_ROUTE = "/web/binary/upload_attachment";

/**
 * Statement files are chosen, several at once, or dropped onto the field from a folder.
 */
export class StatementFiles extends Many2ManyBinaryField {
    static template = xml`
        <div t-ref="root" class="o_g2p_bridge_statement_files">
            <div t-if="!props.readonly" class="border border-2 rounded p-4 text-center" style="border-style: dashed !important">
                <i class="fa fa-cloud-upload fa-2x text-muted" role="img" aria-label="Upload" title="Upload"/>
                <div class="mb-2">Drop statement files here, as many as you like</div>
                <FileInput multiUpload="true" onUpload.bind="onFileUploaded"
                           resModel="props.record.resModel" resId="props.record.resId or 0">
                    <button class="btn btn-secondary o_attach" type="button">Choose Files</button>
                </FileInput>
            </div>
            <ul class="list-group mt-2" t-if="files.length">
                <li t-foreach="files" t-as="file" t-key="file.id"
                    class="list-group-item d-flex justify-content-between align-items-center py-1">
                    <span class="text-break"><i class="fa fa-file-text-o me-2" aria-hidden="true"/><t t-esc="file.name"/></span>
                    <button t-if="!props.readonly" class="btn btn-link btn-sm" type="button"
                            t-on-click="() => this.onFileRemove(file.id)">Remove</button>
                </li>
            </ul>
        </div>`;
    static components = { FileInput };

    setup() {
        super.setup();
        this.upload = useFileUploader();
        this.root = useRef("root");
        useDropzone(
            this.root,
            (ev) => this.onDrop(ev),
            "o_g2p_bridge_dropzone",
            () => !this.props.readonly
        );
    }

    async onDrop(ev) {
        const uploaded = await this.upload(UPLOAD_ROUTE, {
            csrf_token: odoo.csrf_token,
            ufile: [...ev.dataTransfer.files],
            model: this.props.record.resModel,
            id: this.props.record.resId || 0,
        });
        if (uploaded) {
            await this.onFileUploaded(uploaded);
        }
    }
}

registry
    .category("fields")
    .add("g2p_bridge_statement_files", { ...many2ManyBinaryField, component: StatementFiles });
