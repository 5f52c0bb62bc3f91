# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "OpenG2P Programs (stand-in for PBMS)",
    "summary": "Stands for OpenG2P PBMS in tests and the demo, never for production",
    "version": "19.0.1.0.0",
    "license": "LGPL-3",
    "author": "G2P Bridge contributors",
    "category": "G2P Bridge",
    "depends": ["account", "mail", "queue_job", "g2p_registry_base", "g2p_registry_membership"],
    "data": [
        "security/groups.xml",
        "security/ir.model.access.csv",
        "security/rules.xml",
        "data/queue_data.xml",
        "views/main_view.xml",
        "views/manager_views.xml",
        "views/cycle_views.xml",
        "views/entitlement_views.xml",
        "views/payment_views.xml",
        "views/program_views.xml",
        "views/fund_views.xml",
    ],
    "application": True,
}
