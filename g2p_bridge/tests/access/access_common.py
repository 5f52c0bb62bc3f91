# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One user for each group, and calls as they come over RPC."""

from contextlib import suppress

from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from ..statement.statement_common import StatementCase

GROUPS = ("officer", "approver", "finance", "admin", "auditor")
LOGGERS = ("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model", "odoo.models")


class AccessCase(StatementCase):
    """Who may do what, as the database answers whoever asks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            name: new_test_user(
                cls.env,
                f"bridge_{name}",
                groups=f"g2p_bridge_base.group_{name},base.group_allow_export",
            )
            for name in GROUPS
        }
        cls.users["stranger"] = new_test_user(cls.env, "bridge_stranger", groups="base.group_user")

    def rpc(self, name, records, method, *args, **kwargs):
        """Call a public method of records as this user, as the web client does."""
        model = self.env[records._name].with_user(self.users[name])
        return call_kw(model, method, [records.ids, *args], kwargs)

    def approve(self, name, envelopes, comment=None, **kwargs):
        """Look at envelopes and approve what was seen."""
        seen = self.rpc(name, envelopes, "content_revisions")
        return self.rpc(name, envelopes, "action_approve", comment, seen, **kwargs)

    def rpc_model(self, name, model, method, *args, **kwargs):
        """Call a public method that is not about given records."""
        return call_kw(self.env[model].with_user(self.users[name]), method, list(args), kwargs)

    def assertForbidden(self, function, *args, **kwargs):
        with mute_logger(*LOGGERS), self.assertRaises(AccessError):
            function(*args, **kwargs)

    def assertOnly(self, allowed, attempt):
        """Users of the allowed groups can, everybody else gets an access error.

        :param attempt: takes the name of a user; what it does is undone
        """
        for name in self.users:
            with self.subTest(user=name):
                if name in allowed:
                    with suppress(_Undo), self.env.cr.savepoint():
                        attempt(name)
                        self.env.flush_all()
                        raise _Undo
                else:
                    self.assertForbidden(attempt, name)


class _Undo(Exception):
    """Roll the savepoint back: what one user did must not be in the way of the next."""
