# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import partial

from odoo import models
from odoo.http import request

from ..locks import with_locks


class IrHttp(models.AbstractModel):
    """Requests that want the same thing at the same moment wait for one another."""

    _inherit = "ir.http"

    @classmethod
    def _dispatch(cls, endpoint):
        return with_locks(request.env, partial(super()._dispatch, endpoint))
