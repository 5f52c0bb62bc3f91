# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a campaign might have left behind, had something gone wrong.

Each is made of the finished books in a transaction that is never committed. Where the tables
themselves forbid it, that is allowed first.
"""

from dataclasses import dataclass

LOG, BLOCK = "g2p_bridge_example_bank_log", "g2p_bridge_example_bank_block"
PAYMENT, ENTRY = "g2p_bridge_example_bank_payment", "g2p_bridge_statement_entry"
ONE_DEBIT = f"id = (SELECT min(id) FROM {LOG} WHERE mark = 'D' AND payment_id IS NOT NULL)"
ONE_BATCH = f"id = (SELECT min(id) FROM {LOG} WHERE mark = 'D' AND batch_id IS NOT NULL)"
ONE_RETURN = f"id = (SELECT min(id) FROM {LOG} WHERE mark = 'C')"
ONE_REJECTED = f"(SELECT min(payment_reference_number) FROM {PAYMENT} WHERE status = 'rejected')"


@dataclass(frozen=True)
class Mutant:
    """
    :param side: whose books are changed: ``bank`` or ``bridge``
    :param change: SQL; ``%(cancelled)s`` is a cancelled disbursement
    :param finding: what the judge must find at least one of
    """

    name: str
    side: str
    change: str
    finding: str


def _debit(change):
    return f"UPDATE {LOG} SET {change} WHERE {ONE_DEBIT}"


def _twice(table, condition, change=""):
    """One row of a table is there a second time, with another ID and this change."""
    return f"""
        CREATE TEMP TABLE second ON COMMIT DROP AS SELECT * FROM {table} WHERE {condition} LIMIT 1;
        UPDATE second SET id = (SELECT max(id) + 1 FROM {table}) {change};
        INSERT INTO {table} SELECT * FROM second;
    """


MUTANTS = (
    Mutant(
        "debited twice",
        "bank",
        f"DROP INDEX {LOG}_payment_mark_uniq; {_twice(LOG, ONE_DEBIT)}",
        "double",
    ),
    Mutant(
        "rejected and debited", "bank", _debit(f"customer_reference = {ONE_REJECTED}"), "double"
    ),
    Mutant("cancelled and debited", "bank", _debit("customer_reference = %(cancelled)s"), "double"),
    Mutant("unknown and debited", "bank", _debit("customer_reference = 'NOBODY'"), "double"),
    Mutant("never debited", "bank", f"DELETE FROM {LOG} WHERE {ONE_DEBIT}", "lost"),
    Mutant(
        "a whole batch debited twice",
        "bank",
        f"DROP INDEX {LOG}_batch_mark_uniq; {_twice(LOG, ONE_BATCH)}",
        "double",
    ),
    Mutant("a whole batch never debited", "bank", f"DELETE FROM {LOG} WHERE {ONE_BATCH}", "lost"),
    Mutant(
        "a whole batch debited by too much",
        "bank",
        f"UPDATE {LOG} SET amount = amount + 0.01 WHERE {ONE_BATCH}",
        "wrong",
    ),
    Mutant(
        "sent back twice",
        "bank",
        f"DROP INDEX {LOG}_payment_mark_uniq; {_twice(LOG, ONE_RETURN)}",
        "wrong",
    ),
    Mutant("never sent back", "bank", f"DELETE FROM {LOG} WHERE {ONE_RETURN}", "wrong"),
    Mutant("debited by too much", "bank", _debit("amount = amount + 0.01"), "wrong"),
    Mutant(
        "given back twice",
        "bank",
        f"ALTER TABLE {BLOCK} DROP CONSTRAINT {BLOCK}_amounts;"
        f"UPDATE {BLOCK} SET released_amount = 2 * released_amount WHERE released_amount > 0",
        "wrong",
    ),
    Mutant("never given back", "bank", f"UPDATE {BLOCK} SET released_amount = 0", "wrong"),
    Mutant(
        "blocked twice",
        "bank",
        _twice(
            BLOCK, "TRUE", ", block_reference = 'B', reference = NULL, release_reference = NULL"
        ),
        "wrong",
    ),
    Mutant(
        "a counter off by one",
        "bridge",
        "UPDATE g2p_bridge_bank_batch SET shipped_count = shipped_count + 1"
        " WHERE id = (SELECT min(id) FROM g2p_bridge_bank_batch)",
        "wrong",
    ),
    Mutant(
        "rejected and told as paid",
        "bridge",
        "UPDATE g2p_bridge_disbursement SET state = 'reconciled' WHERE state = 'rejected'",
        "wrong",
    ),
    Mutant(
        "sent back and told as paid",
        "bridge",
        "UPDATE g2p_bridge_disbursement SET state = 'reconciled' WHERE state = 'reversed'",
        "wrong",
    ),
    Mutant(
        "a return that proves nothing",
        "bridge",
        f"UPDATE {ENTRY} SET outcome = 'not_ours', disbursement_id = NULL, ordinal = NULL"
        " WHERE mark = 'C'",
        "wrong",
    ),
    Mutant(
        "an entry missed",
        "bridge",
        f"ALTER TABLE {ENTRY} DISABLE TRIGGER USER; DELETE FROM {ENTRY}"
        f" WHERE id = (SELECT min(id) FROM {ENTRY} WHERE mark = 'D')",
        "wrong",
    ),
    Mutant(
        "an entry twice",
        "bridge",
        f"ALTER TABLE {ENTRY} DISABLE TRIGGER USER; DROP INDEX {ENTRY}_one_of_each;"
        + _twice(ENTRY, "mark = 'D' AND disbursement_id IS NOT NULL", ", entry_sequence = 999"),
        "wrong",
    ),
)
