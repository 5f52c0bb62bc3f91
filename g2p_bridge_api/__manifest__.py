{
    "name": "G2P Bridge: API",
    "summary": "The bridge's operations over HTTP for an external PBMS and for banks",
    "version": "19.0.1.0.0",
    "license": "LGPL-3",
    "author": "G2P Bridge contributors",
    "category": "G2P Bridge",
    "depends": ["g2p_bridge", "g2p_bridge_mt940"],
    "external_dependencies": {"python": ["joserfc", "pydantic", "simplejson", "swagger-ui-py"]},
    "data": [
        "security/ir.model.access.csv",
        "security/api_call_rules.xml",
        "views/api_call_views.xml",
        "views/res_config_settings_views.xml",
    ],
}
