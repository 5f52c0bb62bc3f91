# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The OpenAPI 3.1 document, made from the same descriptions that requests are checked by."""

from pydantic.json_schema import models_json_schema

from ..codes import HEADER_CODES, OPERATION_CODES, REQUEST_CODES, ROW_CODES
from . import dialects
from .operations import OPERATIONS

REF = "#/components/schemas/{model}"
INTRODUCTION = """\
The operations of G2P Bridge for an external PBMS and for banks, in the messages of OpenG2P's G2P
Bridge 1.0 and 1.1 and of the newer PBMS. What differs stands in the integrator's guide.

Two dialects are understood, told apart by the body: `header` and `message`, or `request_header`
and `request_body`. Amounts are exact: a number with more decimals than the currency has is an
error. A rejection by an operation has HTTP status 200 and names its code in the header of the
reply, and nothing was changed; a body that is no message has status 400.
"""
#: HTTP statuses besides 200 and when they come.
PROBLEMS = {
    "400": "The body is not the message that it should be; `errors` names each field",
    "401": "The caller did not prove who it is",
    "403": "The caller may not do this",
    "404": "There is nothing at this address",
    "405": "The operation is called by another method",
    "411": "The length of the body is not given in advance",
    "413": "The body is too large",
    "415": "The body is of another type, or compressed",
    "429": "Too many calls; try again later",
    "500": "A fault of the bridge; nothing was changed",
    "503": "Too busy at the moment; nothing was changed, send the same again",
}


def document(prefix):
    """:param prefix: path below which the operations are, as ``/g2p-bridge``"""
    forms = [form for operation in OPERATIONS.values() for form in operation.forms.values()]
    models = [(form.request_model, "validation") for form in forms]
    models += [(form.reply_model, "serialization") for form in forms]
    models += [(dialects.StatementReply, "serialization"), (dialects.Errors, "serialization")]
    models = list(dict.fromkeys(models))
    names, definitions = models_json_schema(models, ref_template=REF)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "G2P Bridge",
            "version": "1.1.0",
            "description": INTRODUCTION + "".join(_tables()),
        },
        "servers": [{"url": prefix}],
        "paths": {
            **{
                f"/{operation.name}": {"post": _post(operation, names)}
                for operation in OPERATIONS.values()
            },
            "/ping": {"get": _ping()},
        },
        "components": {
            "schemas": definitions["$defs"],
            "securitySchemes": {
                "signature": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWS",
                    "description": "A JWS over the exact bytes of the body, or an API key",
                },
                "detached": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Signature",
                    "description": "A detached JWS over the exact bytes of the body",
                },
            },
        },
    }


def _tables():
    """The codes with their meaning, as Markdown."""
    for title, codes in (
        ("Codes of requests that are no message", REQUEST_CODES),
        ("Codes of headers", HEADER_CODES),
        ("Codes of operations", OPERATION_CODES),
        ("Codes of rows", ROW_CODES),
    ):
        yield f"\n## {title}\n\n| code | cause | remedy |\n|---|---|---|\n"
        for code, (cause, remedy) in codes.items():
            yield f"| `{code}` | {cause} | {remedy} |\n"


def _post(operation, names):
    if operation.is_upload:
        body = {"multipart/form-data": {"schema": UPLOAD}}
        reply = names[dialects.StatementReply, "serialization"]
    else:
        forms = operation.forms.values()
        schema = _one_of([names[form.request_model, "validation"] for form in forms])
        body = {"application/json": {"schema": schema}}
        reply = _one_of([names[form.reply_model, "serialization"] for form in forms])
    errors = names[dialects.Errors, "serialization"]
    return {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.group],
        "security": [{"signature": []}, {"detached": []}],
        "requestBody": {"required": True, "content": body},
        "responses": {
            "200": _response("Done, or rejected with a code in the header", reply),
            **{status: _response(text, errors) for status, text in PROBLEMS.items()},
        },
    }


def _ping():
    return {
        "operationId": "ping",
        "summary": "Whether the bridge is there",
        "tags": ["Health"],
        "responses": {"200": _response("It is", {"type": "string", "const": "pong"})},
    }


def _response(text, schema):
    return {"description": text, "content": {"application/json": {"schema": schema}}}


def _one_of(schemas):
    return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}


UPLOAD = {
    "type": "object",
    "required": ["statement_file"],
    "properties": {
        "statement_file": {
            "type": "string",
            "contentMediaType": "application/octet-stream",
            "description": "The MT940 file; a signature is over its exact bytes",
        },
        "sender_id": {"type": "string", "description": "Code of the registered partner"},
        "message_id": {"type": "string", "description": "The sender's own name for this message"},
    },
}
