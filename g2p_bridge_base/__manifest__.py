# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "G2P Bridge: Base",
    "summary": "Roles, audit trail, secrets, signing keys and guarded calls of the bridge",
    "version": "19.0.1.0.0",
    "license": "LGPL-3",
    "author": "G2P Bridge contributors",
    "category": "G2P Bridge",
    "depends": ["base", "mail", "auth_totp", "queue_job"],
    "external_dependencies": {"python": ["cryptography", "joserfc", "requests", "simplejson"]},
    "uninstall_hook": "uninstall_hook",
    "data": [
        "security/groups.xml",
        "security/ir.model.access.csv",
        "security/window_rules.xml",
        "security/rules.xml",
        "data/secret_key.xml",
        "data/ir_cron.xml",
        "data/audit_cron.xml",
        "views/audit_views.xml",
        "wizards/audit_verify_views.xml",
        "views/secret_views.xml",
        "views/change_views.xml",
        "wizards/change_refuse_views.xml",
        "views/signing_key_views.xml",
    ],
    "assets": {"web.assets_backend": ["g2p_bridge_base/static/src/**/*"]},
}
