# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where another role owns the tables of the audit trail, Odoo's role adds to them and no more."""

import os
import subprocess
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

REPO = Path(__file__).resolve().parent.parent
SQL = REPO / "setup" / "sql"
KEEPER = "g2p_bridge_audit"
FORGERIES = [
    "UPDATE g2p_bridge_audit SET login = 'somebody'",
    "UPDATE g2p_bridge_audit_seal SET hash = previous",
    "DELETE FROM g2p_bridge_audit_seal",
    "TRUNCATE g2p_bridge_audit CASCADE",
    "ALTER TABLE g2p_bridge_audit DISABLE TRIGGER USER",
    "ALTER TABLE g2p_bridge_audit OWNER TO CURRENT_USER",
    "ALTER TABLE g2p_bridge_audit RENAME TO other",
    "DROP TABLE g2p_bridge_audit_seal",
    "DROP SCHEMA public CASCADE",
    "CREATE TRIGGER other AFTER INSERT ON g2p_bridge_audit EXECUTE FUNCTION g2p_bridge_refuse()",
    "SELECT setval('g2p_bridge_audit_id_seq', 1)",
    f"SET ROLE {KEEPER}",
    f"GRANT {KEEPER} TO CURRENT_USER",
]
# What the addon does at work, and what an upgrade does with each of its tables.
WORK = """
env["g2p.bridge.sponsor.bank"].create({"name": "Kept", "code": "KEPT"})
env.cr.commit()
names = ["g2p.bridge.audit", "g2p.bridge.audit.seal"]
env.registry.init_models(env.cr, names, {"module": "g2p_bridge_base"})
env["g2p.bridge.audit.seal"]._seal(everything=True)
env.cr.commit()
verdict = env["g2p.bridge.audit"]._verify()
print(verdict.sealed > 0, verdict.unsealed, verdict.broken, verdict.first)
"""


@pytest.fixture
def kept(odoo_servers, test_run):
    """A server of whose database the trail belongs to another role; not started."""
    if os.environ.get("G2P_BRIDGE_USE_PG") == "1":
        pytest.skip("needs a superuser of the cluster")
    server = odoo_servers()
    hand_over(test_run, server, "take", keeper=KEEPER)
    yield server
    hand_over(test_run, server, "lend")


def hand_over(run, server, direction, **names):
    """Run the SQL that the administrator of a cluster runs."""
    variables = {"odoo": os.environ["PGUSER"], **names}
    subprocess.run(
        [
            run.pg_bin / "psql",
            *("-qX", "-d", server.db, "-f", SQL / f"audit_{direction}.sql"),
            *(word for name, value in variables.items() for word in ("-v", f"{name}={value}")),
        ],
        check=True,
        capture_output=True,
        env={**os.environ, "PGUSER": "postgres"},
    )


def test_odoo_works_and_adds_to_the_trail_and_nothing_else(kept, test_run):
    assert kept.shell(WORK).split() == ["True", "0", "0"]
    with closing(test_run.connect(kept.db)) as connection, connection.cursor() as cursor:
        for forgery in FORGERIES:
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(forgery)
        cursor.execute("SELECT count(*) FROM g2p_bridge_audit_seal")
        assert cursor.fetchone()[0] >= 1


def test_changed_columns_need_the_tables_to_be_lent(kept, test_run):
    change = "ALTER TABLE g2p_bridge_audit ADD COLUMN place varchar"
    with closing(test_run.connect(kept.db)) as connection, connection.cursor() as cursor:
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute(change)
        hand_over(test_run, kept, "lend")
        cursor.execute(change)
        hand_over(test_run, kept, "take", keeper=KEEPER)
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("UPDATE g2p_bridge_audit SET place = 'here'")
