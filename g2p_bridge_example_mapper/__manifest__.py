# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "G2P Bridge: Example Mapper (simulation)",
    "summary": "A simulated ID mapper for demonstrations and tests, never for production",
    "version": "19.0.2.0.0",
    "license": "LGPL-3",
    "author": "G2P Bridge contributors",
    "website": "https://github.com/OpenG2P",
    "maintainers": ["OpenG2P"],
    "development_status": "Beta",
    "category": "G2P Bridge",
    "depends": ["base"],
    "external_dependencies": {"python": ["requests"]},
    "data": [
        "security/ir.model.access.csv",
        "security/window_rules.xml",
        "security/rules.xml",
        "data/behaviour.xml",
        "views/behaviour_views.xml",
        "views/entry_views.xml",
        "wizards/fill_views.xml",
        "views/menus.xml",
    ],
    "application": True,
}
