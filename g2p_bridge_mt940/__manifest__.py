# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "G2P Bridge: MT940 Statements",
    "summary": "Reads bank statements in the MT940 format, uploaded by people or by banks",
    "version": "19.0.2.0.0",
    "license": "LGPL-3",
    "author": "G2P Bridge contributors",
    "website": "https://github.com/OpenG2P",
    "maintainers": ["OpenG2P"],
    "development_status": "Beta",
    "category": "G2P Bridge",
    "depends": ["g2p_bridge"],
    "external_dependencies": {"python": ["mt-940"]},
    "data": [
        "security/ir.model.access.csv",
        "security/window_rules.xml",
        "views/sponsor_bank_views.xml",
        "views/statement_upload_views.xml",
    ],
    "assets": {
        "web.assets_backend": ["g2p_bridge_mt940/static/src/*.js"],
        "web.assets_tests": ["g2p_bridge_mt940/static/tests/tours/*"],
    },
}
