{
    "name": "G2P Bridge: Bank Connector",
    "summary": "Sponsor banks and the contract that every bank connector keeps",
    "version": "19.0.1.0.0",
    "license": "LGPL-3",
    "author": "G2P Bridge contributors",
    "category": "G2P Bridge",
    "depends": ["g2p_bridge_base"],
    "data": [
        "security/ir.model.access.csv",
        "security/rules.xml",
        "views/sponsor_bank_views.xml",
    ],
}
