# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every field that somebody may change: does it direct money, and who agrees to it then?"""

from access_matrix import MODELS
from access_world import own_models
from money_fields import DIRECTS_NOTHING
from odoo.fields import NO_ACCESS
from odoo.models import MAGIC_COLUMNS

from odoo.addons.g2p_bridge.tests.common import BridgeCase

#: Of Odoo's own: what people say about a record, and when somebody last touched it.
TALK = ("message_", "activity_", "my_activity_", "website_message_", "rating_")


class TestMoneyFields(BridgeCase):
    def kept_models(self):
        """The models whose records stay; windows only hand on what they are given."""
        return [name for name in own_models(self.env) if name in MODELS and self.is_kept(name)]

    def is_kept(self, name):
        return not (self.env[name]._abstract or self.env[name]._transient)

    def changeable(self, model):
        """Names of the fields that a call of somebody changes, as far as the model itself goes."""
        if not self.somebody_writes(model):
            return set()
        record = self.env[model]
        own = record._own_fields() if hasattr(record, "_own_fields") else set()
        return {
            name
            for name, field in record._fields.items()
            if (field.store or field.inverse)
            and field.groups != NO_ACCESS
            and name not in own
            and name not in MAGIC_COLUMNS
            and not name.startswith(TALK)
        }

    def somebody_writes(self, model):
        """Whether any group, of the bridge or not, may make or change records of it."""
        rights = self.env["ir.model.access"].search([("model_id.model", "=", model)])
        return any(right.perm_write or right.perm_create for right in rights)

    def of_ours_elsewhere(self):
        """{model of another addon: names of the fields that our addons have put on it}"""
        found = {}
        for name in set(self.env.registry) - own_models(self.env):
            model = self.env[name]
            if model._abstract or model._transient:
                continue
            for field in model._fields.values():
                ours = (field._module or "").startswith("g2p_bridge")
                open_to = field.groups != NO_ACCESS and not field.readonly
                if ours and open_to and (field.store or field.inverse):
                    found.setdefault(name, set()).add(field.name)
        return found

    def confirmed(self, model):
        """Names of the fields that wait for a second person; a secret's window with the secret."""
        record = self.env[model]
        return record._two_person_names() if hasattr(record, "_two_person_names") else set()

    def test_each_field_is_kept_confirmed_or_named_with_a_reason(self):
        for model in self.kept_models():
            asked = self.changeable(model) - self.confirmed(model)
            named = set(DIRECTS_NOTHING.get(model, ()))
            with self.subTest(model):
                self.assertEqual(asked - named, set(), "does a change of it direct money?")
                self.assertEqual(named - asked, set(), "nobody changes it alone: no reason needed")

    def test_our_fields_on_other_models_as_well(self):
        found = self.of_ours_elsewhere()
        others = set(DIRECTS_NOTHING) - set(self.kept_models())
        self.assertEqual({model: set(DIRECTS_NOTHING[model]) for model in others}, found)

    def test_what_waits_for_a_second_person_can_be_changed_at_all(self):
        """A name that is misspelt would wait for nobody."""
        for model in self.kept_models():
            with self.subTest(model):
                self.assertLessEqual(self.confirmed(model), set(self.env[model]._fields))

    def test_models_that_wait_are_those_that_direct_money(self):
        """Whoever takes a model off the list below takes a second person off it."""
        waiting = {model for model in self.kept_models() if self.confirmed(model)}
        self.assertEqual(
            waiting,
            {
                "g2p.bridge.program",
                "g2p.bridge.sponsor.bank",
                "g2p.bridge.mapper",
                "g2p.bridge.signing.key",
                "g2p.bridge.partner",
                "g2p.bridge.partner.key",
                "g2p.bridge.webhook",
            },
        )
