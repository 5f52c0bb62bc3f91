# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The heads of the audit trail outside of the database: a file that only grows.

Whoever owns the database can make the whole chain of seals anew, so that it agrees with itself.
It then differs from what this file says, which may lie on another host.

A line has five words: when (UTC), which database (its identity, its name), what (``head``, or
``restored`` where the database was set back to an older head by a backup), and the head.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from .chain import Head

#: Words of a line, in this order.
HEAD, RESTORED = "head", "restored"
MOMENT = "%Y-%m-%dT%H:%M:%SZ"
#: Bytes at the end of the file in which the newest head is looked for first.
TAIL = 2**16


@dataclass(slots=True)
class Outside:
    """What is known of one database's chain outside of it.

    :param hashes: the hash of each seal that was published, by its number
    :param conflicts: numbers of seals that were published with different hashes
    :param newest: the last head, None if there is none
    :param at: when that was (UTC, without a zone)
    :param restored: when the database was set back by a backup, each time with its head
    :param unreadable: number of lines that nobody wrote like this
    """

    hashes: dict[int, str] = field(default_factory=dict)
    conflicts: set[int] = field(default_factory=set)
    newest: Head | None = None
    at: datetime | None = None
    restored: list[tuple[datetime, Head]] = field(default_factory=list)
    unreadable: int = 0

    def take(self, at: datetime, kind: str, head: Head) -> None:
        if kind == RESTORED:
            # What came after the backup is gone, and its numbers are given anew. A backup was
            # taken of what there was: its head was published at its time.
            self.restored.append((at, head))
            if self.hashes and self.hashes.get(head.number) != head.hash:
                self.conflicts.add(head.number)
            self.hashes = {n: known for n, known in self.hashes.items() if n <= head.number}
        if head.number and self.hashes.setdefault(head.number, head.hash) != head.hash:
            self.conflicts.add(head.number)
        self.newest, self.at = head, at


class HeadFile:
    """A file of heads; several servers and databases may share it.

    :param path: where it lies
    :param database: identity of the database, a word
    :param name: of the database, for people
    """

    def __init__(self, path, database: str, name: str):
        self.path = Path(path)
        self._database = database
        self._name = name

    def append(self, head: Head, kind: str = HEAD) -> None:
        """Add a line, and return when it is on the disk.

        :raises OSError: it could not be written
        """
        now = datetime.now(UTC).strftime(MOMENT)
        line = f"{now} {self._database} {self._name} {kind} {head}\n"
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # One write to a file that is opened for appending: lines of others stay whole.
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, line.encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def newest(self) -> Outside:
        """As :meth:`read`, but perhaps of the last lines only: enough for the newest head.

        :raises OSError: it is there, and could not be read
        """
        outside = self._judge(self._last_lines())
        return outside if outside.newest else self.read()

    def read(self) -> Outside:
        """
        :return: what it says of this database; nothing if there is no file
        :raises OSError: it is there, and could not be read
        """
        return self._judge(self._lines())

    def _judge(self, lines) -> Outside:
        outside = Outside()
        for line in lines:
            words = line.split()
            if len(words) == 5 and words[1] != self._database:
                continue
            try:
                at, _database, _name, kind, head = words
                if kind not in (HEAD, RESTORED):
                    raise ValueError(kind)
                outside.take(datetime.strptime(at, MOMENT), kind, Head.parse(head))
            except ValueError:
                outside.unreadable += 1
        return outside

    def _lines(self) -> Iterator[str]:
        try:
            with open(self.path, encoding="utf-8", errors="replace") as file:
                yield from file
        except FileNotFoundError:
            return

    def _last_lines(self) -> list[str]:
        try:
            with open(self.path, "rb") as file:
                start = max(file.seek(0, os.SEEK_END) - TAIL, 0)
                file.seek(start)
                lines = file.read().decode(errors="replace").splitlines()
        except FileNotFoundError:
            return []
        return lines[1:] if start else lines  # the first one may have lost its beginning
