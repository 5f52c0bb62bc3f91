import {registry} from "@web/core/registry";
import {SIZES, utils} from "@web/core/ui/ui_service";
import {CalendarController} from "@web/views/calendar/calendar_controller";
import {CalendarModel} from "@web/views/calendar/calendar_model";
import {calendarView} from "@web/views/calendar/calendar_view";

/** On a narrow window the days get all the room: the side bar opens by its button. */
export class EnvelopeCalendarController extends CalendarController {
    setup() {
        super.setup();
        if (utils.getSize() <= SIZES.LG) {
            this.state.showSideBar = false;
        }
    }
}

/** Shows which cycle of which program is paid on a day: people don't know envelopes by their IDs. */
export class EnvelopeCalendarModel extends CalendarModel {
    normalizeRecord(rawRecord) {
        const title = [rawRecord.cycle_code_mnemonic, rawRecord.program_id[1]].join(" · ");
        return {...super.normalizeRecord(rawRecord), title};
    }
}

registry.category("views").add("g2p_bridge_envelope_calendar", {
    ...calendarView,
    Controller: EnvelopeCalendarController,
    Model: EnvelopeCalendarModel,
});
