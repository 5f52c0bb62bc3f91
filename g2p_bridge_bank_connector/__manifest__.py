# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "G2P Bridge: Bank Connector",
    "summary": "Sponsor banks and the contract that every bank connector keeps",
    "version": "19.0.2.0.0",
    "license": "LGPL-3",
    "author": "G2P Bridge contributors",
    "website": "https://github.com/OpenG2P",
    "maintainers": ["OpenG2P"],
    "development_status": "Beta",
    "category": "G2P Bridge",
    "depends": ["g2p_bridge_base"],
    "data": [
        "security/ir.model.access.csv",
        "security/rules.xml",
        "views/sponsor_bank_views.xml",
    ],
}
