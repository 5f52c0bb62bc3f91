# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from datetime import timedelta
from functools import lru_cache
from hashlib import sha256

from odoo import api, fields, models
from odoo.exceptions import AccessDenied, AccessError, UserError
from odoo.http import STORED_SESSION_BYTES, request

from ...exceptions import SecondFactorNeeded
from ...keys import server_options
from ...lib.second_factor import EACH, read_demand, strictest

OPTION = "second_factor"
#: How long a proof that counts for one decision waits for it.
WAITS = timedelta(minutes=2)


@lru_cache(maxsize=1)
def floor():
    """What the server's configuration file asks for at least; read once.

    What can't be understood asks for everything: a slip must open nothing.
    """
    try:
        return read_demand(server_options().get(OPTION))
    except ValueError:
        return EACH


class SecondFactor(models.AbstractModel):
    """Odoo's own second factor, asked for once more where money is decided about.

    Only a session of the web client can prove it, and the proof counts in that session alone.
    It is kept with the user, so that a proof that counts for one decision is used up in the
    transaction of the decision: both are committed, or neither. Two decisions at once that
    want the same proof conflict, and the later one is asked again.

    Programs that sign in by an API key or a password have no session and can't prove it: they
    are refused. The bridge itself (superuser mode) is asked for nothing.
    """

    _name = "g2p.bridge.second.factor"
    _description = "Second Factor"

    @api.model
    def prove(self, code):
        """Check a code of the authenticator app of whoever asks.

        A refusal is returned, not raised: Odoo's count of wrong codes has to be committed.

        :param code: six digits, with or without blanks
        :return: why the code does not count, in words; False: this session has its proof
        """
        user, session = self.env.user, self._session()
        if not user._has_bridge_role():
            raise AccessError(self.env._("Only people with a role in the bridge are asked."))
        if not session:
            raise UserError(self._no_session_words())
        if not user.totp_enabled:
            return self._set_up_words()
        digits = re.sub(r"\s", "", str(code or ""))
        if not re.fullmatch("[0-9]{6}", digits):
            return self.env._("The code has six digits: read it from your authenticator app.")
        try:
            user._check_credentials({"type": "totp", "token": int(digits)}, {"interactive": True})
        except AccessDenied as error:
            return str(error)
        user.sudo().write(
            {"bridge_proof_at": fields.Datetime.now(), "bridge_proof_session": session}
        )
        user.sudo()._own_login_proved()
        return False

    @api.model
    def _demand(self, subject):
        """Go on only if whoever decides has proved a second factor, as far as policy asks.

        :param subject: the records that are decided about; the strictest of their companies
            counts, of records of no company the strictest of the user's
        :raises SecondFactorNeeded: the web client has to ask for a code
        :raises UserError: the person, or the way of this call, can't prove it
        """
        if self.env.su:
            return
        user = self.env.user.sudo()
        doubt = user._login_doubt_words()
        minutes = strictest(floor(), *(self._companies_of(subject).mapped(_demanded)))
        if minutes is None and not doubt:
            return
        if not self._session():
            raise UserError(doubt or self._no_session_words())
        if not user.totp_enabled:
            raise UserError(doubt or self._set_up_words())
        if doubt or not self._take_proof(minutes):
            raise SecondFactorNeeded(doubt or self._needed_words())

    def _take_proof(self, minutes):
        """Whether there is a proof that is fresh enough; one for one decision is used up.

        What one call does is one decision, however many times it comes here.
        """
        user, taken = self.env.user.sudo(), self.env.cr.postcommit.data
        least = fields.Datetime.now() - (timedelta(minutes=minutes) if minutes else WAITS)
        proved = (
            user.bridge_proof_session == self._session()
            and user.bridge_proof_at
            and user.bridge_proof_at >= least
        )
        if minutes == EACH:
            if proved:
                user.write({"bridge_proof_at": False, "bridge_proof_session": False})
                taken[self._name] = user.id
            return taken.get(self._name) == user.id
        return proved

    @api.model
    def _companies_of(self, subject):
        subject = subject.sudo()
        if subject._name == "res.company":
            return subject
        companies = subject.mapped("company_id") if "company_id" in subject._fields else None
        return companies or self.env.user.company_ids

    @api.model
    def _session(self):
        """:return: what stands for the session of the web client that asks; None: there is none"""
        session = request.session if request else None
        if not session or session.uid != self.env.uid:
            return None
        return sha256(session.sid[:STORED_SESSION_BYTES].encode()).hexdigest()

    def _needed_words(self):
        return self.env._(
            "This asks for a code of your authenticator app first. Nothing was done yet: enter "
            "the code to go on."
        )

    def _no_session_words(self):
        return self.env._(
            "This asks for a code of an authenticator app, which only somebody who has signed in "
            "to the web client can enter. Nothing was done: decide it there."
        )

    def _set_up_words(self):
        return self.env._(
            "This asks for a code of your authenticator app, and you have none yet. Nothing was "
            "done: set it up first, under My Preferences > Security > Two-factor Authentication."
        )


def _demanded(company):
    """How fresh a proof this company asks for."""
    mode = company.bridge_second_factor
    if mode == "each":
        return EACH
    return company.bridge_second_factor_minutes if mode == "recent" else None
