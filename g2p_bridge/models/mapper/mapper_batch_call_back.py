import re

from odoo import api, models

from odoo.addons.g2p_bridge_base.lib.errors import Rejected

from ...lib.resolution import address_columns
from ...lib.step import Outcome

#: What our references look like.
_REFERENCE = re.compile(r"[0-9a-f]{32}")


class MapperBatchCallBack(models.Model):
    """Answers that a mapper brings by itself."""

    _inherit = "g2p.bridge.mapper.batch"

    @api.model
    def _asked(self, mapper, transaction):
        """:return: the batch that a mapper was asked for under this name, or no record"""
        if not _REFERENCE.fullmatch(transaction):
            return self.browse()
        return self.sudo().search(
            [("reference", "=", transaction), ("envelope_id.mapper_id", "=", mapper.id)]
        )

    def _take_call_back(self, connector, body):
        """Record the answers, if they are still waited for.

        Early, late, again, in pieces: what has an answer is never asked or written again,
        and what has none stays as it was.

        :return: ``taken``, ``partial`` (some questions are still open) or ``late``
        :raises ValueError: it is no call-back
        """
        self._step_lock()
        requests, _is_last = self._step_prepare()
        try:
            answers = connector.read_call_back(body, requests)
        except Rejected as error:
            outcome = Outcome("rejected", code=error.code, message=error.message)
        else:
            answered = [request for request in requests if answers[request[0]].answered]
            parse = self.envelope_id.mapper_id._address_parser().parse
            outcome = Outcome("done", address_columns(answered, answers, parse))
        if not self._step_awaits_answer():
            return "late"
        if outcome.kind == "done" and len(outcome.result) < len(requests):
            self._step_done(outcome.result)
            self.envelope_id._enqueue_advance()
            return "partial"
        self._step_take_answer(outcome)
        return "taken"
