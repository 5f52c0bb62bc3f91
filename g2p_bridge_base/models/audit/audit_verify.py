# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import dataclass, field
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...keys import server_options
from ...lib.chain import CONTENT, GENESIS, Head, fingerprint, link

#: What a record says, as the texts that its fingerprint was taken of.
COLUMNS = SQL(", ").join(
    SQL("to_char(a.at, 'YYYY-MM-DD HH24:MI:SS') AS at")
    if name == "at"
    else SQL.identifier("a", name)
    for name in CONTENT
)
#: Records that are read at a time.
PIECE = 10_000
#: What is not sealed after this time makes one ask why.
SOON = timedelta(minutes=30)
#: Option of the server, in the section [g2p_bridge]: the database's role that owns the trail.
KEEPER = "audit_owner"


@dataclass(slots=True)
class Verdict:
    """What came of a verification.

    :param sealed: number of seals that were looked at
    :param unsealed: number of records that have no seal yet
    :param late: number of those that should have one
    :param head: the last seal
    :param broken: number of places where something does not agree
    :param first: the first of them, in words
    :param notes: what else is to be known, in words
    """

    sealed: int = 0
    unsealed: int = 0
    late: int = 0
    head: Head = Head(0, GENESIS)
    broken: int = 0
    first: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def fine(self):
        return not self.broken

    def found(self, sentence, count=1):
        self.broken += count
        self.first = self.first or sentence


class AuditVerification(models.Model):
    """Whether the audit trail is what it was when it was written."""

    _inherit = "g2p.bridge.audit"

    @api.model
    def _verify(self, known=None):
        """Go through the whole chain, through what is not sealed, and through what was decided.

        The chain is compared with the heads that are kept outside of the database.

        :param known: a further :class:`Head` that was published some time
        :return: :class:`Verdict`
        """
        self.env.flush_all()
        verdict, previous = Verdict(), GENESIS
        published = self._published(verdict)
        if known and known.number:
            published[known.number] = known.hash
        for seal, record in self._sealed():
            self._verify_seal(verdict, previous, seal, record)
            previous, verdict.head = seal["hash"], Head(seal["number"], seal["hash"])
            verdict.sealed += 1
            if published.get(seal["number"], seal["hash"]) != seal["hash"]:
                verdict.found(
                    self.env._(
                        "Seal %s is not the one that was published: the trail was made anew.",
                        seal["number"],
                    )
                )
        self._verify_unsealed(verdict)
        last = max(published, default=0)
        if last > verdict.head.number:
            verdict.found(
                self.env._(
                    "The trail ends at seal %(last)s, but seal %(known)s was published: what "
                    "came after is missing.",
                    last=verdict.head.number,
                    known=last,
                )
            )
        self._verify_owner(verdict)
        self._verify_decisions(verdict)
        return verdict

    @api.model
    def _published(self, verdict):
        """:return: {number: hash} of what the file outside the database knows"""
        file = self.env["g2p.bridge.audit.seal"]._head_file()
        try:
            outside = file.read()
        except OSError as error:
            verdict.notes.append(
                self.env._(
                    "The heads in %(path)s can't be read, so nothing is compared with them: "
                    "%(error)s",
                    path=file.path,
                    error=error.strerror,
                )
            )
            return {}
        for number in sorted(outside.conflicts):
            verdict.found(
                self.env._(
                    "Seal %s was published twice, with different hashes, or a backup is said to "
                    "have had another one: the trail was made anew.",
                    number,
                )
            )
        if outside.unreadable:
            verdict.notes.append(
                self.env._("%s lines of the file of heads are not ours.", outside.unreadable)
            )
        for at, head in outside.restored:
            verdict.notes.append(
                self.env._(
                    "A backup set the trail back to %(head)s on %(at)s UTC.",
                    head=head,
                    at=fields.Datetime.to_string(at),
                )
            )
        return dict(outside.hashes)

    @api.model
    def _verify_owner(self, verdict):
        """Where the server says who keeps the tables of the trail, they are still theirs."""
        keeper = server_options().get(KEEPER)
        if not keeper:
            return
        self.env.cr.execute(
            "SELECT relname, pg_get_userbyid(relowner) FROM pg_class"
            " WHERE oid IN ('g2p_bridge_audit'::regclass, 'g2p_bridge_audit_seal'::regclass)"
            " ORDER BY relname"
        )
        for table, owner in self.env.cr.fetchall():
            if owner != keeper:
                verdict.found(
                    self.env._(
                        "The table %(table)s belongs to %(owner)s, not to %(keeper)s: whoever "
                        "works as %(owner)s can change it.",
                        table=table,
                        owner=owner,
                        keeper=keeper,
                    )
                )

    def _verify_seal(self, verdict, previous, seal, record):
        number, record_id = seal["number"], seal["audit_id"]
        if number != verdict.head.number + 1:
            verdict.found(
                self.env._("Seal %s is missing: it was deleted.", verdict.head.number + 1)
            )
        if seal["previous"] != previous:
            verdict.found(
                self.env._("Seal %s does not follow the one before it: one was changed.", number)
            )
        if record is None:
            verdict.found(
                self.env._(
                    "Record %(record)s (seal %(number)s) was deleted.",
                    record=record_id,
                    number=number,
                )
            )
            return
        said = fingerprint(record)
        if said != record["fingerprint"]:
            verdict.found(
                self.env._(
                    "Record %(record)s (seal %(number)s) was changed: what it says is not what "
                    "its fingerprint was taken of. Now it says: %(said)s",
                    record=record_id,
                    number=number,
                    said=_told(record),
                )
            )
        elif link(number, seal["previous"], record_id, said) != seal["hash"]:
            verdict.found(
                self.env._(
                    "Record %(record)s was changed with its fingerprint, or seal %(number)s "
                    "was: they do not belong together. The record says: %(said)s",
                    record=record_id,
                    number=number,
                    said=_told(record),
                )
            )

    def _verify_unsealed(self, verdict):
        self.env.cr.execute(
            SQL(
                "SELECT a.id, a.fingerprint, %s FROM g2p_bridge_audit a WHERE NOT EXISTS"
                " (SELECT FROM g2p_bridge_audit_seal s WHERE s.audit_id = a.id) ORDER BY a.id",
                COLUMNS,
            )
        )
        for record in self.env.cr.dictfetchall():
            verdict.unsealed += 1
            if fields.Datetime.to_datetime(record["at"]) < fields.Datetime.now() - SOON:
                verdict.late += 1
            if fingerprint(record) != record["fingerprint"]:
                verdict.found(
                    self.env._(
                        "Record %(record)s (not sealed) was changed. Now it says: %(said)s",
                        record=record["id"],
                        said=_told(record),
                    )
                )

    def _sealed(self):
        """Each seal with its record, None if that is missing; piece by piece."""
        last = 0
        while True:
            self.env.cr.execute(
                SQL(
                    "SELECT s.number, s.audit_id, s.previous, s.hash, a.id, a.fingerprint, %s"
                    " FROM g2p_bridge_audit_seal s LEFT JOIN g2p_bridge_audit a"
                    " ON a.id = s.audit_id WHERE s.number > %s ORDER BY s.number LIMIT %s",
                    COLUMNS,
                    last,
                    PIECE,
                )
            )
            rows = self.env.cr.dictfetchall()
            for row in rows:
                yield row, (row if row["id"] else None)
            if len(rows) < PIECE:
                return
            last = rows[-1]["number"]

    @api.model
    def _verdict_words(self, verdict):
        """A verdict as sentences, one a line."""
        lines = [
            self.env._("%s records are sealed and agree with their seals.", verdict.sealed)
            if verdict.fine
            else self.env._(
                "The audit trail, or what it tells of, was tampered with: %(broken)s places, the "
                "first one: %(first)s",
                broken=verdict.broken,
                first=verdict.first,
            )
        ]
        if verdict.unsealed:
            lines.append(self.env._("%s records are not sealed yet.", verdict.unsealed))
        if verdict.late:
            lines.append(
                self.env._("%s of them should be: see whether scheduled actions run.", verdict.late)
            )
        lines += verdict.notes
        lines.append(self.env["g2p.bridge.audit.seal"]._outside_words())
        lines.append(self.env._("Head, to be kept elsewhere: %s", verdict.head))
        return "\n".join(lines)


def _told(record):
    """A record in short, for whoever looks for what was changed."""
    return " · ".join(str(record[name]) for name in CONTENT if record[name])
