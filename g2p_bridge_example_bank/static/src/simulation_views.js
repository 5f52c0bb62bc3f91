import { kanbanView } from "@web/views/kanban/kanban_view";
import { listView } from "@web/views/list/list_view";
import { registry } from "@web/core/registry";

/** Lists and cards that say, above all else, that this bank is a simulation. */
class SimulationListController extends listView.Controller {
    static template = "g2p_bridge_example_bank.ListView";
}

class SimulationKanbanController extends kanbanView.Controller {
    static template = "g2p_bridge_example_bank.KanbanView";
}

registry
    .category("views")
    .add("example_bank_list", { ...listView, Controller: SimulationListController })
    .add("example_bank_kanban", { ...kanbanView, Controller: SimulationKanbanController });
