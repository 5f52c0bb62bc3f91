# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import mimetypes
import os
from functools import lru_cache
from importlib.util import find_spec

from odoo import http
from odoo.http import Response, Stream, request
from odoo.tools.json import scriptsafe

from ..lib.json_text import encode
from ..lib.messages.openapi import document
from ..lib.prefix import DEFAULT_PREFIX

READ = {
    "type": "http",
    "auth": "none",
    "methods": ["GET"],
    "csrf": False,
    "save_session": False,
    "readonly": True,
}
#: Swagger UI's own files, as the package brings them.
NAMES = '"swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"'
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>G2P Bridge API</title>
<link rel="icon" type="image/png" href="{root}/docs/favicon-32x32.png">
<link rel="stylesheet" href="{root}/docs/swagger-ui.css">
</head>
<body>
<div id="api"></div>
<script src="{root}/docs/swagger-ui-bundle.js"></script>
<script>
SwaggerUIBundle({{
    url: {url},
    dom_id: "#api",
    deepLinking: true,
    validatorUrl: null,
    supportedSubmitMethods: [],
}});
</script>
</body>
</html>
"""


class Documentation(http.Controller):
    """What the operations are, for machines and for people; needs nothing from elsewhere."""

    @http.route(f"{DEFAULT_PREFIX}/ping", **READ)
    def ping(self, **_params):
        """Whether the bridge is there."""
        return Response(b'"pong"', mimetype="application/json")

    @http.route(f"{DEFAULT_PREFIX}/openapi.json", **READ)
    def openapi(self, **_params):
        """The OpenAPI document."""
        return Response(_document(_prefix()), mimetype="application/json")

    @http.route(f"{DEFAULT_PREFIX}/docs", **READ)
    def docs(self, **_params):
        """The OpenAPI document as a page."""
        root = _prefix()
        page = PAGE.format(root=root, url=scriptsafe.dumps(f"{root}/openapi.json"))
        return Response(page, mimetype="text/html")

    @http.route(f"{DEFAULT_PREFIX}/docs/<any({NAMES}):name>", **READ)
    def asset(self, name, **_params):
        """A file of Swagger UI."""
        path = os.path.join(os.path.dirname(find_spec("swagger_ui").origin), "static", name)
        found = os.stat(path)
        return Stream(
            type="path",
            path=path,
            mimetype=mimetypes.guess_type(path)[0],
            size=found.st_size,
            last_modified=found.st_mtime,
            etag=f"{found.st_mtime_ns}-{found.st_size}",
            public=True,
        ).get_response()


def _prefix():
    return request.env["g2p.bridge.api.settings"]._prefix()


@lru_cache(maxsize=8)
def _document(prefix):
    return encode(document(prefix))
