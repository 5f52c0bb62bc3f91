# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Compiles the style sheets and scripts of every page into a database, for its copies.

Odoo compiles them when a page is first shown: in each database anew, and in each test anew,
since what a test has stored is undone.
"""


def main(env, _arguments):
    env["ir.qweb"]._pregenerate_assets_bundles()
    env.cr.commit()
