# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "G2P Bridge: Example Bank (simulation)",
    "summary": "A simulated sponsor bank for demonstrations and tests, never for production",
    "version": "19.0.1.0.0",
    "license": "LGPL-3",
    "author": "G2P Bridge contributors",
    "category": "G2P Bridge",
    "depends": ["g2p_bridge_bank_connector", "queue_job"],
    "external_dependencies": {"python": ["requests", "simplejson"]},
    "data": [
        "security/ir.model.access.csv",
        "security/window_rules.xml",
        "security/rules.xml",
        "data/queue_job.xml",
        "data/ir_cron.xml",
        "wizards/deposit_views.xml",
        "views/log_views.xml",
        "views/payment_views.xml",
        "views/payment_batch_views.xml",
        "views/block_views.xml",
        "views/statement_views.xml",
        "views/account_views.xml",
        "views/sponsor_bank_views.xml",
        "views/menus.xml",
    ],
    "assets": {
        "web.assets_backend": ["g2p_bridge_example_bank/static/src/**/*"],
    },
    "application": True,
}
