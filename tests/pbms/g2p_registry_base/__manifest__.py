# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "OpenG2P Registry (stand-in)",
    "summary": "Stands for OpenG2P's registry in tests and the demo, never for production",
    "version": "19.0.1.0.0",
    "license": "LGPL-3",
    "author": "G2P Bridge contributors",
    "category": "G2P Bridge",
    "depends": ["contacts"],
    "data": [
        "security/groups.xml",
        "security/ir.model.access.csv",
        "views/registrant_views.xml",
    ],
}
