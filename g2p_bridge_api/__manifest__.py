# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "G2P Bridge: API",
    "summary": "The bridge's operations over HTTP for an external PBMS and for banks",
    "version": "19.0.2.0.0",
    "license": "LGPL-3",
    "author": "G2P Bridge contributors",
    "website": "https://github.com/OpenG2P",
    "maintainers": ["OpenG2P"],
    "development_status": "Beta",
    "category": "G2P Bridge",
    "depends": ["g2p_bridge", "g2p_bridge_mt940"],
    "external_dependencies": {
        "python": ["joserfc", "cryptography", "pydantic", "simplejson", "swagger-ui-py"]
    },
    "data": [
        "security/groups.xml",
        "security/ir.model.access.csv",
        "security/window_rules.xml",
        "security/rules.xml",
        "security/api_call_rules.xml",
        "data/operation.xml",
        "views/partner_views.xml",
        "views/partner_address_views.xml",
        "views/api_call_views.xml",
        "views/res_config_settings_events_views.xml",
        "views/res_config_settings_partners_views.xml",
        "views/res_config_settings_views.xml",
        "wizards/partner_key_add_views.xml",
        "wizards/signature_check_views.xml",
        # Events and webhooks
        "security/rules_events.xml",
        "data/queue_job_events.xml",
        "data/ir_cron_events.xml",
        "views/event_views.xml",
        "views/webhook_views.xml",
        "views/webhook_delivery_views.xml",
        "wizards/webhook_replay_views.xml",
        "views/menus_events.xml",
    ],
    "assets": {
        "web.assets_backend": ["g2p_bridge_api/static/src/unsigned_banner/*"],
        "web.assets_tests": ["g2p_bridge_api/static/tests/tours/**/*"],
    },
}
