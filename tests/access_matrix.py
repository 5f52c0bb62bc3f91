# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who may do what with the records of every model of the product: a table to read.

``r`` read, ``w`` write, ``c`` create, ``d`` delete; ``-`` nothing. Whoever is in no group of the
bridge, portal users and the public may do nothing with any of them.

The last column says whose the records are: the path to the company whose people alone see them;
``window`` for what only the user has who has opened it; or why they are of no company.
"""

GROUPS = ("officer", "approver", "finance", "admin", "auditor")
OUTSIDERS = ("stranger", "portal", "public")
#: Whoever administers Odoo, or its users, has no right in the bridge by that.
WITHOUT_ROLE = ("system", "erp")
#: One person with several roles may what each of them may, and nothing more.
SEVERAL_ROLES = {"officer_approver": ("officer", "approver")}
#: What Odoo's administrators may all the same: the simulated mapper is theirs.
SYSTEM = {
    "g2p.bridge.example.mapper.entry": "rwcd",
    "g2p.bridge.example.mapper.behaviour": "rwcd",
    "g2p.bridge.example.mapper.fill": "rwc",
}

TABLE = """
model                                      officer approver finance admin auditor  whose

# Configuration
g2p.bridge.program                         r       r        r       rwc   r        company_id
g2p.bridge.sponsor.bank                    r       r        r       rwcd  r        company_id
g2p.bridge.mapper                          r       r        r       rwcd  r        company_id
g2p.bridge.signing.key                     -       -        -       rwcd  r        company_id
g2p.bridge.partner                         -       -        -       rwc   r        company_id
g2p.bridge.partner.key                     -       -        -       rw    r        partner_id.company_id
g2p.bridge.webhook                         -       -        -       rwcd  r        company_id
g2p.bridge.change                          -       -        -       r     r        company_id
g2p.bridge.change.line                     -       -        -       r     r        change_id.company_id
g2p.program.payment.manager.g2p.bridge     r       -        -       -     r        program_id.company_id

# What was declared, sent and received: nobody changes it by hand
g2p.bridge.envelope                        r       r        r       r     r        company_id
g2p.bridge.disbursement                    r       r        r       r     r        envelope_id.company_id
g2p.bridge.mapper.batch                    r       r        r       r     r        envelope_id.company_id
g2p.bridge.bank.batch                      r       r        r       r     r        envelope_id.company_id
g2p.bridge.funds.step                      r       r        r       r     r        envelope_id.company_id
g2p.bridge.statement                       r       r        r       r     r        company_id
g2p.bridge.statement.file                  r       r        r       r     r        company_ids
g2p.bridge.statement.part                  r       r        r       r     r        statement_id.company_id
g2p.bridge.statement.entry                 r       r        r       r     r        statement_id.company_id
g2p.bridge.statement.total                 r       r        r       r     r        statement_id.company_id
g2p.bridge.disbursement.archive            r       r        r       r     r        envelope_id.company_id
g2p.bridge.statement.entry.archive         r       r        r       r     r        statement_id.company_id
g2p.bridge.archive.run                     r       r        r       r     r        envelope_id.company_id
g2p.bridge.import                          rwcd    r        r       r     r        company_id
g2p.bridge.import.error                    r       r        r       r     r        import_id.company_id
g2p.bridge.stall                           r       r        r       r     r        company_id

# What tells about it
g2p.bridge.audit                           -       -        -       r     r        company_id
g2p.bridge.audit.seal                      -       -        -       r     r        audit_id.company_id
g2p.bridge.event                           r       r        r       r     r        company_id
g2p.bridge.webhook.delivery                -       -        -       r     r        event_id.company_id
g2p.bridge.partner.message                 -       -        -       r     r        partner_id.company_id
g2p.bridge.signed.message                  -       -        -       r     r        partner_id.company_id
g2p.bridge.api.call                        r       -        r       r     r        company_id
g2p.bridge.sender.id                       r       -        -       r     r        partner_id.company_id

# The same for all companies
g2p.bridge.event.counter                   -       -        -       r     -        none: the last number that was given to an event
g2p.bridge.event.kind                      -       -        -       r     r        none: names of what can happen
g2p.bridge.operation                       -       -        -       r     r        none: names of what a partner can ask for

# Windows
g2p.bridge.envelope.create                 rwc     -        -       -     -        window
g2p.bridge.envelope.amend                  rwc     -        -       -     -        window
g2p.bridge.envelope.review                 -       rwc      -       -     -        window
g2p.bridge.decision                        rwc    rwc       rwc     rwc   -        window
g2p.bridge.decision.line                   rwc    rwc       rwc     rwc   -        window
g2p.bridge.reissue                         rwc     -        rwc     -     -        window
g2p.bridge.beneficiary.correct             rwc     -        -       -     -        window
g2p.bridge.beneficiary.correct.line        rwc     -        -       -     -        window
g2p.bridge.entry.match                     -       -        rwc     -     -        window
g2p.bridge.entry.match.suggestion          -       -        rwc     -     -        window
g2p.bridge.statement.upload                -       -        rwcd    rwcd  -        window
g2p.bridge.statement.upload.result         -       -        rwcd    rwcd  -        window
g2p.bridge.mapper.test                     -       -        -       rwc   -        window
g2p.bridge.restore.confirm                 -       -        -       rwc   -        window
g2p.bridge.partner.key.add                 -       -        -       rwc   -        window
g2p.bridge.signature.check                 -       -        -       rwc   -        window
g2p.bridge.webhook.replay                  -       -        -       rwc   -        window
g2p.bridge.audit.verify                    -       -        -       rwc   r        window
g2p.bridge.change.refuse                   -       -        -       rwc   -        window

# The example bank and the example mapper: simulations, never for production
g2p.bridge.example.bank.account            r       r        r       rwcd  r        company_id
g2p.bridge.example.bank.fault              r       r        r       rwcd  r        account_id.company_id
g2p.bridge.example.bank.statement          r       r        r       rw    r        account_id.company_id
g2p.bridge.example.bank.block              r       r        r       r     r        account_id.company_id
g2p.bridge.example.bank.payment.batch      r       r        r       r     r        account_id.company_id
g2p.bridge.example.bank.payment            r       r        r       r     r        account_id.company_id
g2p.bridge.example.bank.log                r       r        r       r     r        account_id.company_id
g2p.bridge.example.bank.funds.lock         -       -        -       r     -        account_id.company_id
g2p.bridge.example.bank.deposit            -       -        -       rwcd  -        window
g2p.bridge.example.mapper.entry            -       -        -       -     -        company_id
g2p.bridge.example.mapper.behaviour        -       -        -       -     -        none: how the one simulated mapper behaves
g2p.bridge.example.mapper.fill             -       -        -       -     -        window
"""  # noqa: E501

#: Models without records: nobody finds or makes any, and their operations check by themselves.
ABSTRACT = """
g2p.bridge.second.factor
g2p.bridge.api g2p.bridge.api.settings g2p.bridge.audited.config g2p.bridge.audited.mixin
g2p.bridge.audited.optional g2p.bridge.audited.right
g2p.bridge.bank.connector g2p.bridge.bank.connector.example_bank g2p.bridge.bank.connector.http
g2p.bridge.batch.mixin g2p.bridge.change.subject g2p.bridge.cold.mixin g2p.bridge.dashboard
g2p.bridge.disbursement.record g2p.bridge.envelope.export g2p.bridge.envelope.figures
g2p.bridge.envelope.pipeline g2p.bridge.envelope.preview g2p.bridge.envelope.timeline
g2p.bridge.statement.entry.record g2p.bridge.durable.mixin g2p.bridge.endpoint
g2p.bridge.example.bank.service g2p.bridge.frozen.mixin g2p.bridge.group.members
g2p.bridge.health g2p.bridge.http.client g2p.bridge.mapper.connector
g2p.bridge.mapper.connector.spar_1 g2p.bridge.mapper.connector.spar_1_async
g2p.bridge.mapper.connector.spar_2 g2p.bridge.own.fields g2p.bridge.pbms.fields
g2p.bridge.policy.mixin g2p.bridge.restore g2p.bridge.secret.mixin g2p.bridge.secret.show
g2p.bridge.server.code
g2p.bridge.service g2p.bridge.statement.format g2p.bridge.statement.format.mt940
g2p.bridge.step.mixin g2p.bridge.to.do.mixin g2p.bridge.two.person.mixin
g2p.bridge.webhook.client
report.g2p_bridge.envelope_summary
""".split()


def _read_table():
    """:return: {model: ({group: rights}, whose)}"""
    lines = [line for line in TABLE.strip().splitlines()[1:] if line and not line.startswith("#")]
    rows = (line.split(maxsplit=6) for line in lines)
    return {
        model: (dict(zip(GROUPS, rights, strict=True)), whose) for model, *rights, whose in rows
    }


MODELS = _read_table()
