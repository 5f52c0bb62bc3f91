# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "G2P Bridge: OpenG2P PBMS",
    "summary": "Approved cycles of OpenG2P PBMS are paid, and the results come back to them",
    "version": "19.0.2.0.0",
    "license": "LGPL-3",
    "author": "G2P Bridge contributors",
    "website": "https://github.com/OpenG2P",
    "maintainers": ["OpenG2P"],
    "development_status": "Beta",
    "category": "G2P Bridge",
    "depends": ["g2p_bridge", "g2p_programs"],
    "auto_install": True,
    "uninstall_hook": "uninstall_hook",
    "data": [
        "security/groups.xml",
        "security/ir.model.access.csv",
        "security/rules.xml",
        "data/queue_job.xml",
        "data/ir_cron.xml",
        "views/payment_manager_views.xml",
        "views/cycle_views.xml",
        "views/payment_views.xml",
        "views/entitlement_views.xml",
    ],
}
