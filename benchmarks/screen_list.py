# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The screens that are measured, and the number that each has to show."""

from dataclasses import dataclass, replace

#: A list counts no further than to here.
COUNT_LIMIT = 10_000
#: Cards of a column.
CARDS = 20

PAGER = ".o_pager_limit"
TITLE = ".o_group_name"
EMPTY = ".o_view_nocontent"
LIST = ".o_list_table .o_data_row"

LARGE = (
    "SELECT id FROM g2p_bridge_envelope WHERE state = '{}'"
    " ORDER BY number_of_disbursements DESC LIMIT 1"
)
#: A payment of the largest envelope that was debited and came back.
PAYMENT = (
    f"SELECT {{}} FROM g2p_bridge_disbursement WHERE state = 'reversed' AND envelope_id = ("
    f"{LARGE.format('shipped')}) ORDER BY id LIMIT 1"
)
STATEMENT = (
    "SELECT statement_id FROM g2p_bridge_statement_total ORDER BY reconciled_count DESC LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen: how it is opened, and by what people see that it is there.

    ``ready`` is there as soon as the screen is; the numbers in ``shown`` (how many there are,
    where ``counted``) come to what ``number`` reads from the database. ``record`` reads the
    ID of what is opened. ``search`` is a field in which ``text`` is looked for.
    """

    name: str
    action: str
    ready: str
    shown: str
    number: str
    view: str | None = None
    record: str | None = None
    search: str | None = None
    text: str | None = None
    counted: bool = False
    whole_page: bool = False

    def when_empty(self):
        """The screen where there is nothing to show."""
        return replace(self, ready=EMPTY, shown=LIST, counted=True)

    def without_search(self):
        """The list in which is searched."""
        return replace(self, search=None, shown=LIST, counted=True)


def listed(name, action, table, condition="TRUE", **more):
    """A list: its pager tells how many there are, or that there are more than it counts."""
    number = f"SELECT LEAST(COUNT(*), {COUNT_LIMIT}) FROM g2p_bridge_{table} WHERE {condition}"
    return Screen(name, action, LIST, PAGER, number, **more)


def found(name, action, field, text):
    """A search in the list that the action opens, which finds one row."""
    return Screen(name, action, LIST, LIST, "SELECT 1", search=field, text=text, counted=True)


DASHBOARD = {
    "action": "dashboard_action",
    "ready": ".o_g2p_bridge_chart canvas",
    "shown": "[data-task=unresolved] .o_g2p_bridge_number",
    "number": "SELECT SUM(undecided_count) FROM g2p_bridge_mapper_batch",
}
ENVELOPE_FORM = {
    "action": "envelope_action",
    "view": "form",
    "ready": ".o-mail-Message",
    "shown": "button[name=action_open_disbursements] .o_stat_value",
}
LINES_OF = "SELECT SUM(line_count) FROM g2p_bridge_bank_batch WHERE envelope_id = ({})"

SCREENS = [
    Screen("dashboard, the whole page loaded anew", whole_page=True, **DASHBOARD),
    Screen("dashboard", **DASHBOARD),
    listed("envelopes", "envelope_action", "envelope"),
    Screen(
        "envelopes: kanban",
        "envelope_action",
        ".o_kanban_group",
        ".o_kanban_record:not(.o_kanban_ghost)",
        f"SELECT SUM(LEAST(n, {CARDS})) FROM (SELECT COUNT(*) AS n FROM g2p_bridge_envelope"
        " GROUP BY state) s",
        view="kanban",
        counted=True,
    ),
    Screen(
        "envelopes: pivot",
        "envelope_action",
        ".o_pivot table",
        "tbody tr:first-child td:last-child",
        "SELECT TRUNC(SUM(total_disbursement_amount)) FROM g2p_bridge_envelope",
        view="pivot",
    ),
    Screen(
        "envelopes: graph",
        "envelope_action",
        ".o_graph_renderer canvas",
        ".o_graph_renderer canvas",
        "SELECT 1",
        view="graph",
        counted=True,
    ),
    Screen(
        "envelopes: calendar",
        "envelope_action",
        ".fc-event",
        ".o_calendar_filter_items_checkall, .o_calendar_filter_item",
        None,
        view="calendar",
        counted=True,
    ),
    Screen(
        "envelope, shipped",
        record=LARGE.format("shipped"),
        number=LINES_OF.format(LARGE.format("shipped")),
        **ENVELOPE_FORM,
    ),
    Screen(
        "envelope, to approve",
        record=LARGE.format("to_approve"),
        number=LINES_OF.format(LARGE.format("to_approve")),
        **ENVELOPE_FORM,
    ),
    Screen(
        "preview before release",
        "envelope_preview_action",
        "section[name=missing]",
        "section[name=leaving] .card-header small",
        f"SELECT COUNT(*) FROM g2p_bridge_disbursement WHERE envelope_id = ("
        f"{LARGE.format('to_approve')}) AND state IN ('received', 'resolved')",
        record=LARGE.format("to_approve"),
    ),
    listed("disbursements", "disbursement_action", "disbursement"),
    found(
        "disbursements: by disbursement ID",
        "disbursement_action",
        "Disbursement ID",
        PAYMENT.format("disbursement_id"),
    ),
    found(
        "disbursements: by sender's reference",
        "disbursement_action",
        "Sender's Reference",
        PAYMENT.format("mis_reference_number"),
    ),
    Screen(
        "disbursements: by beneficiary ID",
        "disbursement_action",
        LIST,
        LIST,
        "SELECT COUNT(*) FROM g2p_bridge_disbursement WHERE beneficiary_id = ("
        f"{PAYMENT.format('beneficiary_id')})",
        search="Beneficiary ID",
        text=PAYMENT.format("beneficiary_id"),
        counted=True,
    ),
    Screen(
        "disbursement",
        "disbursement_action",
        "[name=life] *",
        "[name=entry_ids] .o_data_row",
        "SELECT 2",
        view="form",
        record=PAYMENT.format("id"),
        counted=True,
    ),
    listed("mapper batches", "mapper_batch_action", "mapper_batch"),
    listed("bank batches", "bank_batch_action", "bank_batch"),
    listed("statements", "statement_action", "statement"),
    Screen(
        "statement",
        "statement_action",
        ".o_field_widget[name=total_ids] .o_data_row",
        "button[name=action_open_entries] .o_stat_value",
        f"SELECT entry_count FROM g2p_bridge_statement WHERE id = ({STATEMENT})",
        view="form",
        record=STATEMENT,
    ),
    listed("statement entries", "statement_entry_action", "statement_entry"),
    Screen(
        "statement entries: by reference",
        "statement_entry_action",
        LIST,
        LIST,
        "SELECT 2",
        search="Reference",
        text=PAYMENT.format("disbursement_id"),
        counted=True,
    ),
    Screen(
        "to do: unresolved beneficiaries",
        "unresolved_action",
        ".o_list_table .o_group_header",
        TITLE,
        "SELECT SUM(undecided_count) FROM g2p_bridge_mapper_batch",
    ),
    listed(
        "to do: open statement entries", "open_entry_action", "statement_entry", "outcome = 'error'"
    ),
    listed(
        "to do: uncertain bank batches",
        "uncertain_bank_batch_action",
        "bank_batch",
        "state = 'uncertain'",
    ),
    listed(
        "to do: uncertain funds steps",
        "uncertain_funds_step_action",
        "funds_step",
        "state = 'uncertain'",
    ),
]
