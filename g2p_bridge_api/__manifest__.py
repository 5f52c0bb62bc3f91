{
    "name": "G2P Bridge: API",
    "summary": "The bridge's operations over HTTP for an external PBMS and for banks",
    "version": "19.0.1.0.0",
    "license": "LGPL-3",
    "author": "G2P Bridge contributors",
    "category": "G2P Bridge",
    "depends": ["g2p_bridge", "g2p_bridge_mt940"],
    "external_dependencies": {"python": ["joserfc", "pydantic", "simplejson"]},
    "data": [
        # Events and webhooks
        "security/ir.model.access.csv",
        "security/rules_events.xml",
        "data/queue_job_events.xml",
        "data/ir_cron_events.xml",
        "views/event_views.xml",
        "views/webhook_views.xml",
        "views/webhook_delivery_views.xml",
        "wizards/webhook_replay_views.xml",
        "views/res_config_settings_events_views.xml",
        "views/menus_events.xml",
    ],
}
