# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Writes what the addons put into a database, as text that can be compared.

Run by `setup/dev dump NAME [--without-owners]`: models, fields, tables, constraints, indexes,
triggers, functions, routes, assets, and each record that an XML id of a `g2p_*` addon names,
sorted. No ID of the database appears: other records are called by their XML ids or names.

Two dumps are equal if nothing but code has changed. `--without-owners` leaves out which addon
owns what, so that they are also equal if things have only moved from one addon to another.
Each entry begins with its kind (`field`, `index`, `record ir.rule` …); the lines that belong to
it are indented.
"""

import datetime
import json
import re
from collections import defaultdict

from lxml import etree
from odoo.modules.module import Manifest

OURS = "g2p_"
BUNDLES = ("web.assets_backend", "web.assets_frontend", "web.assets_tests", "web.assets_unit_tests")
#: Kinds of records that entries of their own describe better.
REFLECTED = {
    "ir.model",
    "ir.model.constraint",
    "ir.model.fields",
    "ir.model.fields.selection",
    "ir.model.inherit",
    "ir.model.relation",
    "ir.module.module",
}
#: Fields that differ from database to database, or say where in the sources something stands.
VOLATILE = {
    "arch_db",
    "arch_fs",
    "arch_prev",
    "arch_updated",
    "create_date",
    "create_uid",
    "id",
    "lastcall",
    "nextcall",
    "parent_path",
    "write_date",
    "write_uid",
}
UNCOMPARED = {"binary", "date", "datetime", "many2one_reference", "one2many", "properties"}
#: What is said of a field, as Python knows it.
FIELD_PARTS = """type comodel_name inverse_name relation column1 column2 required readonly index
    store related company_dependent translate groups copy size ondelete domain context
    string help tracking currency_field aggregator group_expand precompute compute_sudo
    recursive check_company unaccent sanitize prefetch default_export_compatible""".split()


def main(env, arguments):
    """Writes the dump to standard output; returns the exit code."""
    if set(arguments) - {"--without-owners"}:
        print("usage: setup/dev dump NAME [--without-owners]")
        return 2
    print("\n".join(Dump(env, owners=not arguments).entries()))
    return 0


class Dump:
    """What the addons put into the database of an environment."""

    def __init__(self, env, owners=True):
        self.env = env(context={"lang": "en_US", "active_test": False, "tz": "UTC"})
        self.with_owners = owners
        self.xml_ids = self._find_xml_ids()
        self.known_ids = {name for names in self.xml_ids.values() for name in names}

    def entries(self):
        """All entries as texts, sorted."""
        parts = [self._models, self._records, self._views, self._database, self._routes]
        parts += [self._assets, self._parameters]
        if self.with_owners:
            parts.append(self._addons)
        return sorted({self._anonymous(entry) for part in parts for entry in part()})

    # === XML ids ===

    def _find_xml_ids(self):
        """{(model, ID): [XML ids]}; those of other addons come first."""
        found = defaultdict(list)
        self.env.cr.execute("SELECT model, res_id, module, name FROM ir_model_data")
        for model, res_id, module, name in self.env.cr.fetchall():
            found[model, res_id].append(f"{module}.{name}")
        return {
            key: sorted(names, key=lambda name: (name.startswith(OURS), name))
            for key, names in found.items()
        }

    def _anonymous(self, text):
        """The text, without the addons of the XML ids and files in it if owners are not wanted."""
        if self.with_owners:
            return text
        text = re.sub(
            rf"\b{OURS}\w+\.(\w+)",
            lambda found: found[1] if found[0] in self.known_ids else found[0],
            text,
        )
        return re.sub(rf"\b{OURS}\w+/static/", "static/", text)

    def _owners(self, model, res_id):
        """The addons of ours that own a record."""
        names = self.xml_ids.get((model, res_id), ())
        return sorted({name.split(".")[0] for name in names if name.startswith(OURS)})

    def _called(self, record):
        """What a record is called without its ID."""
        names = self.xml_ids.get((record._name, record.id))
        if names:
            return self._anonymous(names[0])
        return f"{record._name}:{record.display_name}" if record.exists() else f"{record._name}:?"

    # === Models and fields ===

    def _models(self):
        self.env.cr.execute("SELECT model, id FROM ir_model")
        for name, res_id in self.env.cr.fetchall():
            if name not in self.env:
                continue
            owners = self._owners("ir.model", res_id)
            model = self.env[name]
            ours = (model._original_module or "").startswith(OURS)
            if owners:
                yield self._entry(f"model {name}", self._about_model(model), owners)
                yield from self._methods(model)
            yield from self._fields(model, ours)
        yield from self._reflected()

    def _about_model(self, model):
        return {
            "abstract": model._abstract,
            "auto": model._auto,
            "check_company": model._check_company_auto,
            "description": model._description,
            "inherits": dict(model._inherits),
            "log_access": model._log_access,
            "order": model._order,
            "parents": sorted({base._name for base in type(model).__bases__} - {model._name, None}),
            "rec_name": model._rec_name,
            "table": model._table,
            "transient": model._transient,
        }

    def _methods(self, model):
        """The methods of ours that people's browsers and other systems can call."""
        for base in type(model).__mro__:
            if base.__module__.startswith(f"odoo.addons.{OURS}"):
                for name, value in vars(base).items():
                    if not name.startswith("_") and callable(value):
                        yield f"method {model._name}.{name}"

    def _fields(self, model, all_fields):
        self.env.cr.execute("SELECT name, id FROM ir_model_fields WHERE model = %s", [model._name])
        for name, res_id in self.env.cr.fetchall():
            owners = self._owners("ir.model.fields", res_id)
            if (owners or all_fields) and name in model._fields:
                about = self._about_field(model._fields[name])
                yield self._entry(f"field {model._name}.{name}", about, owners)

    def _about_field(self, field):
        about = {part: getattr(field, part, None) for part in FIELD_PARTS}
        about |= {
            "compute": bool(field.compute),
            "default": bool(field.default),
            "depends": sorted(self.env.registry.field_depends[field]),
            "depends_context": sorted(self.env.registry.field_depends_context[field]),
            "digits": getattr(field, "_digits", None),
            "inverse": bool(field.inverse),
            "search": bool(field.search),
        }
        if field.type == "selection":
            about["selection"] = field._description_selection(self.env)
        return {part: value for part, value in about.items() if value not in (None, False, [], ())}

    def _reflected(self):
        """Constraints and tables of relations that Odoo removes with their addon."""
        for kind in ("constraint", "relation"):
            reflected = self.env[f"ir.model.{kind}"].search([("module.name", "=like", f"{OURS}%")])
            for record in reflected:
                title = f"{kind} of {record.model.model}: {record.name}"
                yield self._entry(title, {}, [record.module.name])

    # === Records ===

    def _records(self):
        for (model, res_id), names in self.xml_ids.items():
            ours = [name for name in names if name.startswith(OURS)]
            if ours and model not in REFLECTED and model in self.env:
                record = self.env[model].browse(res_id).exists()
                about = self._about_record(record) if record else {"deleted": True}
                names = sorted({self._anonymous(name) for name in ours})
                about["noupdate"] = self._is_noupdate(ours[0])
                yield self._entry(f"record {model} {' '.join(names)}", about, ())

    def _is_noupdate(self, xml_id):
        module, name = xml_id.split(".", 1)
        named = [("module", "=", module), ("name", "=", name)]
        return self.env["ir.model.data"].search(named).noupdate

    def _about_record(self, record):
        about = {}
        for name, field in record._fields.items():
            kept = name not in VOLATILE and (field.store or field.inherited)
            if kept and not self._is_private(field):
                value = self._value(field, record[name])
                if value not in (None, False, "", []):
                    about[name] = value
        if record._name == "ir.ui.view":
            about["arch"] = self._arch(record.arch_db)
        return about

    def _is_private(self, field):
        """Whether a field may hold a secret, a moment or what is computed from other records."""
        base = field.base_field
        return (
            field.type in UNCOMPARED
            or (base.compute and not base.related and base.readonly)
            or re.search("password|secret|token|key_|_key$|totp", field.name)
        )

    def _value(self, field, value):
        if field.relational:
            names = [self._called(record) for record in value]
            return names[0] if field.type == "many2one" and names else sorted(names)
        if field.type == "reference":
            return self._called(value) if value else None
        return value

    def _views(self):
        """The views as people get them: each with everything that extends it."""
        primary = [("mode", "=", "primary"), ("model", "!=", False)]
        for view in self.env["ir.ui.view"].search(primary):
            extensions = view.search([("inherit_id", "child_of", view.id)])
            if any(self._owners("ir.ui.view", res_id) for res_id in extensions.ids):
                arch = etree.tostring(view._get_combined_arch(), encoding="unicode")
                about = {"arch": self._arch(arch)}
                yield self._entry(f"whole view {self._called(view)}", about, ())

    def _arch(self, text):
        """The same document without comments, with one indentation, its actions by their names."""
        parser = etree.XMLParser(remove_blank_text=True, remove_comments=True)
        root = etree.fromstring(text, parser)
        for element in root.iter():
            element.text = " ".join((element.text or "").split()) or None
            element.tail = " ".join((element.tail or "").split()) or None
            if element.get("type") == "action" and (element.get("name") or "").isdigit():
                action = self.env["ir.actions.actions"].browse(int(element.get("name")))
                element.set("name", self._called(self.env[action.type].browse(action.id)))
        etree.indent(root)
        return etree.tostring(root, encoding="unicode")

    def _parameters(self):
        for key in self.env["ir.config_parameter"].search([("key", "like", "g2p")]).mapped("key"):
            yield f"parameter {key}"

    # === The database ===

    def _database(self):
        """Everything of the schema, also of other addons: triggers may be on their tables."""
        for query in _SCHEMA:
            self.env.cr.execute(query)
            for title, text in self.env.cr.fetchall():
                yield self._entry(title, {"": text} if text else {}, ())

    # === The web ===

    def _routes(self):
        modules = sorted(self.env.registry._init_modules)
        for url, endpoint in self.env["ir.http"]._generate_routing_rules(modules, {}):
            if endpoint.func.__module__.startswith(f"odoo.addons.{OURS}"):
                about = {k: v for k, v in endpoint.routing.items() if k != "routes"}
                yield self._entry(f"route {url}", about, ())

    def _assets(self):
        for bundle in BUNDLES:
            paths = [path for path, *_rest in self.env["ir.asset"]._get_asset_paths(bundle, {})]
            paths = [path.lstrip("/") for path in paths if path.lstrip("/").startswith(OURS)]
            for path in paths:
                yield f"asset {bundle} {path}"

    def _addons(self):
        for module in self.env["ir.module.module"].search([("name", "like", f"{OURS}%")]):
            if module.state == "installed":
                manifest = Manifest.for_addon(module.name)
                about = {key: manifest.get(key) for key in ("depends", "auto_install", "license")}
                yield self._entry(f"addon {module.name}", about, ())

    # === Texts ===

    def _entry(self, title, about, owners):
        """An entry: its title, and a line for each thing that is said about it."""
        if owners and self.with_owners:
            about = {**about, "owners": owners}
        lines = [title]
        for name in sorted(about):
            value = about[name]
            text = value if isinstance(value, str) else json.dumps(value, default=_plain)
            first, *more = text.strip().splitlines() or [""]
            lines.append(f"    {name}: {first}" if name else f"    {first}")
            lines += [f"        {line}".rstrip() for line in more]
        return "\n".join(lines)


def _plain(value):
    """What JSON doesn't know."""
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, datetime.date | datetime.datetime):
        return "(date)"
    return "(code)" if callable(value) else str(value)


#: (title, text) of everything in the schema, by kind.
_SCHEMA = (
    """
    SELECT format('column %s.%s', table_name, column_name),
           format('%s%s%s', format_type(a.atttypid, a.atttypmod),
                  CASE WHEN a.attnotnull THEN ' NOT NULL' END, ' DEFAULT ' || column_default)
    FROM information_schema.columns
    JOIN pg_attribute a
      ON a.attrelid = format('%I', table_name)::regclass AND a.attname = column_name
    WHERE table_schema = 'public'
    """,
    """
    SELECT format('table %s', relname), array_to_string(reloptions, ' ')
    FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
    """,
    """
    SELECT format('constraint %s %s', conrelid::regclass, conname), pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    """,
    "SELECT format('index %s', indexname), indexdef FROM pg_indexes WHERE schemaname = 'public'",
    """
    SELECT format('trigger %s %s', tgrelid::regclass, tgname), pg_get_triggerdef(oid)
    FROM pg_trigger WHERE NOT tgisinternal
    """,
    """
    SELECT format('function %s(%s)', proname, pg_get_function_identity_arguments(p.oid)),
           pg_get_functiondef(p.oid)
    FROM pg_proc p WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    """,
    """
    SELECT format('database view %s', viewname), definition
    FROM pg_views WHERE schemaname = 'public'
    """,
    """
    SELECT format('sequence %s', sequencename), format('start %s', start_value)
    FROM pg_sequences WHERE schemaname = 'public'
    """,
    """
    SELECT format('statistics %s', stxname), pg_get_statisticsobjdef(oid) FROM pg_statistic_ext
    """,
    "SELECT format('extension %s', extname), NULL FROM pg_extension",
)
