# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What administrators of a server do at its command line."""

import argparse
import sys

from odoo import SUPERUSER_ID
from odoo.api import Environment
from odoo.cli.command import Command
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tools import config


class G2p_Bridge(Command):  # noqa: N801  (Odoo wants the file's name)
    """Keys for secrets, the audit trail, and what to do after a restore"""

    name = "g2p_bridge"
    description = """
        Keys for secrets, the audit trail, and what to do after a restore.
        Odoo finds this command with the folder of the addons before it:
        odoo-bin --addons-path=FOLDER g2p_bridge verify-audit -c odoo.conf -d DATABASE
    """

    def __init__(self):
        super().__init__()
        commands = self.parser.add_subparsers(dest="command", required=True)
        commands.add_parser("new-key", help="make a key for secrets and print it")
        self._add(commands, "rotate-secrets", "seal all secrets with the server's first key")
        verify = self._add(commands, "verify-audit", "say whether the audit trail is whole")
        verify.add_argument("--head", help="a head that was published earlier: NUMBER:HASH")
        restored = self._add(
            commands, "restored", "say that the database was restored from a backup"
        )
        restored.add_argument("--reason", required=True, help="kept in the audit trail")

    def _add(self, commands, name, text):
        parser = commands.add_parser(name, help=text)
        parser.add_argument("-c", "--config", help="the server's configuration file")
        parser.add_argument("-d", "--database", required=True)
        return parser

    def run(self, args):
        """Run one of the commands; the exit code is 0 if everything is as it should be."""
        given = self.parser.parse_args(args)
        if given.command == "new-key":
            # The module itself, so that neither a database nor a configuration is needed.
            from odoo.addons.g2p_bridge_base.lib.keyring import new_key

            print(new_key())
            return
        sys.exit(_in_database(given))


def _in_database(given: argparse.Namespace) -> int:
    options = ["-d", given.database, "--no-http", "--log-level=warn"]
    if given.config:
        options += ["-c", given.config]
    config.parse_config(options, setup_logging=True)
    with Registry(given.database).cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {})
        if "g2p.bridge.audit" not in env:
            print(f"G2P Bridge is not installed in {given.database}.", file=sys.stderr)
            return 2
        try:
            return COMMANDS[given.command](env, given)
        except UserError as error:
            cr.rollback()
            print(error, file=sys.stderr)
            return 2


def _rotate_secrets(env, given):
    count = env["g2p.bridge.secret.mixin"]._rotate()
    print(f"{count} secrets are sealed anew; former keys are not needed any more.")
    return 0


def _verify_audit(env, given):
    from odoo.addons.g2p_bridge_base.lib.chain import Head

    audit = env["g2p.bridge.audit"]
    try:
        known = Head.parse(given.head) if given.head else None
    except ValueError:
        print("A head is a number, a colon, and 64 characters.", file=sys.stderr)
        return 2
    verdict = audit._verify(known)
    print(audit._verdict_words(verdict))
    return 0 if verdict.fine else 1


def _restored(env, given):
    print(env["g2p.bridge.restore"]._mark_restored(given.reason))
    return 0


COMMANDS = {
    "rotate-secrets": _rotate_secrets,
    "verify-audit": _verify_audit,
    "restored": _restored,
}
