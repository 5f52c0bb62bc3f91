import {registry} from "@web/core/registry";
import {CalendarModel} from "@web/views/calendar/calendar_model";
import {calendarView} from "@web/views/calendar/calendar_view";

/** Shows which cycle of which program is paid on a day: people don't know envelopes by their IDs. */
export class EnvelopeCalendarModel extends CalendarModel {
    normalizeRecord(rawRecord) {
        const title = [rawRecord.cycle_code_mnemonic, rawRecord.program_id[1]].join(" · ");
        return {...super.normalizeRecord(rawRecord), title};
    }
}

registry
    .category("views")
    .add("g2p_bridge_envelope_calendar", {...calendarView, Model: EnvelopeCalendarModel});
