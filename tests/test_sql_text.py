# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The text of every query is written in the source: whatever comes from outside is a parameter.

pylint-odoo looks for known mistakes; this looks for known good: a query is a literal, a constant,
or put together from such parts. What else there is stands below, with its reason.
"""

import ast
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parent.parent
FILES = [
    path
    for path in sorted(REPO.glob("g2p_bridge*/**/*.py"))
    if "tests" not in path.relative_to(REPO).parts
]
#: Function → place of its argument that is the text of a query.
QUERY = {
    "SQL": 0,
    "execute": 0,
    "executemany": 0,
    "execute_query": 0,
    "execute_query_dict": 0,
    "copy_expert": 0,
    "mogrify": 0,
    "execute_values": 1,
}
#: Helpers that are handed the text of a query: looked at where they are called.
HELPERS = {
    "_decide": 0,
    "_figure_dicts": 1,
    "_figure_rows": 1,
    "_preview_rows": 1,
    "_find_by": 0,
    "_beside": 0,
    "_sheets": 0,
    "_fetch_in_portions": 0,
    "_cancel_lines": 1,
    "_copy_lines": 0,
    "bulk_copy": 1,
}
OF_HELPER = "the text is looked at where the helper is called"
OF_FILE = "put together from constants of the same file"
OF_MODEL = "written on the model, in its class"
OF_ADDON = "written in the table of decisions of each addon"
#: (file, text of the query in the source): why it is sound all the same.
SOUND = {
    ("g2p_bridge/hooks.py", "f'DROP FUNCTION IF EXISTS {name} CASCADE'"): OF_FILE,
    (
        "g2p_bridge_base/lib/bulk_copy.py",
        "f\"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT csv)\"",
    ): (OF_HELPER),
    ("g2p_bridge_base/links.py", "statement"): "a trigger, made of the names of a column",
    ("g2p_bridge/models/archive/archive_run.py", "query"): OF_FILE,
    ("g2p_bridge/models/archive/archive_mixin.py", "kind"): (
        "the type of a column, as PostgreSQL names it"
    ),
    ("g2p_bridge/models/statement/entry_decision.py", "query"): OF_HELPER,
    ("g2p_bridge/models/archive/envelope_archive.py", "query"): OF_FILE,
    (
        "g2p_bridge/models/envelope/screens/envelope_export.py",
        "'DECLARE g2p_bridge_export NO SCROLL CURSOR FOR ' + query",
    ): OF_HELPER,
    ("g2p_bridge/models/envelope/screens/envelope_export.py", "envelope._where_rows_are(ROWS)"): (
        "the same query, on the tables of the archive"
    ),
    (
        "g2p_bridge/models/statement/statement_matching.py",
        "f\"SET LOCAL work_mem = '{sql.work_megabytes(total)}MB'; SET LOCAL jit = off\"",
    ): "a number that is computed",
    ("g2p_bridge/models/statement/statement_matching.py", "query"): "constants of matching_sql",
    ("g2p_bridge/models/restore.py", "query"): OF_FILE,
    ("g2p_bridge/hooks.py", "statement"): "names of triggers, made of those of models",
    ("g2p_bridge/models/file_import/import_file.py", "statement"): (
        "a trigger, made of what is written there"
    ),
    ("g2p_bridge/models/statement/statement_file.py", "statement"): (
        "a trigger, made of what is written there"
    ),
    ("g2p_bridge/models/statement/statement_matching.py", "table"): OF_HELPER,
    ("g2p_bridge/models/statement/statement_number.py", "query"): OF_HELPER,
    ("g2p_bridge/models/statement/statement_step.py", "query"): OF_HELPER,
    ("g2p_bridge/report/envelope_figures.py", "query"): OF_HELPER,
    ("g2p_bridge/report/envelope_figures.py", "envelope._where_rows_are(query)"): OF_HELPER,
    (
        "g2p_bridge/services/cancellation_operations.py",
        "f\"UPDATE g2p_bridge_disbursement d SET state = 'cancelled', cancellation_time_stamp = %s"
        " WHERE {condition} AND envelope_id = %s AND {NOT_LEFT.sql('d')} RETURNING"
        ' bank_batch_id"',
    ): OF_HELPER,
    (
        "g2p_bridge/services/disbursement_operations.py",
        "envelope._where_rows_are(query)",
    ): "columns of ours, on the tables of the archive where its rows are",
    ("g2p_bridge/models/envelope/screens/envelope_preview.py", "query"): OF_HELPER,
    ("g2p_bridge_api/models/event/event.py", "value"): (
        "columns, written by those who tell an event"
    ),
    ("g2p_bridge_base/hooks.py", "f'DROP FUNCTION IF EXISTS {name} CASCADE'"): OF_FILE,
    ("g2p_bridge_base/models/frozen/frozen_mixin.py", "statement"): OF_MODEL,
    ("g2p_bridge_base/models/audit/audit_decisions.py", "self._untold(decision)"): OF_FILE,
    (
        "g2p_bridge_base/models/audit/audit_decisions.py",
        "decision.when or f't.{decision.column} IS NOT NULL'",
    ): OF_ADDON,
    ("g2p_bridge_base/models/audit/audit_decisions.py", "decision.record"): OF_ADDON,
    ("g2p_bridge_base/models/audit/audit_decisions.py", "decision.undone"): OF_ADDON,
    ("g2p_bridge_pbms/hooks.py", "f'DROP FUNCTION IF EXISTS {name} CASCADE'"): OF_FILE,
    (
        "g2p_bridge_base/models/frozen/frozen_mixin.py",
        "f'({self._undeletable}) AND NOT ({exempt})'",
    ): OF_MODEL,
    ("g2p_bridge_base/models/frozen/frozen_mixin.py", "rule.kept(name)"): OF_MODEL,
}


class Queries(ast.NodeVisitor):
    """Collects the texts of queries that are not put together from what the source says."""

    def __init__(self, tree):
        self.found = []
        self.functions = []
        self.visit(tree)

    def visit_FunctionDef(self, node):
        self.functions.append(node)
        self.generic_visit(node)
        self.functions.pop()

    def visit_Call(self, node):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        place = {**QUERY, **HELPERS}.get(name)
        if place is not None and len(node.args) > place and not self.is_sound(node.args[place]):
            self.found.append((node.lineno, ast.unparse(node.args[place])))
        self.generic_visit(node)

    def is_sound(self, node):
        if isinstance(node, ast.Constant):
            return True
        if isinstance(node, ast.JoinedStr):
            return all(
                self.is_sound(getattr(part, "value", part))
                if isinstance(part, ast.FormattedValue)
                else True
                for part in node.values
            )
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self.is_sound(node.left) and self.is_sound(node.right)
        if isinstance(node, ast.IfExp):
            return self.is_sound(node.body) and self.is_sound(node.orelse)
        if isinstance(node, ast.Call):
            # What SQL() is given is looked at where it is called.
            is_sql = getattr(node.func, "id", "") == "SQL"
            return is_sql or self.joins_sound(node) or self.is_rule(node)
        if isinstance(node, ast.Name):
            return node.id.isupper() or self.is_sound_variable(node.id)
        # A constant of another module, or the name of a model's own table.
        return isinstance(node, ast.Attribute) and (node.attr == "_table" or node.attr.isupper())

    def joins_sound(self, node):
        """SQL(", ").join(…): each part is a parameter or SQL of its own."""
        func = node.func
        return isinstance(func, ast.Attribute) and func.attr == "join" and self.is_sound(func.value)

    def is_rule(self, node):
        """RULE.sql("d", …): the text of a rule, made of words that it has looked at itself."""
        func = node.func
        if not (isinstance(func, ast.Attribute) and func.attr == "sql"):
            return False
        rule = func.value.operand if isinstance(func.value, ast.UnaryOp) else func.value
        words = [*node.args, *(keyword.value for keyword in node.keywords)]
        is_constant = isinstance(rule, ast.Name) and rule.id.isupper()
        return is_constant and all(isinstance(word, ast.Constant) for word in words)

    def is_sound_variable(self, name):
        """Whether everything that the function puts into a variable is sound."""
        values = [
            node.value
            for function in self.functions[-1:]
            for node in ast.walk(function)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name) and target.id == name
        ]
        return bool(values) and all(self.is_sound(value) for value in values)


@pytest.mark.parametrize("addon", sorted({path.relative_to(REPO).parts[0] for path in FILES}))
def test_queries_are_written_in_the_source(addon):
    found = [
        (path.relative_to(REPO).as_posix(), line, text)
        for path in FILES
        if path.relative_to(REPO).parts[0] == addon
        for line, text in Queries(ast.parse(path.read_text())).found
    ]
    unknown = [one for one in found if (one[0], one[2]) not in SOUND]
    assert not unknown, "\n".join(f"{path}:{line}: {text}" for path, line, text in unknown)


def test_what_is_let_through_is_still_there():
    """A reason that nothing needs any more would let the next mistake through."""
    found = {
        (path.relative_to(REPO).as_posix(), text)
        for path in FILES
        for _line, text in Queries(ast.parse(path.read_text())).found
    }
    assert set(SOUND) - found == set()


@pytest.mark.parametrize(
    "source",
    [
        "cr.execute(f'SELECT {name}')",
        "cr.execute('SELECT %s' % name)",
        "cr.execute('SELECT {}'.format(name))",
        "cr.execute('SELECT ' + name)",
        "SQL(query)",
        "SQL(f'SELECT {rule.sql(name)}')",
        "SQL(f'SELECT {RULE.sql(alias)}')",
        "def f(query):\n    cr.execute(query)",
        "def f(name):\n    query = 'SELECT ' + name\n    cr.execute(query)",
    ],
)
def test_mistakes_are_seen(source):
    assert Queries(ast.parse(source)).found
