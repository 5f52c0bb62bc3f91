# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Runs a script with an Odoo environment: `main(env, arguments)` of the script is called.

usage: run_in_odoo.py CONF DATABASE SCRIPT [arguments]

The environment belongs to the superuser; nothing is committed unless the script does it.
What `main` returns is the exit code (None means 0).
"""

import runpy
import sys

import odoo.api
import odoo.tools
from odoo.modules.registry import Registry


def main(conf, database, script, *arguments):
    """Opens the database and calls the script's `main`; returns the exit code."""
    odoo.tools.config.parse_config(
        ["-c", conf, "-d", database, "--no-http", "--log-level=warn"], setup_logging=True
    )
    script_main = runpy.run_path(script)["main"]
    with Registry(database).cursor() as cr:
        env = odoo.api.Environment(cr, odoo.api.SUPERUSER_ID, {})
        return script_main(env, list(arguments)) or 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
