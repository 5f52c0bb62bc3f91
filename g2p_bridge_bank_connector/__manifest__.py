{
    "name": "G2P Bridge: Bank Connector",
    "summary": "Sponsor banks and the contract that every bank connector keeps",
    "version": "19.0.1.0.0",
    "license": "LGPL-3",
    "author": "G2P Bridge contributors",
    "category": "G2P Bridge",
    "depends": ["base", "mail"],
    "external_dependencies": {"python": ["cryptography", "requests", "simplejson"]},
    "data": [
        "security/groups.xml",
        "security/ir.model.access.csv",
        "security/rules.xml",
        "data/secret_key.xml",
        "views/secret_views.xml",
        "views/sponsor_bank_views.xml",
    ],
    "assets": {"web.assets_backend": ["g2p_bridge_bank_connector/static/src/*"]},
}
