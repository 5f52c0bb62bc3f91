# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.g2p_bridge.lib.lost_digits import MARKED, PATTERN
from odoo.addons.g2p_bridge.lib.money import MAX_INTEGER_DIGITS
from odoo.addons.g2p_bridge.services.checks import MAX_TEXT
from odoo.addons.g2p_bridge.services.reissue_operations import REISSUABLE

from ...lib.template import render
from ..pbms_states import FEE, LET_THROUGH
from ..registrant import IS_GONE
from .payment_manager import ENTITLEMENT_PLACEHOLDER, NARRATIVE_PLACEHOLDERS

#: Everything that Python takes for white space: what the service calls an empty text.
SPACES = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
HEAD = "g2p_registry_membership.group_membership_kind_head"

# The entitlements that are looked at, each with all that is its own. PostgreSQL knows nothing yet
# of a cycle that was just made and takes it for a row or two, so these are counted first.
CHOSEN = """
    SELECT e.id, e.code, e.initial_amount - w.fee AS amount, w.fee, e.partner_id,
           %(let_through)s AS let_through, e.id IN %(right_currency)s AS is_right_currency
      FROM (%(chosen)s) e, LATERAL (SELECT %(fee)s AS fee) w
"""
#: What of an entitlement is asked for there.
OWN = (
    "id",
    "code",
    "partner_id",
    "cycle_id",
    "initial_amount",
    "transfer_fee",
    "bridge_approved_by_id",
    "bridge_approved_amount",
)
# One row for each of these: who is paid, how they are called, where
# the money goes, and the first thing that is in the way, all found out set by set. Record rules,
# by which the registry hides whom it has disabled, mean nothing here: that is asked for.
CANDIDATES = f"""
    WITH chosen AS NOT MATERIALIZED (
        SELECT * FROM g2p_bridge_pbms_chosen
    ), head AS (%(head)s
    ), payee AS MATERIALIZED (
        SELECT c.*, p.is_group IS TRUE AS is_group, COALESCE(h.heads, 0) AS heads,
               h.gone AS gone_head, {IS_GONE} AS gone,
               CASE WHEN p.is_group THEN h.person ELSE p.id END AS person
          FROM chosen c JOIN res_partner p ON p.id = c.partner_id
          LEFT JOIN head h ON h.team = p.id
    ), source AS (%(source)s
    ), identity AS (
        SELECT person, MIN(value) FILTER (WHERE flaw IS NULL) AS value,
               MIN(value) FILTER (WHERE flaw IS NULL) <> MAX(value) FILTER (WHERE flaw IS NULL)
               AS several, MIN(bank) AS bank, MIN(flaw) AS flaw
          FROM source WHERE value <> '' GROUP BY person
    ), found AS (
        SELECT y.id, y.code, y.amount, y.fee, y.let_through, y.is_right_currency, y.is_group,
               y.heads, y.gone,
               y.gone_head,
               CASE WHEN y.is_group THEN y.person END AS head,
               i.several, i.value, i.bank, i.flaw,
               %(prefix)s || i.value || %(suffix)s AS beneficiary,
               btrim(p.name, %(spaces)s) AS name
          FROM payee y
          LEFT JOIN res_partner p ON p.id = y.person
          LEFT JOIN identity i ON i.person = y.person
    )
    SELECT f.id AS entitlement_id, f.amount, f.beneficiary, f.head, f.fee, f.let_through,
           jsonb_strip_nulls(
               jsonb_build_object(
                   'beneficiary_id', f.beneficiary,
                   'beneficiary_name', LEFT(f.name, %(longest)s),
                   'narrative', LEFT(%(narrative)s, %(longest)s),
                   'reissue_of', %(former)s
               ) || %(address)s) AS line,
           CASE WHEN %(by_itself)s AND NOT f.let_through THEN 'not_approved'
                WHEN f.gone THEN 'disabled'
                WHEN NOT f.is_right_currency THEN 'wrong_currency'
                WHEN COALESCE(f.amount, 0) <= 0 THEN 'zero_amount'
                WHEN f.amount <> round(f.amount, %(decimals)s) THEN 'too_many_decimals'
                WHEN f.amount >= 10::numeric ^ %(digits)s THEN 'too_large'
                WHEN f.is_group AND f.heads = 0 AND f.gone_head THEN 'disabled_head'
                WHEN f.is_group AND f.heads = 0 THEN 'no_head'
                WHEN f.is_group AND f.heads > 1 THEN 'several_heads'
                WHEN f.value IS NULL THEN COALESCE(f.flaw, 'no_id')
                WHEN f.several THEN %(several)s
                WHEN length(f.beneficiary) > %(longest)s THEN 'long_id'
                WHEN concat_ws(' ', f.beneficiary, f.value, f.bank) ~ %(marked)s
                     AND (f.beneficiary ~ %(lost)s OR f.value ~ %(lost)s OR f.bank ~ %(lost)s)
                     THEN 'lost_digits'
                WHEN COALESCE(f.name, '') = '' THEN 'no_name'
                WHEN %(still_paid)s THEN 'still_paid' END AS problem
      FROM found f
"""
# What the registry itself says not to use is looked at all the same, to say why nobody is paid.
REG_ID = """
        SELECT r.partner_id AS person, btrim(r.value, %(spaces)s) AS value, NULL AS bank,
               CASE WHEN r.status = 'invalid' THEN 'invalid_id'
                    WHEN r.expiry_date < %(today)s THEN 'expired_id' END AS flaw
          FROM g2p_reg_id r
         WHERE r.id_type = %(id_type)s AND r.partner_id IN (SELECT person FROM payee)"""
BANK_ACCOUNT = """
        SELECT a.partner_id AS person, a.sanitized_acc_number AS value, b.bic AS bank,
               NULL AS flaw
          FROM res_partner_bank a LEFT JOIN res_bank b ON b.id = a.bank_id
         WHERE a.active AND a.partner_id IN (SELECT person FROM payee)"""
# The registry's own table: in the partner's phone its form writes all numbers one after the other,
# and there is none there of a person who was made by API. Where no country is known the registry
# has no number in E.164; then the digits count that were written down, if they can be one number.
PHONE = """
        SELECT n.partner_id AS person, NULL AS bank, NULL AS flaw,
               CASE WHEN n.phone_no ~ %(lost)s THEN n.phone_no
                    WHEN n.phone_sanitized ~ '^[+][0-9]+$' THEN n.phone_sanitized
                    WHEN n.phone_no ~ %(dialled)s
                    THEN regexp_replace(n.phone_no, '[^0-9+]', '', 'g') END AS value
          FROM g2p_phone_number n
         WHERE n.disabled IS NULL AND n.partner_id IN (SELECT person FROM payee)"""
#: One number as people write it: at most as many digits as E.164 has, and no extension.
DIALLED = r"^[\s(]*[+]?([\s()./-]*[0-9]){5,15}[\s()./-]*$"
#: What somebody has several of, by where IDs come from.
SEVERAL = {
    "reg_id": "several_ids",
    "bank_account": "several_accounts",
    "phone": "several_phones",
}
#: The disbursement that stands for the entitlement's last one: it was not paid.
FORMER = """
    (SELECT (SELECT d.disbursement_id FROM g2p_bridge_disbursement_all d
              WHERE d.id = p.bridge_disbursement_id LIMIT 1)
       FROM g2p_payment p
      WHERE p.entitlement_id = f.id AND p.bridge_disbursement_id IS NOT NULL
      ORDER BY p.id DESC LIMIT 1)"""

# Somebody has written that it failed, and the bridge knows better.
STILL_PAID = f"""
    EXISTS (SELECT FROM g2p_bridge_disbursement d
              JOIN g2p_bridge_bank_batch b ON b.id = d.bank_batch_id
             WHERE NOT ({REISSUABLE})
               AND d.id = (SELECT p.bridge_disbursement_id FROM g2p_payment p
                            WHERE p.entitlement_id = f.id AND p.bridge_disbursement_id IS NOT NULL
                            ORDER BY p.id DESC LIMIT 1))"""


class PaymentManagerPayee(models.Model):
    """Who is paid for an entitlement: found for whole rounds, never one by one."""

    _inherit = "g2p.program.payment.manager.g2p.bridge"

    def _chosen_query(self, chosen, cycle):
        """The query of the entitlements that a round looks at.

        :param Query chosen: they, and no others
        """
        currency = self.bridge_program_id.currency_id
        right = (
            self.env["g2p.entitlement"]
            .sudo()
            ._search([("cycle_id", "=", cycle.id), ("bridge_currency_id", "=", currency.id)])
        )
        return SQL(
            CHOSEN,
            chosen=chosen.select(*(SQL.identifier(chosen.table, name) for name in OWN)),
            let_through=SQL(LET_THROUGH),
            right_currency=right.subselect(),
            fee=self._fee(),
        )

    def _candidates(self, cycle, by_itself):
        """The query of what would be sent for the entitlements in ``g2p_bridge_pbms_chosen``.

        Columns: entitlement_id, amount (less the fee that is kept back), fee, beneficiary (their
        ID), head (through whom a group is paid), let_through (by PBMS's own approval), line (what
        the bridge is sent of the payment, but for its key and amount), problem (a key of PROBLEMS
        or null).

        :param by_itself: nobody has asked for it, so only what was let through is payable
        """
        return SQL(
            CANDIDATES,
            by_itself=by_itself,
            head=self._head_query(),
            source=self._source_query(),
            prefix=self.id_prefix or "",
            suffix=self.id_suffix or "",
            spaces=SPACES,
            longest=MAX_TEXT,
            marked=MARKED,
            lost=PATTERN,
            narrative=self._narrative(cycle),
            former=SQL(FORMER),
            still_paid=SQL(STILL_PAID),
            several=SEVERAL[self.beneficiary_id_source],
            address=self._address(),
            decimals=self.bridge_program_id.currency_id.decimal_places,
            digits=MAX_INTEGER_DIGITS,
        )

    def _fee(self):
        """What an entitlement e is paid less by, as SQL: its transfer fee, as PBMS books it, or
        nothing."""
        return SQL(FEE if self.amount_paid == "net" else "0::numeric")

    def _head_query(self):
        """The heads of groups: how many they have now, one of them, and whether one is gone."""
        kind = self.env["g2p.group.membership"]._fields["kind"]
        head = self.env.ref(HEAD, raise_if_not_found=False)
        return SQL(
            f"""
        SELECT m."group" AS team,
               COUNT(DISTINCT m.individual) FILTER (WHERE NOT {IS_GONE}) AS heads,
               MIN(m.individual) FILTER (WHERE NOT {IS_GONE}) AS person, bool_or({IS_GONE}) AS gone
          FROM g2p_group_membership m JOIN res_partner p ON p.id = m.individual
          JOIN %(relation)s k ON k.%(membership)s = m.id AND k.%(kind)s = %(head)s
         WHERE m."group" IN (SELECT partner_id FROM chosen)
           AND (m.start_date IS NULL OR m.start_date <= %(now)s)
           AND (m.ended_date IS NULL OR m.ended_date > %(now)s)
         GROUP BY m."group\"""",
            relation=SQL.identifier(kind.relation),
            membership=SQL.identifier(kind.column1),
            kind=SQL.identifier(kind.column2),
            head=head.id if head else 0,
            now=fields.Datetime.now(),
        )

    def _source_query(self):
        if self.beneficiary_id_source == "bank_account":
            return SQL(BANK_ACCOUNT)
        if self.beneficiary_id_source == "phone":
            return SQL(PHONE, lost=PATTERN, dialled=DIALLED)
        return SQL(
            REG_ID,
            spaces=SPACES,
            id_type=self.id_type_id.id or 0,
            today=self.bridge_program_id.company_id._g2p_bridge_today(),
        )

    def _address(self):
        """The financial address as the service takes it, where no mapper is asked for it."""
        source = self.beneficiary_id_source
        if self.bridge_program_id.id_mapper_resolution_required or source == "reg_id":
            return SQL("'{}'::jsonb")
        if source == "phone":
            return SQL(
                "jsonb_build_object('beneficiary_account_type', 'MOBILE_WALLET',"
                " 'beneficiary_phone_no', f.value)"
            )
        return SQL(
            "jsonb_build_object('beneficiary_account_type', 'BANK_ACCOUNT',"
            " 'beneficiary_account', f.value, 'beneficiary_bank_code', f.bank)"
        )

    def _narrative(self, cycle):
        """The narrative as an SQL text: only an entitlement's own words differ in a cycle."""
        values = self._cycle_values(cycle)
        pieces = [
            SQL("f.code")
            if part == (ENTITLEMENT_PLACEHOLDER, True)
            else SQL("%s::text", render([part], values))
            for part in self._parse("narrative_template", NARRATIVE_PLACEHOLDERS)
        ]
        return SQL("concat(%s)", SQL(", ").join(pieces))

    def _cycle_values(self, cycle):
        """The text of each placeholder that speaks of the cycle."""
        return {
            "cycle.name": cycle.name or "",
            "cycle.sequence": str(cycle.sequence or ""),
            "cycle.start_date": cycle.start_date.isoformat() if cycle.start_date else "",
            "cycle.end_date": cycle.end_date.isoformat() if cycle.end_date else "",
            "program.name": cycle.program_id.name or "",
        }
